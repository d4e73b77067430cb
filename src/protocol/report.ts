import type { FailureHistoryEntry, FailureKind, FailureState } from './failure';
import type { NotCollected } from './notCollected';
import type { Origin } from './origin';
import type { FleetTotals, RunEnd } from './run';
import type { Stamp, TargetStatus, UnstableBehaviors } from './target';
import type { Explanation } from './explanation';

/** The file written by `--report`. Fields are only ever added; `version` rises when a meaning changes. */
export interface JsonReport {
  readonly version: 1;
  readonly runId: string;
  readonly startedAt: string;
  readonly finishedAt: string;
  readonly ended: RunEnd;
  readonly seed: number;
  readonly workers: number;
  readonly wallSeconds: number;
  readonly versions: { readonly fuzzRunner: string; readonly jest: string; readonly node: string };
  readonly totals: {
    readonly targets: number;
    readonly inputs: number;
    readonly behaviors: number;
    readonly failures: number;
    readonly cpuSeconds: number;
  };
  /**
   * Totals of all fuzzers of this campaign; null when there was no other fuzzer. All other fields are of this run
   * alone.
   */
  readonly fleet: FleetTotals | null;
  readonly targets: readonly TargetReport[];
  readonly notCollected: readonly NotCollected[];
}

export interface TargetReport {
  readonly id: string;
  readonly file: string;
  readonly testName: string;
  readonly ordinal: number;
  readonly status: TargetStatus;
  readonly inputs: number;
  readonly invalidInputs: number;
  readonly cpuSeconds: number;
  readonly wallSeconds: number;
  readonly behaviors: number;
  readonly corpusSize: number;
  readonly stability: number | null;
  readonly unstable: UnstableBehaviors;
  readonly failures: readonly FailureReport[];
}

export interface FailureReport {
  readonly id: string;
  readonly kind: FailureKind;
  readonly origin: Origin;
  readonly errorName: string;
  readonly message: string;
  readonly input: string;
  readonly blob: string;
  readonly state: FailureState;
  /**
   * How often the input failed when it was run again, with the rate and its 95 % interval (0 to 1); null when it was
   * not run again. For a flaky failure, this counts all runs so far.
   */
  readonly reruns: {
    readonly runs: number;
    readonly fails: number;
    readonly rate: number;
    readonly low: number;
    readonly high: number;
  } | null;
  /** What the failure depends on; null when it was not examined, or when nothing was found out. */
  readonly explanation: Explanation | null;
  readonly firstSeenAt: string;
  readonly lastSeenAt: string;
  /** Its history, the oldest entry first: the first entry and the latest ones. */
  readonly history: readonly FailureHistoryEntry[];
  readonly firstFound: Stamp;
  readonly minimalAt: Stamp | null;
}
