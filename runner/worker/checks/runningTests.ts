import type { FastExpect } from '../expect/fastExpect';

/** Questions that the check hook asks while circus runs the tests of a file. */
export interface RunningTests {
  /** Full name of the test that runs now, also inside `test.concurrent`; undefined outside of tests. */
  currentTestName(): string | undefined;
  /** The first test of this full name; undefined when the file has none. */
  testNamed(fullName: string): RunningTest | undefined;
  /** Limit in milliseconds of a test that has none of its own. */
  readonly defaultTimeoutMs: number;
  /** The `expect` of the tests; null when it is Jest's own. */
  readonly fastExpect: FastExpect | null;
}

export interface RunningTest {
  /** Titles from the outermost describe block to the test. */
  readonly titles: readonly string[];
  readonly isConcurrent: boolean;
  /** Its own limit in milliseconds, or else the default one. */
  readonly timeoutMs: number;
}
