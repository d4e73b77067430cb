/** As much of a test of jest-circus as is used here. */
export interface CircusTest {
  readonly name: string;
  errors: unknown[];
  readonly invocations: number;
  readonly failing?: boolean;
  readonly timeout?: number;
  readonly startedAt?: number | null;
  readonly asyncError?: { readonly stack?: string };
  readonly parent?: CircusBlock;
}

interface CircusBlock {
  readonly name: string;
  readonly parent?: CircusBlock;
  readonly children: readonly (CircusBlock | CircusTest)[];
}

interface CircusState {
  readonly currentlyRunningTest?: CircusTest | null;
  readonly testTimeout?: number;
  readonly rootDescribeBlock?: CircusBlock;
}

interface CircusEvent {
  readonly name: string;
  readonly error?: unknown;
  readonly test?: CircusTest;
}

declare const expect: {
  getState(): { currentTestName?: string; currentConcurrentTestName?: () => string | undefined };
};

/** Name of the test that runs now; undefined outside of tests. */
export function runningTestName(): string | undefined {
  const state = expect.getState();
  return state.currentConcurrentTestName?.() ?? state.currentTestName;
}

/** The test of this name that runs now; null when nothing is known of it (another test runner than jest-circus). */
export function runningTest(name: string): CircusTest | null {
  const state = circusState();
  if (state === null) return null;
  if (state.currentlyRunningTest) return state.currentlyRunningTest;
  // Concurrent tests run before their turn.
  return state.rootDescribeBlock === undefined ? null : findTest(state.rootDescribeBlock, '', name);
}

/** Full names of all tests of the file; null when they are not known. */
export function allTestNames(): ReadonlySet<string> | null {
  const root = circusState()?.rootDescribeBlock;
  if (root === undefined) return null;
  const names = new Set<string>();
  const visit = (block: CircusBlock, prefix: string): void => {
    for (const child of block.children) {
      const full = prefix === '' ? child.name : `${prefix} ${child.name}`;
      if ('children' in child) visit(child, full);
      else names.add(full);
    }
  };
  visit(root, '');
  return names;
}

/** Milliseconds until Jest gives up the test; null when that is not known. */
export function timeLeft(test: CircusTest | null, now: number): number | null {
  const limit = test?.timeout ?? circusState()?.testTimeout;
  return limit === undefined || typeof test?.startedAt !== 'number' ? null : test.startedAt + limit - now;
}

/**
 * Whether a failure is what the test asks for, as far as can be seen while it runs: `test.failing`, or a call from
 * within a matcher, as in `expect(() => fc.assert(…)).toThrow()`.
 */
export function expectsFailure(test: CircusTest | null): boolean {
  return test?.failing === true || /[\\/]node_modules[\\/]expect[\\/]build[\\/]/.test(new Error().stack ?? '');
}

/**
 * Replaces errors as a test fails with them. `errorsFor` gives those to be shown instead, or null. Returns false when
 * it cannot be done here. jest-circus tells its handlers of each event; the list of them is under a registered symbol.
 */
export function onTestFailure(errorsFor: (error: unknown) => readonly unknown[] | null): boolean {
  const handlers = (globalThis as Record<symbol, unknown>)[Symbol.for('EVENT_HANDLERS')];
  if (!Array.isArray(handlers)) return false;
  handlers.push(({ name, error, test }: CircusEvent) => {
    if ((name !== 'test_fn_failure' && name !== 'hook_failure') || test === undefined) return;
    const shown = errorsFor(error);
    // An entry is the error with another one, for what has no stack of its own.
    const at = test.errors.findLastIndex((entry) => Array.isArray(entry) && entry[0] === error);
    if (shown === null || at < 0) return;
    const [, asyncError] = test.errors[at] as readonly unknown[];
    test.errors.splice(at, 1, ...shown.map((each) => [each, asyncError]));
  });
  return true;
}

/** jest-circus keeps its state on the realm's global under a symbol of its own. */
const STATE = Object.getOwnPropertySymbols(globalThis).find((symbol) => symbol.description === 'JEST_STATE_SYMBOL');

function circusState(): CircusState | null {
  return STATE === undefined ? null : ((globalThis as Record<symbol, unknown>)[STATE] as CircusState | null);
}

function findTest(block: CircusBlock, prefix: string, name: string): CircusTest | null {
  for (const child of block.children) {
    const full = prefix === '' ? child.name : `${prefix} ${child.name}`;
    if ('children' in child) {
      const found = name.startsWith(full) ? findTest(child, full, name) : null;
      if (found !== null) return found;
    } else if (full === name) {
      return child;
    }
  }
  return null;
}
