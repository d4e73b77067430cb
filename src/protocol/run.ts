import type { TargetId } from './target';

export type RunState = 'collecting' | 'fuzzing' | 'stopping' | 'finished';
export type RunEnd = 'budget' | 'interrupted' | 'failure' | 'nothing-to-learn' | 'no-targets' | 'error';

/** One invocation of the fuzzer. */
export interface RunSnapshot {
  readonly runId: string;
  readonly state: RunState;
  /** Why the run ended; null while it goes on. */
  readonly ended: RunEnd | null;
  readonly startedAt: number;
  readonly updatedAt: number;
  /** Seconds since the start, stopped when the run finished. */
  readonly wallSeconds: number;
  /** Time budget in seconds; null = until interrupted or nothing is left to learn. */
  readonly budgetSeconds: number | null;
  readonly seed: number;
  readonly workers: number;
  readonly host: string;
  readonly pid: number;
  readonly rootDir: string;
  readonly database: string;
  readonly versions: { readonly fuzzRunner: string; readonly jest: string; readonly node: string };
  readonly totals: {
    readonly files: number;
    readonly targets: number;
    readonly notCollected: number;
    readonly inputs: number;
    readonly behaviors: number;
    readonly failures: number;
    readonly cpuSeconds: number;
    /** Inputs per wall second over the last few seconds. */
    readonly inputsPerSecond: number;
    /** Wall seconds since any target last showed a new behavior; null before the first. */
    readonly sinceNewBehaviorSeconds: number | null;
  };
  /** Git commit of the code that is fuzzed; missing when it is not known. */
  readonly commit?: string;
  /** The container that the run is in; missing outside of containers, or when its name is not known. */
  readonly container?: string;
  /** Versions of fast-check that generate the inputs. */
  readonly fastCheck?: readonly string[];
  /**
   * Id of the campaign: the id of the first of the runs that fuzzed one database at the same time and are counted
   * together.
   */
  readonly campaign?: string;
  /** How many records of seen behaviors the run has written; missing when no other fuzzer is there to read them. */
  readonly told?: number;
  /** Targets that are running now. */
  readonly now?: readonly TargetId[];
  /** Totals of all fuzzers of this database; missing when this run is the only one. */
  readonly fleet?: FleetTotals;
}

/** Totals of several fuzzers. A behavior that several of them saw counts once; all other figures are sums. */
export interface FleetTotals {
  readonly fuzzers: number;
  /** How many of the fuzzers are alive. */
  readonly alive: number;
  readonly workers: number;
  readonly inputs: number;
  /** Sum over the fuzzers that are alive. */
  readonly inputsPerSecond: number;
  readonly cpuSeconds: number;
  readonly behaviors: number;
}

/**
 * alive: the fuzzer gives signs of life. gone: it did not end, but gave no sign of life for four times the usual pause
 * between two signs. ended: its run record says that it ended. The reader measures with its own clock, because clocks
 * of other machines may be wrong.
 */
export type Presence = 'alive' | 'gone' | 'ended';

/** One fuzzer: a process that fuzzes the database. */
export interface FuzzerSnapshot {
  /** The latest snapshot that it wrote of its own run. */
  readonly run: RunSnapshot;
  readonly presence: Presence;
}

/** One worker, as the page shows it. */
export interface WorkerSnapshot {
  /** From 1. */
  readonly id: number;
  /** The run that the worker belongs to; missing when only one run is shown. */
  readonly runId?: string;
  readonly state: 'starting' | 'idle' | 'running' | 'stopped';
  readonly targetId: TargetId | null;
  readonly heapUsedBytes: number;
  readonly slices: number;
  readonly restarts: number;
}
