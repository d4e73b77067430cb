import * as path from 'node:path';
import {
  DatabaseError,
  databaseDirectory,
  ingestJournal,
  openDatabase,
  openMemoryDatabase,
  Records,
  writeReplayFiles,
  type WriteOperation,
} from '../../src/database';
import { BEAT_MS } from '../../src/database/live/presence';
import type { Bus } from '../../src/protocol/bus';
import type { CodeTag } from '../../src/protocol/failure';
import type { FuzzEvent, Notice } from '../../src/protocol/events';
import type { RunSnapshot } from '../../src/protocol/run';
import type { TargetId } from '../../src/protocol/target';
import type { FoundEntry } from '../channel/messages';
import { CodeTags } from './codeTags';
import { EventRecords } from './eventRecords';
import { FailureWriter } from './failureWriter';
import { ifAvailable, isAway } from './outage';
import { Renames, type CollectedFile } from './renames';
import { RewriteAfterOutage } from './rewriteAfterOutage';
import { SavedTargets } from './savedTargets';
import { SharedCorpus } from './sharedCorpus';
import { FLUSH_MS, WriteBatches } from './writeBatches';

/** Milliseconds between two tries to move the journal to the database, while failures of this run wait in it. */
const JOURNAL_MS = 5000;

/** The curves and notices of the latest runs are kept: of this many runs. */
const KEPT_RUNS = 50;

/**
 * All that a run keeps: opens the database, announces events on the bus at once, and writes them to the database in
 * batches. Failures have a writer of their own, `failureWriter`, because they must not wait. No other part of a run
 * writes the database, except for the first record of the run (`Fleet.join`) and leases (`Leases`).
 */
export class RunStore {
  readonly corpus: SharedCorpus;
  readonly failureWriter: FailureWriter;
  readonly savedTargets: SavedTargets;
  readonly codeTags: CodeTags;
  private readonly batches: WriteBatches;
  private readonly eventRecords: EventRecords;
  private readonly renames: Renames;
  private readonly rewriteAfterOutage = new RewriteAfterOutage();
  private readonly timer: NodeJS.Timeout;
  /** Number of ticks so far, one each `FLUSH_MS`. */
  private ticks = 0;
  private notices = 0;
  private catchingUp: Promise<void> = Promise.resolve();
  private isClosed = false;

  private constructor(
    readonly records: Records,
    /** Where files for ordinary runs go; null when there is no place for them. */
    private readonly directory: string | null,
    rootDir: string,
    private readonly bus: Bus,
  ) {
    this.codeTags = new CodeTags(rootDir);
    const codeOf = (targetId: TargetId): CodeTag => this.codeTags.of(targetId);
    this.renames = new Renames(records, directory, rootDir, codeOf);
    this.corpus = new SharedCorpus(records, rootDir, codeOf, (targetId) => this.renames.seedsFor(targetId));
    this.savedTargets = new SavedTargets(records, (message) => this.notice('warning', message));
    // With one id, the latest message replaces earlier ones. It is not saved, because just this has failed.
    this.batches = new WriteBatches(records, (message) =>
      bus.publish({ type: 'notice', notice: { id: 'write', level: 'error', message, at: Date.now() } }),
    );
    this.eventRecords = new EventRecords(records, this.batches);
    this.failureWriter = new FailureWriter({
      records,
      directory,
      rootDir,
      bus,
      codeTags: this.codeTags,
      renames: this.renames,
      rewriteAfterOutage: this.rewriteAfterOutage,
      onProblem: (message) => this.notice('error', message),
    });
    this.timer = setInterval(() => this.tick(), FLUSH_MS);
    this.timer.unref();
  }

  /**
   * Opens the database. When it cannot be opened, the user gets a notice and the run goes on: what it finds is shown
   * and reported, but not kept. `now`: epoch milliseconds.
   */
  static async open(url: string, rootDir: string, bus: Bus, now: () => number = Date.now): Promise<RunStore> {
    const problems: string[] = [];
    try {
      let report = (message: string): void => void problems.push(message);
      let back = (): void => {};
      const database = await openDatabase(url, {
        rootDir,
        onNotice: (message) => report(message),
        onBack: () => back(),
      });
      const records = new Records(database, (problem) => problems.push(problem.message));
      // A database in memory leaves nothing for later runs, no files either.
      const directory = database.url.startsWith('memory:') ? null : databaseDirectory(url, rootDir);
      const store = new RunStore(records, directory, rootDir, bus);
      const warnings: string[] = [];
      await ifAvailable(async () => {
        if (directory !== null) {
          warnings.push(...(await ingestJournal(directory, records)).warnings);
          await writeReplayFiles(directory, records);
        }
        const startedAt = now();
        await records.write(await records.runs.prune(KEPT_RUNS, (run) => mayRun(run, startedAt)));
      }, undefined);
      for (const problem of [...problems, ...warnings]) store.notice('warning', problem);
      report = (message) => store.notice('warning', message);
      back = () => store.rewrite();
      return store;
    } catch (error) {
      if (!(error instanceof DatabaseError)) throw error;
      const store = new RunStore(new Records(openMemoryDatabase()), null, rootDir, bus);
      store.notice('error', `${error.message} This run goes on without a database: nothing it finds is kept.`);
      return store;
    }
  }

