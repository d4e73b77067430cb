/*
 * While fuzzing, calls of `fc.assert` and `fc.check` reach our hook in this way: when fast-check's own module is
 * loaded, we add a line to its end. The line replaces the function `check` of the module. `assert` calls `check` by its
 * name in the module, and exports are live bindings, so this works with every import style, every copy and every
 * version from 3.0 on. When there is no hook on `globalThis`, fast-check behaves as without the line.
 */

/** The hook is on the realm's `globalThis` under this symbol. */
export const CHECK_HOOK = Symbol.for('fuzz-runner.check@1');

/** fast-check's `check(property, parameters)`. */
export type Check = (property: unknown, parameters?: CheckParameters) => unknown;

/** The copy of fast-check that was called; the hook gets it with each call. */
export interface FastCheckCopy {
  /** Path of the changed module. */
  readonly file: string;
  /** fast-check's `stringify`, which prints values as its reports do. */
  readonly stringify: (value: unknown) => string;
  /** Parameters set for all properties with `fc.configureGlobal`. */
  readonly globalParameters: () => CheckParameters | undefined;
}

/** The hook: its `check` runs in place of fast-check's, which is `original`. */
export interface CheckHook {
  check(original: Check, property: unknown, parameters: CheckParameters | undefined, copy: FastCheckCopy): unknown;
}

/** The parameters of `fc.assert` and `fc.check` that we read. */
export interface CheckParameters {
  readonly numRuns?: number;
  readonly seed?: number;
  readonly path?: string;
  readonly timeout?: number;
  readonly interruptAfterTimeLimit?: number;
  readonly examples?: readonly unknown[];
  readonly endOnFailure?: boolean;
  readonly [other: string]: unknown;
}

const FAST_CHECK_FILE = /[\\/]fast-check[^\\/]*[\\/]lib[\\/](?:.*[\\/])?(?:fast-check|Runner)\.js$/;
const CHECK_DECLARATION = /^function check\(/m;

/** Whether a file may be fast-check's module with the function `check`, by its path. */
export function isFastCheckFile(file: string): boolean {
  return FAST_CHECK_FILE.test(file);
}

/**
 * Adds the line to the code of a file. Returns null when the code does not declare `check`: the file is another module of
 * fast-check (in 3.x and 4.0 to 4.5 the entry only re-exports), or of a version that we do not know.
 */
export function addCheckHook(code: string, file: string): string | null {
  if (!CHECK_DECLARATION.test(code)) return null;
  const isModule = /^(?:import|export)\b/m.test(code);
  const { before, stringify, globals } = helpersOf(code, isModule);
  const hook = `globalThis[Symbol.for(${JSON.stringify(CHECK_HOOK.description)})]`;
  return (
    `${code}\n${before};{const o=check,c={file:${JSON.stringify(file)},stringify:${stringify},globalParameters:${globals}};` +
    `check=function check(p,a){const h=${hook};return h===undefined?o(p,a):h.check(o,p,a,c)}}` +
    (isModule ? '' : ';exports.check=check;')
  );
}

/**
 * Source text for the end of the module with `check` that reaches the functions `stringify` and `readConfigureGlobal` of
 * fast-check. `before`: statements that come first.
 */
function helpersOf(code: string, isModule: boolean): { before: string; stringify: string; globals: string } {
  // Since fast-check 4.6 all functions are in one file.
  if (/^function stringify\(/m.test(code))
    return { before: '', stringify: 'stringify', globals: 'readConfigureGlobal' };
  const [values, parameters] = ['"../../utils/stringify.js"', '"./configuration/GlobalParameters.js"'];
  if (!isModule) {
    return {
      before: '',
      stringify: `(v)=>require(${values}).stringify(v)`,
      globals: `()=>require(${parameters}).readConfigureGlobal()`,
    };
  }
  const [stringify, globals] = ['$fuzzRunnerStringify', '$fuzzRunnerGlobals'];
  return {
    before: `;import{stringify as ${stringify}}from${values};import{readConfigureGlobal as ${globals}}from${parameters}`,
    stringify,
    globals,
  };
}
