import type { JestEnvironment } from '@jest/environment';
import type RuntimeClass from 'jest-runtime';
import type { RunningTests } from './checks/runningTests';
import { testsOf, titlesOf, type CircusState, type CircusTest } from './circus';
import { FastExpect, type OperandListener, type RealExpect } from './expect/fastExpect';

type Runtime = RuntimeClass;

/** The parts of Jest's `expect` that are used. */
export interface Expect extends RealExpect {
  getState(): ReturnType<RealExpect['getState']> & {
    currentTestName?: string;
    currentConcurrentTestName?: () => string | undefined;
  };
  setState(state: object): void;
}

export interface CircusListeners {
  /** True: the tests are run once, as Jest would. False: all of them are skipped. */
  readonly runTests: boolean;
  /** Receives what assertions compare while properties are fuzzed; null = tests use Jest's own `expect`. */
  readonly fastExpect: OperandListener | null;
  /** Called when circus is set up, before any test code runs. */
  readonly onSetup: (tests: RunningTests) => void;
  /** Called each time circus starts a test, with its full name. */
  readonly onTestStart: (fullName: string) => void;
}

/** Taken from the events of circus; null until its `setup` event. */
export interface SeenOfCircus {
  state: CircusState | null;
  expect: Expect | null;
  /** Gives the tests that were skipped their own modes back. */
  restoreModes: () => void;
}

/**
 * Listens to the events that circus sends while it loads and runs the file. To be called before circus starts. The
 * object returned is filled as the events come.
 */
export function observeCircus(environment: JestEnvironment, runtime: Runtime, options: CircusListeners): SeenOfCircus {
  const seen: SeenOfCircus = { state: null, expect: null, restoreModes: () => {} };
  chainTestEvents(environment, (event, state) => {
    seen.state = state;
    if (event.name === 'setup') {
      const { expect } = event.runtimeGlobals as { expect: Expect };
      seen.expect = expect;
      const fast = installFastExpect(environment, runtime, event.runtimeGlobals as object, expect, options.fastExpect);
      options.onSetup(runningTests(state, expect, fast));
    }
    if (event.name === 'test_start' && event.test !== undefined) options.onTestStart(titlesOf(event.test).join(' '));
    if (event.name === 'run_start' && !options.runTests) seen.restoreModes = skipAll(state);
  });
  return seen;
}

interface CircusEvent {
  readonly name: string;
  readonly test?: CircusTest;
  readonly runtimeGlobals?: unknown;
}

/** Calls `listener` before the environment's own `handleTestEvent`, which keeps working. */
function chainTestEvents(
  environment: JestEnvironment,
  listener: (event: CircusEvent, state: CircusState) => void,
): void {
  const own = environment.handleTestEvent?.bind(environment);
  environment.handleTestEvent = ((event: CircusEvent, state: CircusState) => {
    listener(event, state);
    return own?.(event as never, state as never);
    // Jest's types of events have more fields than are read here.
  }) as never;
}

/** Puts the quick `expect` in the place of Jest's, for globals and for `@jest/globals`. */
function installFastExpect(
  environment: JestEnvironment,
  runtime: Runtime,
  runtimeGlobals: object,
  real: Expect,
  operands: OperandListener | null,
): FastExpect | null {
  if (operands === null) return null;
  const fast = new FastExpect(real, environment.global, operands);
  // `runtimeGlobals` are what circus gave the runtime; only `expect` is another one, of the same type.
  runtime.setGlobalsForRuntime({ ...runtimeGlobals, expect: fast.expect } as never);
  // Without `injectGlobals`, the realm has no global `expect`.
  if (environment.global['expect'] === real) environment.global['expect'] = fast.expect;
  return fast;
}

function runningTests(state: CircusState, expect: Expect, fastExpect: FastExpect | null): RunningTests {
  return {
    fastExpect,
    currentTestName() {
      const current = expect.getState();
      return current.currentConcurrentTestName?.() ?? current.currentTestName;
    },
    testNamed(fullName) {
      const test = testsOf(state.rootDescribeBlock).find((one) => titlesOf(one).join(' ') === fullName);
      if (test === undefined) return undefined;
      return { titles: titlesOf(test), isConcurrent: test.concurrent, timeoutMs: test.timeout ?? state.testTimeout };
    },
    get defaultTimeoutMs() {
      return state.testTimeout;
    },
  };
}

/** Lets circus finish without running anything. Returns a function that gives the tests their own modes back. */
function skipAll(state: CircusState): () => void {
  const modes = testsOf(state.rootDescribeBlock).map((test) => [test, test.mode] as const);
  for (const [test] of modes) test.mode = 'skip';
  return () => {
    for (const [test, mode] of modes) test.mode = mode;
  };
}
