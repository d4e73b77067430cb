import type { TestResult } from '@jest/test-result';
import type { Config } from '@jest/types';
import type { FailureState } from '../../src/protocol/failure';
import type { NotCollected } from '../../src/protocol/notCollected';
import type { Origin } from '../../src/protocol/origin';
import type { TargetId } from '../../src/protocol/target';
import type { Explanation } from '../../src/protocol/explanation';
import type { Reruns } from '../../src/protocol/failureRate';
import type { ReplayedInput } from '../../src/fuzz/failureProcessor';
import type { FuzzOptions } from '../../src/protocol/options';

/** The messages between the main thread and its worker threads. All of them must survive structured cloning. */

/** Given to a thread once, when it starts. */
export interface WorkerSetup {
  readonly workerId: number;
  /** How many threads with this number have ended before. */
  readonly life: number;
  readonly memory: SharedArrayBuffer;
  /** File to which each input is written before it runs, in a process that may crash; null to write to `memory` only. */
  readonly recordFile: string | null;
  /** Where Jest's own modules are resolved from. */
  readonly anchor: string;
  readonly globalConfig: Config.GlobalConfig;
  readonly projects: readonly { readonly config: Config.ProjectConfig; readonly moduleMap: unknown }[];
  readonly seed: number;
  readonly expect: FuzzOptions['expect'];
  readonly include: FuzzOptions['include'];
  readonly exclude: FuzzOptions['exclude'];
}

export interface CollectRequest {
  readonly path: string;
  readonly projectId: string;
  /** Targets whose property must not be run now: it has ended a thread before. */
  readonly held: readonly TargetId[];
}

/** A target as the worker finds it; `file` is relative to the root of its project. */
export interface FoundTarget {
  readonly id: TargetId;
  readonly file: string;
  readonly testName: string;
  /** The name in jest-circus, with the seed that @fast-check/jest adds. */
  readonly fullName: string;
  readonly titles: readonly string[];
  readonly ordinal: number;
  /** Limit for one input in milliseconds. */
  readonly inputTimeoutMs: number;
  /** Shape of its arguments: see `arbitraryShape`. */
  readonly shape?: string;
  /** Version of fast-check that makes its inputs; missing when that is not known. */
  readonly fastCheck?: string;
}

export interface CollectReply {
  /** The ordinary result of the file. */
  readonly result: TestResult;
  readonly targets: readonly FoundTarget[];
  readonly notCollected: readonly NotCollected[];
  /** The results of the ordinary pass for each target. */
  readonly reports: readonly SliceReport[];
}

/** An input found elsewhere: by another thread or process, in an earlier run, in an earlier life of the thread. */
export interface ImportedInput {
  /** Encoded. */
  readonly choices: Uint8Array;
  /** Whether the thread or process that found this input tries similar inputs. Then this thread does not try them. */
  readonly isFollowed: boolean;
}

export interface SliceRequest {
  readonly target: FoundTarget;
  readonly path: string;
  readonly projectId: string;
  /** Wall seconds after which the slice ends. */
  readonly seconds: number;
  readonly imports: readonly ImportedInput[];
  /** Words that were useful for this target elsewhere or in earlier runs. A thread gets them once in its life. */
  readonly words: readonly string[];
  /** The known failures of the target, so that they are not announced as new. */
  readonly known: readonly KnownFailure[];
  /** The last slice of the target: the whole test is run even with failing inputs that are not simple yet. */
  readonly isLast: boolean;
  /** For a replay: wall seconds that its input may take. When missing, the limit of the target applies. */
  readonly inputSeconds?: number;
}

export interface KnownFailure {
  readonly originKey: string;
  readonly choices: Uint8Array;
  readonly state: FailureState;
  readonly confirmed: boolean;
  /** Whether this run must not explain the failure: it has an explanation, or must not get one. */
  readonly isExplained: boolean;
  /** How another process works on it; null or missing when this process works on it. */
  readonly held?: HeldFailure | null;
}

