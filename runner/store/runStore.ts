import * as os from 'node:os';
import * as path from 'node:path';
import {
  appendJournal,
  DatabaseError,
  databaseDirectory,
  ingestJournal,
  openDatabase,
  openMemoryDatabase,
  PointLog,
  Records,
  retryConflicts,
  withHistory,
  writeReplayFiles,
  type FailureHistoryEntry,
  type WriteOperation,
} from '../../src/database';
import type { Bus } from '../../src/protocol/bus';
import { isOpen } from '../../src/protocol/failureStates';
import { messageOf } from '../../src/database/base/databaseError';
import { BEAT_MS } from '../../src/database/live/presence';
import { packageVersion } from '../../src/packageVersion';
import type { FuzzEvent, Notice } from '../../src/protocol/events';
import type { CodeTag, FailureSnapshot } from '../../src/protocol/failure';
import type { RunSnapshot } from '../../src/protocol/run';
import type { TargetId } from '../../src/protocol/target';
import { Renames, type CollectedFile } from './renames';
import { gitCommit } from '../../src/database/merge/gitCommit';
import type { FoundEntry } from '../channel/messages';
import { failureToSave } from './mergeForSave';
import { RewriteAfterOutage } from './rewriteAfterOutage';
import { SharedCorpus } from './sharedCorpus';
import { savedFailure, type FailureState } from '../targets/targetState';
import { isAway, ifAvailable } from './outage';

/** Milliseconds between two writes of what is not urgent. */
const FLUSH_MS = 500;

/** Milliseconds between two tries to take in the journal, while something of this run waits there. */
const JOURNAL_MS = 5000;

/** Operations that wait in memory when nobody takes them: of more, the latest are lost. */
const MOST_WAITING = 20_000;

/** Runs whose curves and notices are kept. */
const KEPT_RUNS = 50;

/**
 * What the main thread tells the world: to the bus at once, to the database in batches. It is the only writer.
 *
 * Invariant: a failure is in the database before it is announced on the bus.
 */
export class RunStore {
  private waiting = new Map<string, () => WriteOperation[]>();
  private operations: WriteOperation[] = [];
  private readonly timer: NodeJS.Timeout;
  private writing: Promise<void> = Promise.resolve();
  private points: PointLog | null = null;
  private run: RunSnapshot | null = null;
  private notices = 0;
  /** Failures are in the journal since the server of the database was away. */
  private isJournalWaiting = false;
  private readonly saved = new RewriteAfterOutage();
  private savingAgain: Promise<void> = Promise.resolve();
  private isClosed = false;
  /** Whether the user was reported that nothing can be written, and nothing was written since. */
  private isTrouble = false;
  /** Of the code that is fuzzed. */
  readonly commit: string | null;
  private readonly renames: Renames;
  readonly corpus: SharedCorpus;
  /** Versions of fast-check by target. */
  private readonly fastChecks = new Map<TargetId, string>();
  private runWritten: { readonly state: RunSnapshot['state']; readonly at: number } | null = null;
  /** Whether others fuzz the same database: then it is written what this run alone has done for a target. */
  isShared = false;
  private ticks = 0;

  private constructor(
    readonly records: Records,
    /** Where files for ordinary runs go; null when there is no place for them. */
    private readonly directory: string | null,
    private readonly rootDir: string,
    private readonly bus: Bus,
  ) {
    this.commit = gitCommit(rootDir);
    const codeOf = (targetId: TargetId): CodeTag => this.codeOf(targetId);
    this.renames = new Renames(records, directory, rootDir, codeOf);
    this.corpus = new SharedCorpus(records, rootDir, codeOf, (targetId) => this.renames.seedsFor(targetId));
    this.timer = setInterval(() => this.tick(), FLUSH_MS);
    this.timer.unref();
  }

  /**
   * Opens the database. One that cannot be opened costs the user a sentence, not the run: what is found is then
   * shown and reported, but not kept. `now`: epoch milliseconds.
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
      back = () => store.saveAgain();
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

  relativeFile(rootDir: string, file: string): string {
    return path.relative(rootDir, file).split(path.sep).join('/');
  }

  notice(level: Notice['level'], message: string): void {
    this.notices += 1;
    const notice: Notice = { id: `${process.pid}-${this.notices}`, level, message, at: Date.now() };
    this.publish({ type: 'notice', notice });
  }

  /** Announces an event, and has it written with the next batch. Failures go through `saveFailure`. */
  publish(event: FuzzEvent): void {
    this.bus.publish(event);
    const { runs, targets } = this.records;
    switch (event.type) {
      case 'run':
        this.run = event.run;
        this.points ??= new PointLog(event.run.runId);
        this.noteRun(event.run);
        return;
      case 'target':
        this.later(`target ${event.target.id}`, () => [
          targets.put(this.run!.runId, event.target, Date.now()),
          ...(this.isShared ? [runs.putShare(this.run!.runId, event.target)] : []),
        ]);
        return;
      case 'not-collected':
        this.later(`not-collected ${event.entry.file} ${event.entry.testName}`, () => [
          runs.putNotCollected(this.run!.runId, event.entry),
        ]);
        return;
      case 'worker':
        this.later(`worker ${event.worker.id}`, () => [runs.putWorker(this.run!.runId, event.worker)]);
        return;
      case 'notice':
        this.later(`notice ${event.notice.id}`, () => [runs.putNotice(this.run!.runId, event.notice)]);
        return;
      case 'point':
        this.points?.add(event.point);
        return;
      case 'fuzzer':
        return;
      case 'failure':
        throw new Error('A failure is announced with saveFailure, which writes it first.');
    }
  }

