/**
 * What the runner tells the reporter, the database and the browser.
 *
 * Every event is a keyed upsert with absolute values: applying one twice, or late, does no harm.
 * A snapshot is the list of the latest events, so snapshot and stream have the same types.
 * All values are plain JSON. Times called `At` are epoch milliseconds.
 */

import type { Explanation } from './explanation';

/** Raised when an old page must not go on with a new server. */
export const PROTOCOL_VERSION = 1;

/** Names a target: `relative/file.test.ts :: describe test :: 0`. Stable across machines and runs. */
export type TargetId = string;

/** Names a distinct failure of a target: a short hash of the target id and the origin's key. */
export type FailureId = string;

/** How much a target had cost when something happened to it, since its first input in this run. */
export interface Stamp {
  readonly inputs: number;
  readonly cpuSeconds: number;
  readonly wallSeconds: number;
}

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
  /** Names what its arguments are made of, to find it again under another name; missing in what older versions saved. */
  readonly shape?: string;
  readonly status: TargetStatus;
  readonly detail: string | null;
  /** Executed inputs, all kinds, also those that `fc.pre` rejected. */
  readonly inputs: number;
  /** Inputs that `fc.pre` or a filter rejected, or that ran out of choices. */
  readonly invalidInputs: number;
  readonly cpuSeconds: number;
  readonly wallSeconds: number;
  readonly behaviors: number;
  readonly corpusSize: number;
  /** Share (0 to 1) of re-run inputs that covered the same behaviors again; null if none was re-run. */
  readonly stability: number | null;
  /** Missing in what older versions saved. */
  readonly unstable?: UnstableBehaviors;
  /** When the last new behavior was seen; null before the first. */
  readonly lastNewBehavior: Stamp | null;
  /** Distinct failures known now, not counting fixed ones. */
  readonly failures: number;
}

/** Behaviors that came in one run of an input, and not in another of the same: chance, caches, the time. */
export interface UnstableBehaviors {
  readonly count: number;
  /** Where they are, `src/parse.js:12` or what the user's label says; the first 20, each once. */
  readonly places: readonly string[];
}

/** A place in the user's code, after source maps. */
export interface Place {
  /** Relative to the root, with forward slashes. */
  readonly file: string;
  readonly line: number;
  readonly column: number;
  readonly functionName: string | null;
}

/** What tells failures apart. */
export interface Origin {
  /** Text of everything that counts: equal keys are the same failure. */
  readonly key: string;
  /** Class of the error (`TypeError`), or what was done instead of throwing one (`returned false`, `hang`). */
  readonly errorClass: string;
  /** First frame of the user's own code; null when there is none. */
  readonly place: Place | null;
  /** Where in a package that the test file imports it was thrown: `postcss/lib/parser.js:598:12`; absent if it was not. */
  readonly inside?: string;
}

export type FailureKind = 'error' | 'hang' | 'out-of-memory' | 'exit' | 'crash';

/**
 * found: not simplified yet. shrinking: being simplified. minimal: nothing simpler fails. flaky: its input does not fail
 * each time. fixed: its input passed on replay. changed: its input fails with another origin now, which is a failure of
 * its own. expired: its input cannot be made any more, or it is flaky and was not seen for a long time.
 */
export type FailureState = 'found' | 'shrinking' | 'minimal' | 'flaky' | 'fixed' | 'changed' | 'expired';

/** Which code something was seen with. What is not known is missing. */
export interface CodeTag {
  /** Of the project. */
  readonly commit?: string;
  /** Version of the fast-check that made the inputs. */
  readonly fastCheck?: string;
  readonly fuzzRunner?: string;
}

/** Something that happened to a failure. Equal entries are one entry. */
export interface FailureHistoryEntry {
  /** Epoch milliseconds. */
  readonly at: number;
  readonly event:
    | 'found'
    | 'improved'
    | 'minimal'
    | 'explained'
    | 'flaky'
    | 'passed'
    | 'failed-again'
    | 'moved'
    | 'changed'
    | 'expired'
    | 'fixed';
  /** Who saw it: the fuzzer or an ordinary run of `jest`. */
  readonly by: 'fuzz' | 'jest';
  readonly host: string;
  /** Of the code that was checked out; missing where that is not known. */
  readonly commit?: string;
  /** Version of fast-check; missing where that is not known. */
  readonly fastCheck?: string;
  /** Number of the worker; missing for what was not seen by one. */
  readonly worker?: number;
  readonly detail?: string;
}