/** A failure that another process works on: this process neither runs it again nor makes it simpler. */
export type HeldFailure =
  /** It is being made simpler. */
  | { readonly type: 'working' }
  /** It was made simpler: this is the result. */
  | {
      readonly type: 'done';
      readonly origin: Origin;
      readonly errorName: string;
      readonly message: string;
      readonly input: string;
      readonly size: number;
    };

/** The results of a slice. Totals are of this slice only. */
export interface SliceReport {
  readonly targetId: TargetId;
  readonly inputs: number;
  readonly invalidInputs: number;
  readonly cpuSeconds: number;
  readonly wallSeconds: number;
  /** The part of `wallSeconds` that was spent on waiting for inputs that never ended. */
  readonly timeoutSeconds: number;
  /** Ids of behaviors this thread saw for the first time. */
  readonly newBehaviors: readonly string[];
  /** Totals of the slice when the last new behavior was seen; null when there is none. */
  readonly lastNewBehavior: Moment | null;
  readonly corpus: readonly FoundEntry[];
  /** Keys of corpus entries that smaller ones have made useless. */
  readonly dropped: readonly string[];
  readonly corpusSize: number;
  /** Words that were useful lately, the latest last; null when they are the same as in the last report. */
  readonly words: readonly string[] | null;
  readonly reruns: number;
  readonly stableReruns: number;
  /** Behaviors that proved to be unstable in this thread since its last report. */
  readonly unstable: readonly UnstableBehavior[];
  readonly failures: readonly FoundFailure[];
  readonly confirmations: readonly Confirmation[];
  /** The results of replays of known failures. */
  readonly replays: readonly ReplayedInput[];
  /** Every possible input of the property has been run. */
  readonly exhausted: boolean;
  /** Inputs have caused late errors, and it is not known yet which inputs caused them. */
  readonly hasLateErrors: boolean;
  /** Why the target could not be run; null when it was run. */
  readonly problem: string | null;
  readonly heapUsedBytes: number;
}

/** A moment within a slice. */
export interface Moment {
  readonly inputs: number;
  readonly cpuSeconds: number;
  readonly wallSeconds: number;
}

export interface FoundEntry {
  /** Text that names the choices. */
  readonly key: string;
  readonly choices: Uint8Array;
  readonly behaviors: readonly string[];
}

/** A behavior that one run of an input showed, and another run of the same input did not. */
export interface UnstableBehavior {
  readonly id: string;
  /** The place that is shown to a user: see `behaviorPlace`. */
  readonly place: string;
}

/** A failure that is new, or whose input became simpler. */
export interface FoundFailure {
  readonly origin: Origin;
  readonly errorName: string;
  readonly message: string;
  readonly input: string;
  /** As in `FailureSnapshot`. */
  readonly source?: string;
  readonly sourceProblem?: string;
  readonly choices: Uint8Array;
  readonly choiceCount: number;
  readonly state: 'found' | 'shrinking' | 'minimal' | 'flaky';
  readonly reruns: Reruns;
  readonly explanation: Explanation | undefined;
  /** Whether the worker still has to find out, after the confirmation, which parts of the input the failure needs. */
  readonly isToExplain: boolean;
  readonly shrinks: number;
  /** When this origin was first seen in this slice; null when it was known before the slice. */
  readonly found: Moment | null;
  /** When its input became minimal, if that was in this slice. */
  readonly minimal: Moment | null;
}

/** The result of the whole test with a failing input: a failure counts only if its test fails. */
export interface Confirmation {
  readonly originKey: string;
  readonly testFailed: boolean;
  /** The failure as Jest prints it, without colors. */
  readonly report: string;
  /** The stack of the error as Jest keeps it, first line included. */
  readonly stack: string;
}

/** How one recorded input behaves in a fresh thread. */
export interface ReplayReply {
  readonly status: 'passed' | 'invalid' | 'failed';
  readonly input: string;
}