  /** Each change of its record is a sign of life; more of them than needed are a burden to the others. */
  private noteRun(run: RunSnapshot): void {
    const { runWritten } = this;
    const isDue = runWritten === null || run.updatedAt - runWritten.at >= BEAT_MS - FLUSH_MS;
    if (!isDue && runWritten.state === run.state && run.updatedAt >= runWritten.at) return;
    this.runWritten = { state: run.state, at: run.updatedAt };
    const { fleet: _fleet, ...own } = run;
    this.later('run', () => [this.records.runs.put(own)]);
  }

  /** Writes with the next batch. */
  save(operations: readonly WriteOperation[]): void {
    this.operations.push(...operations);
  }

  /** Versions of fast-check that make inputs. */
  get fastCheckVersions(): readonly string[] {
    return [...new Set(this.fastChecks.values())].sort();
  }

  /** Writes a failure with what happened to it, then announces it, and has ordinary runs replay it. */
  async saveFailure(failure: FailureSnapshot, event: FailureHistoryEntry['event'], detail?: string): Promise<void> {
    const { failures } = this.records;
    const { worker } = failure;
    const ours = this.codeOf(failure.targetId);
    const entry: FailureHistoryEntry = {
      at: Date.now(),
      event,
      by: 'fuzz',
      host: os.hostname(),
      commit: ours.commit,
      fastCheck: ours.fastCheck,
      worker,
      detail,
    };
    let history = failure.history;
    try {
      await retryConflicts(async () => {
        const { value, expect, aside } = await failures.getForUpdate(failure.targetId, failure.id);
        const merged = await failureToSave(value, failure, entry, { code: ours, rootDir: this.rootDir });
        const reported = withHistory(merged, [entry]);
        ({ history } = reported);
        await this.records.write([expect, ...aside, ...failures.put(merged, entry)], { durable: true });
        this.saved.noteFailure(reported);
      });
      if (this.directory !== null) await writeReplayFiles(this.directory, this.records, new Set([failure.file]));
    } catch (error) {
      if (!(error instanceof DatabaseError)) throw error;
      this.putBy(failure, entry, error);
    }
    this.bus.publish({ type: 'failure', failure: { ...failure, history } });
    await ifAvailable(() => this.renames.noteSaved(failure, event), undefined);
  }

  /** The code that this run sees a target with. */
  private codeOf(targetId: TargetId): CodeTag {
    return {
      commit: this.commit ?? undefined,
      fastCheck: this.fastChecks.get(targetId),
      fuzzRunner: packageVersion(),
    };
  }

  /**
   * The server of the database is away, and what it knows of the failure cannot be asked: the failure goes to the
   * journal, as from an ordinary run, and is merged when the server is back.
   */
  private putBy(failure: FailureSnapshot, { at, event, host }: FailureHistoryEntry, { message }: DatabaseError): void {
    const { directory } = this;
    const { targetId, id: failureId, file } = failure;
    const code = this.codeOf(targetId);
    const isReplay = event === 'passed' || event === 'failed-again';
    const problem =
      directory === null
        ? message
        : isReplay
          ? appendJournal(directory, { type: event, at, host, file, targetId, failureId, code })
          : appendJournal(directory, { type: 'found', at, host, failure: { ...failure, seenWith: code } });
    if (problem !== null) {
      this.notice(
        'error',
        `A failure of "${failure.testName}" is shown and reported, but could not be saved. ${problem}`,
      );
      return;
    }
    this.isJournalWaiting = true;
  }

  /** The server is back: what it has lost is written again, and what waited in the journal is taken in. */
  private saveAgain(): void {
    this.whenFree(() => this.saved.saveAgain(this.records));
  }

  /** One after the other: takes in what waits in the journal, then does the rest. */
  private whenFree(use: () => Promise<void>): void {
    if (this.isClosed) return;
    this.savingAgain = this.savingAgain
      .then(async () => {
        await this.takeJournal();
        await use();
      })
      // What is in the journal stays there.
      .catch((error: unknown) => {
        if (!isAway(error)) this.notWritten([], error);
      });
  }

