/** The fields of a test of jest-circus that are read here. */
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

declare const expect: {
  getState(): { currentTestName?: string; currentConcurrentTestName?: () => string | undefined };
};

/** Full name of the test that runs now; undefined outside of tests. */
export function runningTestName(): string | undefined {
  const state = expect.getState();
  return state.currentConcurrentTestName?.() ?? state.currentTestName;
}

/** The test of this name that runs now; null when the test runner is not jest-circus. */
export function runningTest(name: string): CircusTest | null {
  const state = circusState();
  if (state === null) return null;
  if (state.currentlyRunningTest) return state.currentlyRunningTest;
  // A concurrent test starts before jest-circus makes it the running one.
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

/** Milliseconds until the test reaches its time limit; null when that is not known. `now`: by `Date.now`. */
export function timeLeft(test: CircusTest | null, now: number): number | null {
  const limit = test?.timeout ?? circusState()?.testTimeout;
  return limit === undefined || typeof test?.startedAt !== 'number' ? null : test.startedAt + limit - now;
}

/**
 * Whether the test expects a failure, as far as this is visible while the test runs: it is a `test.failing`, or the
 * call comes from within a matcher, as in `expect(() => fc.assert(…)).toThrow()`. Looks at the stack of its caller.
 */
export function expectsFailure(test: CircusTest | null): boolean {
  return test?.failing === true || /[\\/]node_modules[\\/]expect[\\/]build[\\/]/.test(new Error().stack ?? '');
}

/** jest-circus keeps its state on `globalThis`, under a symbol that is not registered. */
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
