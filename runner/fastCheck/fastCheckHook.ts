/**
 * How we come between a test and fast-check: a line is added to the end of fast-check's own module, as it is
 * loaded, that re-assigns its `check` function. `assert` calls `check` by its lexical name and exports are live
 * bindings, so every import style, every copy and every version from 3.0 on is caught. With no hook on
 * `globalThis` fast-check behaves as if the line were not there.
 */

export const CHECK_HOOK = Symbol.for('fuzz-runner.check@1');

/** fast-check's `check(property, parameters)`. */
export type Check = (property: unknown, parameters?: CheckParameters) => unknown;

/** What fast-check's own modules hand to the hook with each call. */
export interface FastCheckCopy {
  /** Path of the module that was changed. */
  readonly file: string;
  /** fast-check's `stringify`, which prints values as its reports do. */
  readonly stringify: (value: unknown) => string;
  /** Parameters set for all properties with `fc.configureGlobal`. */
  readonly globalParameters: () => CheckParameters | undefined;
}

/** What is put on the realm's `globalThis` under `CHECK_HOOK`. */
export interface CheckHook {
  check(original: Check, property: unknown, parameters: CheckParameters | undefined, copy: FastCheckCopy): unknown;
}

/** The parameters of `fc.assert` and `fc.check` that matter to us. */
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

/** Whether the file can be fast-check's module with the `check` function. */
export function isFastCheckFile(file: string): boolean {
  return FAST_CHECK_FILE.test(file);
}

/**
 * Adds the line. Returns null when the file does not declare `check`: it is another module of fast-check
 * (in 3.x and 4.0 to 4.5 the entry only re-exports), or a version that we do not know.
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

/** Source text that reaches two functions of fast-check from the end of the module with `check`. */
function helpersOf(code: string, isModule: boolean): { before: string; stringify: string; globals: string } {
  // Since 4.6 everything is in one file.
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
