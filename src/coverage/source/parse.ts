import { parse, type Options, type Program } from 'acorn';

/** A parsed file. `isModule`: it has the syntax of an ES module; otherwise Jest runs it inside a function. */
export interface Parsed {
  readonly program: Program;
  readonly isModule: boolean;
}

const OPTIONS: Options = {
  ecmaVersion: 'latest',
  allowHashBang: true,
  // A node then spans exactly its text, and text put around the node cannot fall between the node and its parentheses.
  preserveParens: true,
};

/**
 * Parses code as Jest would run it: as CommonJS (`return` at top level, `await` as a name), otherwise as an ES module
 * (`import`, `export`, top-level `await`). If both fail, returns the reason of the attempt that got further.
 */
export function parseCode(code: string): Parsed | { readonly failed: string } {
  const script = attempt(code, { ...OPTIONS, sourceType: 'commonjs' });
  if ('program' in script) return { program: script.program, isModule: false };
  const module = attempt(code, { ...OPTIONS, sourceType: 'module' });
  if ('program' in module) return { program: module.program, isModule: true };
  return { failed: module.offset >= script.offset ? module.reason : script.reason };
}

function attempt(code: string, options: Options): { program: Program } | { reason: string; offset: number } {
  try {
    return { program: parse(code, options) };
  } catch (error) {
    // acorn throws a SyntaxError with the offset in `pos`; very deep nesting is a RangeError.
    const reason = error instanceof Error ? error.message : String(error);
    const offset = error instanceof SyntaxError && 'pos' in error ? Number(error.pos) : -1;
    return { reason, offset };
  }
}