  get url(): string {
    return this.records.database.url;
  }

  /** Folder for `InFlightFiles`; null when there is no place for files. */
  get suspectsFolder(): string | null {
    return this.directory === null ? null : path.join(this.directory, 'suspects');
  }

  notice(level: Notice['level'], message: string): void {
    this.notices += 1;
    const notice: Notice = { id: `${process.pid}-${this.notices}`, level, message, at: Date.now() };
    this.publish({ type: 'notice', notice });
  }

  /** Announces an event, and writes it with the next batch. Failures go through `failureWriter.save`. */
  publish(event: FuzzEvent): void {
    this.bus.publish(event);
    this.eventRecords.add(event);
  }

  /** Called when other processes fuzz the same database. */
  noteOtherProcesses(): void {
    this.eventRecords.isShared = true;
  }

  /** Writes with the next batch. */
  save(operations: readonly WriteOperation[]): void {
    this.batches.add(operations);
  }

  /** `dropped`: keys of entries that are not needed any more. */
  saveCorpus(targetId: TargetId, added: readonly FoundEntry[], dropped: readonly string[]): void {
    const operations = this.corpus.changes(targetId, added, dropped);
    this.batches.add(operations);
    for (const operation of operations) this.rewriteAfterOutage.noteEntry(operation);
  }

  saveWords(targetId: TargetId, words: readonly string[]): void {
    this.batches.addLatest(`words ${targetId}`, () => [this.records.words.put(targetId, words)]);
  }

  /** Gives the targets of a file what is known of them under other names. */
  adopt(collected: CollectedFile): Promise<void> {
    this.codeTags.note(collected.targets);
    return ifAvailable(() => this.renames.adopt(collected), undefined);
  }

  /** Writes what waits in memory. With `isAll` false, only what other processes of the campaign need. */
  flush(isAll = true): Promise<void> {
    if (isAll) this.eventRecords.addPoints();
    return this.batches.flush(isAll && this.eventRecords.hasRun);
  }

  async close(): Promise<void> {
    clearInterval(this.timer);
    await this.flush();
    this.catchUp(async () => {
      if (this.directory !== null) await writeReplayFiles(this.directory, this.records);
    });
    this.isClosed = true;
    await this.catchingUp;
    await this.records.close();
  }

  /** When other processes fuzz the same database, records that are only shown are written with the signs of life. */
  private tick(): void {
    this.ticks += 1;
    if (this.failureWriter.isJournalWaiting && this.ticks % (JOURNAL_MS / FLUSH_MS) === 0) this.rewrite();
    void this.flush(!this.eventRecords.isShared || this.ticks % (BEAT_MS / FLUSH_MS) === 0);
  }

  /** Moves the journal to the database, and writes again what the server has lost. */
  private rewrite(): void {
    this.catchUp(() => this.rewriteAfterOutage.saveAgain(this.records));
  }

  /** After earlier calls have ended: moves the journal to the database, then runs `next`. */
  private catchUp(next: () => Promise<void>): void {
    if (this.isClosed) return;
    this.catchingUp = this.catchingUp
      .then(async () => {
        await this.failureWriter.takeJournal();
        await next();
      })
      // Failures that are in the journal stay there.
      .catch((error: unknown) => {
        if (!isAway(error)) this.batches.reportProblem(error);
      });
  }
}

/** A run whose record is this many milliseconds away from now counts as ended. Its clock may be fast or slow. */
const LONG_OVER_MS = 3600 * 1000;

/** Whether a run may still be running, so that its records must stay. */
function mayRun({ state, updatedAt }: RunSnapshot, now: number): boolean {
  return state !== 'finished' && Math.abs(now - updatedAt) < LONG_OVER_MS;
}