  private async takeJournal(): Promise<void> {
    if (!this.isJournalWaiting || this.directory === null) return;
    this.isJournalWaiting = false;
    try {
      await ingestJournal(this.directory, this.records);
    } catch (error) {
      this.isJournalWaiting = true;
      throw error;
    }
  }

  /** Shows a failure that this run found before its process died. */
  publishKnown(failure: FailureSnapshot): void {
    this.bus.publish({ type: 'failure', failure });
  }

  saveCorpus(targetId: TargetId, added: readonly FoundEntry[], dropped: readonly string[]): void {
    for (const operation of this.corpus.changes(targetId, added, dropped)) {
      this.operations.push(operation);
      this.saved.noteEntry(operation);
    }
  }

  /** Gives the targets of a file what is known of them under other names. */
  adopt(collected: CollectedFile): Promise<void> {
    for (const { id, fastCheck } of collected.targets) if (fastCheck !== undefined) this.fastChecks.set(id, fastCheck);
    return ifAvailable(() => this.renames.adopt(collected), undefined);
  }

  saveWords(targetId: TargetId, words: readonly string[]): void {
    this.later(`words ${targetId}`, () => [this.records.words.put(targetId, words)]);
  }

  loadWords(targetId: TargetId): Promise<readonly string[]> {
    return ifAvailable(() => this.records.words.get(targetId), []);
  }

  /** Targets known to end a whole process. */
  async deadlyTargets(): Promise<ReadonlySet<TargetId>> {
    const saved = await ifAvailable(() => this.records.failures.list(), []);
    return new Set(
      saved.filter(({ kind, state }) => kind === 'crash' && isOpen(state)).map(({ targetId }) => targetId),
    );
  }

  /** Where it is left what runs, for the case that the process dies; null when there is no place. */
  get suspectsFolder(): string | null {
    return this.directory === null ? null : path.join(this.directory, 'suspects');
  }

  /** Saved failures of a target that are not fixed. */
  async loadFailures(targetId: TargetId): Promise<FailureState[]> {
    const saved = await ifAvailable(() => this.records.failures.list(targetId), []);
    const states: FailureState[] = [];
    for (const snapshot of saved) {
      if (!isOpen(snapshot.state)) continue;
      try {
        states.push(savedFailure(snapshot));
      } catch (error) {
        this.notice('warning', `A saved failure of "${snapshot.testName}" is left out. ${(error as Error).message}`);
      }
    }
    return states;
  }

  /** Writes what is due: when others fuzz the same database, what is only shown is written with the signs of life. */
  private tick(): void {
    this.ticks += 1;
    if (this.isJournalWaiting && this.ticks % (JOURNAL_MS / FLUSH_MS) === 0) this.saveAgain();
    void this.flush(!this.isShared || this.ticks % (BEAT_MS / FLUSH_MS) === 0);
  }

  /** Writes everything that waits; or only what others go on with. */
  flush(isAll = true): Promise<void> {
    const operations = [...this.operations, ...((isAll ? this.points?.flush() : null) ?? [])];
    this.operations = [];
    // Before the first event of the run there is no run to write for.
    if (this.run !== null && isAll) {
      for (const make of this.waiting.values()) operations.push(...make());
      this.waiting = new Map();
    }
    if (operations.length > 0) {
      this.writing = this.writing
        .then(() => this.records.write(operations))
        .then(() => void (this.isTrouble = false))
        .catch((error: unknown) => this.notWritten(operations, error));
    }
    return this.writing;
  }

  /** Nobody took them: they are tried again with the next batch. Told once until something is written again. */
  private notWritten(operations: readonly WriteOperation[], error: unknown): void {
    if (isAway(error) && this.operations.length < MOST_WAITING) this.operations = [...operations, ...this.operations];
    if (this.isTrouble) return;
    this.isTrouble = true;
    const message = `The database could not be written. ${messageOf(error)}`;
    this.bus.publish({ type: 'notice', notice: { id: 'write', level: 'error', message, at: Date.now() } });
  }

  async close(): Promise<void> {
    clearInterval(this.timer);
    await this.flush();
    this.whenFree(async () => {
      if (this.directory !== null) await writeReplayFiles(this.directory, this.records);
    });
    this.isClosed = true;
    await this.savingAgain;
    await this.records.close();
  }

  /** The latest of equal `key` is written. */
  private later(key: string, make: () => WriteOperation[]): void {
    this.waiting.set(key, make);
  }
}

/** Milliseconds after which a run that has not ended is taken to be over, wherever its clock is. */
const LONG_OVER_MS = 3600 * 1000;

/** Whether a run may still be under way: its records are not to be removed. */
function mayRun({ state, updatedAt }: RunSnapshot, now: number): boolean {
  return state !== 'finished' && Math.abs(now - updatedAt) < LONG_OVER_MS;
}