/** One distinct failure of one target. */
export interface FailureSnapshot {
  readonly id: FailureId;
  readonly targetId: TargetId;
  readonly file: string;
  readonly testName: string;
  readonly kind: FailureKind;
  readonly state: FailureState;
  readonly origin: Origin;
  readonly errorName: string;
  readonly message: string;
  /** The arguments of the property as fast-check prints them: `[[0,1],"a"]`. */
  readonly input: string;
  /** The arguments as source text, `[[0, 1], "a"]`; missing where they cannot be written. */
  readonly source?: string;
  /** Why there is no source text, where that was looked at. */
  readonly sourceProblem?: string;
  /** The choice sequence as text; replays the input on any machine. */
  readonly blob: string;
  /** Number of choices, the first thing that shrinking lowers. */
  readonly choices: number;
  /** As that of its target. */
  readonly shape?: string;
  /** The code that it was last seen failing with; missing where that is not known. */
  readonly seenWith?: CodeTag;
  /** The code that closed it (its input passed, or could not be made); missing while it is open. */
  readonly closedWith?: CodeTag;
  /** Successful simplifications so far. */
  readonly shrinks: number;
  /** The failure as Jest prints it, without colors. */
  readonly report: string;
  /** A command that replays only this failure. */
  readonly replayCommand: string;
  /** Who found it: `fuzz` or an ordinary run of `jest`. */
  readonly foundBy: 'fuzz' | 'jest';
  readonly host: string;
  /** Number of the worker that found it; missing for ordinary runs. */
  readonly worker?: number;
  /** How often it failed when it was run again; missing where it was not. */
  readonly reruns?: { readonly runs: number; readonly fails: number };
  /** What its input depends on; missing where nobody has looked, or nothing was found out. */
  readonly explanation?: Explanation;
  /** The first thing that happened to it, and the last ones; missing in what older versions saved. */
  readonly history?: readonly FailureHistoryEntry[];
  readonly firstFound: Stamp;
  /** When the input became minimal; null before. */
  readonly minimalAt: Stamp | null;
  readonly firstSeenAt: number;
  readonly lastSeenAt: number;
  /** When a replay first passed; null otherwise. */
  readonly fixedAt: number | null;
}

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

/** A test (or a whole file) that is not fuzzed, with its reason and its ordinary result. */
export interface NotCollected {
  readonly file: string;
  /** null when the whole file is meant. */
  readonly testName: string | null;
  readonly code: NotCollectedCode;
  /** One sentence for the user. */
  readonly reason: string;
  readonly result: 'passed' | 'failed' | 'skipped' | 'todo';
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

/** A point of a target's curve. Absolute totals; x values never fall within one run. */
export interface CoveragePoint {
  readonly targetId: TargetId;
  readonly runId: string;
  /** From 0 within the target's curve of this run; the key together with target and run. */
  readonly sequence: number;
  /** Seconds since the run started. */
  readonly runSeconds: number;
  readonly inputs: number;
  readonly cpuSeconds: number;
  readonly behaviors: number;
}

/** Something the user should read once. */
export interface Notice {
  readonly id: string;
  readonly level: 'info' | 'warning' | 'error';
  readonly message: string;
  readonly at: number;
}

export type FuzzEvent =
  | { readonly type: 'run'; readonly run: RunSnapshot }
  | { readonly type: 'fuzzer'; readonly fuzzer: FuzzerSnapshot }
  | { readonly type: 'target'; readonly target: TargetSnapshot }
  | { readonly type: 'failure'; readonly failure: FailureSnapshot }
  | { readonly type: 'not-collected'; readonly entry: NotCollected }
  | { readonly type: 'worker'; readonly worker: WorkerSnapshot }
  | { readonly type: 'point'; readonly point: CoveragePoint }
  | { readonly type: 'notice'; readonly notice: Notice };
