import type { TargetId } from './target';

export type RunState = 'collecting' | 'fuzzing' | 'stopping' | 'finished';
export type RunEnd = 'budget' | 'interrupted' | 'failure' | 'nothing-to-learn' | 'no-targets' | 'error';

/** One invocation of the fuzzer. */
export interface RunSnapshot {
  readonly runId: string;
  readonly state: RunState;
  /** Why it ended; null while it goes on. */
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
  /** Of the code that is fuzzed; missing where that is not known. */
  readonly commit?: string;
  /** The container it runs in, where that can be told. */
  readonly container?: string;
  /** Versions of fast-check that make its inputs. */
  readonly fastCheck?: readonly string[];
  /** The first run of those that count together, as they fuzzed one database at the same time. */
  readonly campaign?: string;
  /** How many records of seen behaviors it has written; missing when nobody else is there to read them. */
  readonly told?: number;
  /** Targets that run now. */
  readonly now?: readonly TargetId[];
  /** Of all that fuzz this database; missing when nobody else does. */
  readonly fleet?: FleetTotals;
}

/** What several fuzzers have done together. Behaviors are a union by identity; all else are sums. */
export interface FleetTotals {
  readonly fuzzers: number;
  /** Of these, those that are alive. */
  readonly alive: number;
  readonly workers: number;
  readonly inputs: number;
  /** Of those that are alive. */
  readonly inputsPerSecond: number;
  readonly cpuSeconds: number;
  readonly behaviors: number;
}

/**
 * alive: it shows signs of life. gone: it has shown none for four times as long as it takes between two, though it has
 * not ended. ended: it said so. Seen by the clock of who tells; clocks of other machines do not count.
 */
export type Presence = 'alive' | 'gone' | 'ended';

/** One process that fuzzes. */
export interface FuzzerSnapshot {
  /** What it last said of itself. */
  readonly run: RunSnapshot;
  readonly presence: Presence;
}

export interface WorkerSnapshot {
  /** From 1. */
  readonly id: number;
  /** The run it belongs to, where the workers of several are shown together; missing where there is one run. */
  readonly runId?: string;
  readonly state: 'starting' | 'idle' | 'running' | 'stopped';
  readonly targetId: TargetId | null;
  readonly heapUsedBytes: number;
  readonly slices: number;
  readonly restarts: number;
}
