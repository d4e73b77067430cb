export type NotCollectedCode =
  | 'no-property'
  | 'file-failed'
  | 'test-failed'
  | 'skipped'
  | 'expects-failure'
  | 'has-path'
  | 'custom-property'
  | 'unsupported-fast-check'
  | 'unsupported-runner'
  | 'concurrent';

/** A test (or a whole file) that is not fuzzed, with the reason and the test's ordinary result. */
export interface NotCollected {
  readonly file: string;
  /** null when the whole file is meant. */
  readonly testName: string | null;
  readonly code: NotCollectedCode;
  /** One sentence for the user. */
  readonly reason: string;
  readonly result: 'passed' | 'failed' | 'skipped' | 'todo';
}
