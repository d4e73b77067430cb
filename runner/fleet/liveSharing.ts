import { hashKey, type CorpusEntry, type Records } from '../../src/database';
import { compareInputs } from '../../src/database/merge/simplerInput';
import { isOpen } from '../../src/protocol/failureStates';
import type { FailureSnapshot } from '../../src/protocol/failure';
import type { TrackedFailure, TargetState } from '../targets/targetState';

export interface LiveSharingOptions {
  readonly records: Records;
  readonly targets: () => readonly TargetState[];
  /** Whether this process has a corpus entry, or had it. `key`: see `FoundEntry`. */
  readonly knowsEntry: (target: TargetState, key: string) => boolean;
  /** Called with each entry that another process has saved. */
  readonly onEntry: (target: TargetState, key: string, entry: CorpusEntry) => Promise<void>;
  /**
   * Called with each failure that another process has found, made simpler, or closed. `known`: what this process knows
   * of it; undefined for nothing.
   */
  readonly onFailure: (
    target: TargetState,
    failure: FailureSnapshot,
    known: TrackedFailure | undefined,
  ) => Promise<void>;
}

/** Keys of records that may have changed, or 'all' when the keys are not known. */
export type Changed = ReadonlySet<string> | 'all';

/** One look adds at most this many corpus entries to a target; the next look adds the rest. */
const MOST_ENTRIES = 500;

/**
 * Reads what other processes have found for the targets of this process. The records that this process writes come
 * back as changes, too. It recognizes its own entries by their keys, and its own failures by their contents.
 */
export class LiveSharing {
  constructor(private readonly options: LiveSharingOptions) {}

  /** Reads the changed records. Returns whether there are more records than one look reads. */
  async look(changed: Changed): Promise<boolean> {
    let isMore = false;
    for (const target of this.options.targets()) {
      const hash = hashKey(target.id);
      isMore = (await this.lookAtCorpus(target, `${hash}/`, changed)) || isMore;
      await this.lookAtFailures(target, `${hash}/`, changed);
    }
    return isMore;
  }

  private async lookAtCorpus(target: TargetState, under: string, changed: Changed): Promise<boolean> {
    const { records, knowsEntry, onEntry } = this.options;
    const { table } = records.corpus;
    let taken = 0;
    for await (const [key, read] of this.entries(table.prefix + under, changed)) {
      const name = key.slice(table.prefix.length + under.length);
      if (knowsEntry(target, name)) continue;
      if (taken === MOST_ENTRIES) return true;
      const bytes = await read();
      const entry = bytes && table.decode(key, bytes);
      if (entry === undefined) continue;
      taken += 1;
      await onEntry(target, name, entry);
    }
    return false;
  }

  private async lookAtFailures(target: TargetState, under: string, changed: Changed): Promise<void> {
    const { records, onFailure } = this.options;
    const { table } = records.failures;
    for await (const [key, read] of this.entries(table.prefix + under, changed)) {
      const bytes = await read();
      const failure = bytes && table.decode(key, bytes);
      if (failure === undefined) continue;
      const known = target.failureById(failure.id);
      if (isNews(failure, known)) await onFailure(target, failure, known);
    }
  }

  /** Gives the records under a prefix that may have changed. `read` resolves to the bytes of the record. */
  private async *entries(
    prefix: string,
    changed: Changed,
  ): AsyncIterable<readonly [key: string, read: () => Promise<Uint8Array | undefined>]> {
    const { database } = this.options.records;
    if (changed === 'all') {
      for await (const [key, bytes] of database.list(prefix)) yield [key, async () => bytes];
      return;
    }
    for (const key of changed) if (key.startsWith(prefix)) yield [key, () => database.get(key)];
  }
}

/** Whether a saved failure is news for this process. Times and histories change often, so they do not count. */
function isNews(failure: FailureSnapshot, known: TrackedFailure | undefined): boolean {
  if (known === undefined) return isOpen(failure.state);
  const { snapshot, confirmed, isHeld } = known;
  // While this process works on the failure itself, only a simpler input or an explanation of another process is news.
  if (!isOpen(failure.state)) return isHeld === true && isOpen(snapshot.state);
  if (failure.blob !== snapshot.blob) return !confirmed || compareInputs(failure, snapshot) < 0;
  const isDone = failure.state === 'minimal' || failure.state === 'flaky';
  const isMore = failure.explanation !== undefined && snapshot.explanation === undefined;
  return !confirmed || isMore || (isDone && (snapshot.state === 'found' || snapshot.state === 'shrinking'));
}
