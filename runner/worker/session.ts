import {
  callCircusFunction,
  chainOf,
  eachHooks,
  hooksOf,
  testsOf,
  titlesOf,
  type CircusTest,
  type DescribeBlock,
} from './circus';
import { testNameOf } from '../fastCheck/targetId';
import type { LoadedTestFile } from './loadTestFile';
import { setStackTraceLimit } from './testEnvironment';

/**
 * Runs single tests of a loaded test file: the closures of its tests can be run any number of times until `close`.
 *
 * Invariant: `entered` lists the describe blocks whose `beforeAll` ran and whose `afterAll` did not.
 */
export class Session {
  private entered: DescribeBlock[] = [];
  private readonly names = new Map<string, CircusTest>();
  private readonly seedlessNames = new Map<string, CircusTest>();

  constructor(private readonly file: LoadedTestFile) {
    for (const test of testsOf(file.state.rootDescribeBlock)) {
      const name = titlesOf(test).join(' ');
      if (!this.names.has(name)) this.names.set(name, test);
      const seedless = testNameOf(name);
      if (!this.seedlessNames.has(seedless)) this.seedlessNames.set(seedless, test);
    }
  }

  /** The test of this full name; the seed that @fast-check/jest adds to it may be that of another load of the file. */
  testNamed(fullName: string): CircusTest | undefined {
    return this.names.get(fullName) ?? this.seedlessNames.get(testNameOf(fullName));
  }

  /** True when running single tests again would run a `beforeAll` or `afterAll` once more than in Jest. */
  get hasAllHooks(): boolean {
    const has = (block: DescribeBlock): boolean =>
      block.hooks.some((hook) => hook.type === 'beforeAll' || hook.type === 'afterAll') ||
      block.children.some((child) => child.type === 'describeBlock' && has(child));
    return has(this.file.state.rootDescribeBlock);
  }

  /**
   * Runs one test with its hooks: beforeAll of describe blocks not entered yet, beforeEach, body, afterEach.
   * Returns the errors that were thrown, in order; empty when the test passed.
   */
  async run(test: CircusTest, timeoutMs = Infinity): Promise<unknown[]> {
    const errors: unknown[] = [];
    const attempt = async (action: () => Promise<void>): Promise<void> => {
      try {
        await action();
      } catch (error) {
        errors.push(error);
      }
    };
    this.file.runtime.enterTestCode?.();
    try {
      await attempt(() => this.enter(test));
      if (errors.length > 0) return errors;
      this.file.expect.setState({
        currentTestName: titlesOf(test).join(' '),
        assertionCalls: 0,
        numPassingAsserts: 0,
        expectedAssertionsNumber: null,
        expectedAssertionsNumberError: null,
        isExpectingAssertions: false,
        isExpectingAssertionsError: null,
        suppressedErrors: [],
        testFailing: test.failing,
      });
      const context = {};
      const hooks = eachHooks(test);
      const hookTimeout = this.file.state.testTimeout;
      for (const hook of hooks.before) {
        if (errors.length > 0) break;
        await attempt(() => callCircusFunction(hook.fn, context, hook.timeout ?? hookTimeout));
      }
      const body = test.fn;
      if (errors.length === 0 && body !== undefined) await attempt(() => callCircusFunction(body, context, timeoutMs));
      for (const hook of hooks.after) {
        await attempt(() => callCircusFunction(hook.fn, context, hook.timeout ?? hookTimeout));
      }
      if (test.failing) return errors.length > 0 ? [] : [new Error('A failing test passed.')];
      return errors;
    } finally {
      this.file.runtime.leaveTestCode?.();
      this.releaseLeftovers();
    }
  }

  setStackTraceLimit(limit: number): void {
    setStackTraceLimit(this.file.environment, limit);
  }

  /** Leaves all describe blocks, then tears the realm down. Never rejects: the user's results are out already. */
  async close(): Promise<void> {
    try {
      await this.leaveTo([]);
    } catch {
      // An afterAll that fails after fuzzing changes no result.
    }
    try {
      this.file.runtime.teardown();
      await this.file.environment.teardown();
    } catch {
      // Nor does a realm that cannot be torn down.
    }
  }

  private async enter(test: CircusTest): Promise<void> {
    const chain = chainOf(test);
    await this.leaveTo(chain);
    for (const block of chain.slice(this.entered.length)) {
      for (const hook of hooksOf(block, 'beforeAll')) {
        await callCircusFunction(hook.fn, {}, hook.timeout ?? this.file.state.testTimeout);
      }
      this.entered.push(block);
    }
  }

  /** Runs the afterAll hooks of entered blocks that are not part of `chain`, innermost first. */
  private async leaveTo(chain: readonly DescribeBlock[]): Promise<void> {
    while (this.entered.length > 0) {
      const block = this.entered[this.entered.length - 1]!;
      if (chain[this.entered.length - 1] === block) return;
      this.entered.pop();
      for (const hook of hooksOf(block, 'afterAll')) {
        await callCircusFunction(hook.fn, {}, hook.timeout ?? this.file.state.testTimeout);
      }
    }
  }

  /** Frees things that Jest frees only at teardown, and that grow with every execution of a test. */
  private releaseLeftovers(): void {
    this.file.runtime.clearAllMocks();
    const buffer = this.file.console.getBuffer();
    if (Array.isArray(buffer)) buffer.length = 0;
    // jest-environment-node keeps every old value of every write to a global until teardown. The field is private, so
    // another version of Jest may not have it.
    const proxy = (this.file.environment as { _globalProxy?: { leftovers?: unknown } })._globalProxy;
    if (Array.isArray(proxy?.leftovers)) proxy.leftovers.length = 0;
  }
}
