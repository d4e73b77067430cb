import type { Explanation } from './explanation';
import type { Origin } from './origin';
import type { Stamp, TargetId } from './target';

/** Names a distinct failure of a target: a short hash of the target id and the origin's key. */
export type FailureId = string;

export type FailureKind = 'error' | 'hang' | 'out-of-memory' | 'exit' | 'crash';

/**
 * found: not simplified yet. shrinking: being simplified. minimal: nothing simpler fails. flaky: its input does not
 * fail each time. fixed: its input passed on replay. changed: its input now fails with another origin, which is a
 * separate failure. expired: its input can no longer be generated, or it is flaky and was not seen for a long time.
 */
export type FailureState = 'found' | 'shrinking' | 'minimal' | 'flaky' | 'fixed' | 'changed' | 'expired';

/** The versions of the code that a failure or input was seen with. Parts that are not known are missing. */
export interface CodeTag {
  /** Git commit of the project. */
  readonly commit?: string;
  /** Version of the fast-check that made the inputs. */
  readonly fastCheck?: string;
  readonly fuzzRunner?: string;
}

/** One event in the history of a failure. Equal entries are merged into one. */
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
  /** Git commit of the code that was checked out; missing when it is not known. */
  readonly commit?: string;
  /** Version of fast-check; missing when it is not known. */
  readonly fastCheck?: string;
  /** Number of the worker that saw the event; missing when no worker did. */
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
  /** The arguments as source text, `[[0, 1], "a"]`; missing when they cannot be written as source text. */
  readonly source?: string;
  /** Why there is no source text; missing when there is one, or when nobody has tried to write it. */
  readonly sourceProblem?: string;
  /** The choice sequence as text; replays the input on any machine. */
  readonly blob: string;
  /** Number of choices. Shrinking lowers this number first. */
  readonly choices: number;
  /** The same as `shape` of its target. */
  readonly shape?: string;
  /** The code with which it last failed; missing when that is not known. */
  readonly seenWith?: CodeTag;
  /** The code that closed it (its input passed, or could not be generated); missing while it is open. */
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
  /** How often its input failed when it was run again; missing when it was not run again. */
  readonly reruns?: { readonly runs: number; readonly fails: number };
  /** What the failure depends on; missing when it was not examined, or when nothing was found out. */
  readonly explanation?: Explanation;
  /** Its first event and its latest ones; missing in records of older versions. */
  readonly history?: readonly FailureHistoryEntry[];
  readonly firstFound: Stamp;
  /** When the input became minimal; null before. */
  readonly minimalAt: Stamp | null;
  readonly firstSeenAt: number;
  readonly lastSeenAt: number;
  /** When a replay first passed; null otherwise. */
  readonly fixedAt: number | null;
}
