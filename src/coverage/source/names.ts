/**
 * `globalThis[Symbol.for(COVERAGE_GLOBAL)]` is the function that instrumented modules call once, when they are loaded:
 * `(key: string, edgeCount: number) => ModuleProbes`. It must be a function: Jest's teardown walks all properties that
 * the global of a sandbox leads to, and takes minutes for a large typed array.
 */
export const COVERAGE_GLOBAL = 'fuzz-runner.coverage@1';

/** The identifiers that instrumented code declares; none of them occurs in the file. */
export interface Names {
  readonly counters: string;
  readonly flag: string;
  readonly compare: string;
  readonly caught: string;
  /** Opens the module; only in ES modules. */
  readonly start: string;
  /** The parameter that a `catch` without one gets. */
  readonly error: string;
  /** A variable, local to a function, for the operand of a comparison. */
  temporary(index: number): string;
}

/** Names with a prefix that does not occur in `code`. */
export function namesFor(code: string): Names {
  let prefix = '$fz';
  for (let attempt = 1; code.includes(prefix); attempt += 1) prefix = `$fz${attempt}_`;
  return {
    counters: `${prefix}c`,
    flag: `${prefix}f`,
    compare: `${prefix}k`,
    caught: `${prefix}x`,
    start: `${prefix}s`,
    error: `${prefix}e`,
    temporary: (index) => `${prefix}${index}`,
  };
}

/**
 * The message of an error without our variables: V8 names the receiver of a missing method, which may be one of ours.
 * `$fz0.trim is not a function` → `(intermediate value).trim is not a function`, V8's own words for a receiver without
 * a name.
 */
export function withoutTemporaries(message: string): string {
  return message.includes('$fz') ? message.replace(/\$fz(?:\d+_)?\d+(?![\w$])/g, '(intermediate value)') : message;
}
