/** Names a target: `relative/file.test.ts :: describe test :: 0`. Stable across machines and runs. */
export type TargetId = string;

/** The cost of a target up to an event, counted from its first input in this run. */
export interface Stamp {
  readonly inputs: number;
  readonly cpuSeconds: number;
  readonly wallSeconds: number;
}

/**
 * waiting: not run yet. fuzzing: being given slices. exhausted: every input has been run.
 * blocked: cannot go on (see `detail`), for example its file no longer loads.
 */
export type TargetStatus = 'waiting' | 'fuzzing' | 'exhausted' | 'blocked';

/** One fuzzed property. */
export interface TargetSnapshot {
  readonly id: TargetId;
  /** Test file, relative to the root, with forward slashes. */
  readonly file: string;
  /** Full name of the test, describe blocks first, as `--testNamePattern` matches it. */
  readonly testName: string;
  /** The describe titles and the test title. */
  readonly titles: readonly string[];
  /** Which call of `fc.assert` / `fc.check` in the test, from 0. */
  readonly ordinal: number;
  /**
   * Hash of the structure of its arbitraries, so that a renamed target can be found again; missing in records of older
   * versions.
   */
  readonly shape?: string;
  readonly status: TargetStatus;
  readonly detail: string | null;
  /** Executed inputs of all kinds, including those that `fc.pre` rejected. */
  readonly inputs: number;
  /** Inputs that `fc.pre` or a filter rejected, and inputs that ran out of choices. */
  readonly invalidInputs: number;
  readonly cpuSeconds: number;
  readonly wallSeconds: number;
  readonly behaviors: number;
  readonly corpusSize: number;
  /** Share (0 to 1) of re-run inputs that covered the same behaviors again; null if none was re-run. */
  readonly stability: number | null;
  /** Missing in records of older versions. */
  readonly unstable?: UnstableBehaviors;
  /** When the last new behavior was seen; null before the first. */
  readonly lastNewBehavior: Stamp | null;
  /** Distinct failures known now, not counting fixed ones. */
  readonly failures: number;
}

/**
 * Behaviors that appeared in one run of an input but not in another run of the same input. Randomness, caches and the
 * clock cause them.
 */
export interface UnstableBehaviors {
  readonly count: number;
  /** Their places (`src/parse.js:12`) or the user's labels; the first 20, each once. */
  readonly places: readonly string[];
}

/** A point of a target's curve. Its figures are totals so far, and its x values never fall within one run. */
export interface CoveragePoint {
  readonly targetId: TargetId;
  readonly runId: string;
  /** From 0 within the target's curve of this run. Target, run and sequence together are the key of a point. */
  readonly sequence: number;
  /** Seconds since the run started. */
  readonly runSeconds: number;
  readonly inputs: number;
  readonly cpuSeconds: number;
  readonly behaviors: number;
}
