import type { Explanation } from './explanation';
import type { Origin } from './origin';
import type { Stamp, TargetId } from './target';

/** Names a distinct failure of a target: a short hash of the target id and the origin's key. */
export type FailureId = string;

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
