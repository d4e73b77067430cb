import * as os from 'node:os';
import {
  appendJournal,
  DatabaseError,
  ingestJournal,
  retryConflicts,
  withHistory,
  writeReplayFiles,
  type FailureHistoryEntry,
  type Records,
} from '../../src/database';
import type { Bus } from '../../src/protocol/bus';
import type { FailureSnapshot } from '../../src/protocol/failure';
import type { CodeTags } from './codeTags';
import { mergeForSave } from './mergeForSave';
import { ifAvailable } from './outage';
import type { Renames } from './renames';
import type { RewriteAfterOutage } from './rewriteAfterOutage';

export interface FailureWriterOptions {
  readonly records: Records;
  /** Folder of the journal and of the replay files for ordinary runs; null when there is no place for them. */
  readonly directory: string | null;
  readonly rootDir: string;
  readonly bus: Bus;
  readonly codeTags: CodeTags;
  readonly renames: Renames;
  readonly rewriteAfterOutage: RewriteAfterOutage;
  /** Called with a message for the user when a failure cannot be saved anywhere. */
  readonly onProblem: (message: string) => void;
}

/**
 * Saves failures. Each failure is merged with what the database knows of it. While the database is away, failures go to
 * the journal, and `takeJournal` moves them to the database later.
 *
 * Invariant: a failure is in the database, or in the journal, before it is announced on the bus. If it cannot be saved
 * in either of them, `onProblem` is called first.
 */
export class FailureWriter {
  /** See `isJournalWaiting`. */
  private isWaiting = false;

  constructor(private readonly options: FailureWriterOptions) {}

  /**
   * Writes a failure with what happened to it and updates the replay files, so that ordinary runs replay it. Then
   * announces it on the bus.
   */
  async save(failure: FailureSnapshot, event: FailureHistoryEntry['event'], detail?: string): Promise<void> {
    const { records, directory, rootDir, bus, codeTags, renames, rewriteAfterOutage } = this.options;
    const { failures } = records;
    const { worker } = failure;
    const code = codeTags.of(failure.targetId);
    const { commit, fastCheck } = code;
    const host = os.hostname();
    const entry: FailureHistoryEntry = { at: Date.now(), event, by: 'fuzz', host, commit, fastCheck, worker, detail };
    let history = failure.history;
    try {
      await retryConflicts(async () => {
        const { value, expect, aside } = await failures.getForUpdate(failure.targetId, failure.id);
        const merged = await mergeForSave(value, failure, entry, { code, rootDir });
        const saved = withHistory(merged, [entry]);
        ({ history } = saved);
        await records.write([expect, ...aside, ...failures.put(merged, entry)], { durable: true });
        rewriteAfterOutage.noteFailure(saved);
      });
      if (directory !== null) await writeReplayFiles(directory, records, new Set([failure.file]));
    } catch (error) {
      if (!(error instanceof DatabaseError)) throw error;
      this.appendToJournal(failure, entry, error);
    }
    bus.publish({ type: 'failure', failure: { ...failure, history } });
    await ifAvailable(() => renames.noteSaved(failure, event), undefined);
  }

  /** Announces a failure that is saved already, or that an earlier process of this run has announced. */
  announceKnown(failure: FailureSnapshot): void {
    this.options.bus.publish({ type: 'failure', failure });
  }

  /** Whether failures of this run wait in the journal. */
  get isJournalWaiting(): boolean {
    return this.isWaiting;
  }

  /** Moves the failures that wait in the journal to the database. If this throws, they stay in the journal. */
  async takeJournal(): Promise<void> {
    const { directory, records } = this.options;
    if (!this.isWaiting || directory === null) return;
    this.isWaiting = false;
    try {
      await ingestJournal(directory, records);
    } catch (error) {
      this.isWaiting = true;
      throw error;
    }
  }

  /** The database cannot be asked what it knows of the failure: the journal keeps it, like one of an ordinary run. */
  private appendToJournal(
    failure: FailureSnapshot,
    { at, event, host }: FailureHistoryEntry,
    { message }: DatabaseError,
  ): void {
    const { directory, codeTags, onProblem } = this.options;
    const { targetId, id: failureId, file } = failure;
    const code = codeTags.of(targetId);
    const isReplay = event === 'passed' || event === 'failed-again';
    const problem =
      directory === null
        ? message
        : isReplay
          ? appendJournal(directory, { type: event, at, host, file, targetId, failureId, code })
          : appendJournal(directory, { type: 'found', at, host, failure: { ...failure, seenWith: code } });
    if (problem === null) this.isWaiting = true;
    else onProblem(`A failure of "${failure.testName}" is shown and reported, but could not be saved. ${problem}`);
  }
}
