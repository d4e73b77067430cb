import * as path from 'node:path';
import type { Test, TestResult } from '@jest/test-result';
import type { NotCollected } from '../../src/protocol/notCollected';
import type { TargetId } from '../../src/protocol/target';
import type { InFlightFiles, Suspect } from '../threads/inFlightFiles';
import type { ResumedRun } from '../targets/resumedRun';
import type { Crew } from './crew';
import type { CrashTriage } from './crashTriage';
import type { Leases } from '../fleet/leases';
import type { RunStore } from '../store/runStore';
import type { FoundTarget, SliceReport } from '../channel/messages';
import { asSerializableError } from '../jest/serializableError';
import { testNameOf } from '../fastCheck/targetId';
import type { TargetPool } from '../targets/targetPool';
import { TargetState } from '../targets/targetState';
import { LOAD_SILENCE_MS, ThreadDeath, type FuzzWorker } from '../threads/fuzzWorker';

/** The events that Jest gets. */
export interface Emit {
  fileStart(test: Test): Promise<void>;
  fileSuccess(test: Test, result: TestResult): Promise<void>;
  fileFailure(test: Test, error: { message: string; stack: string }): Promise<void>;
}

export interface CollectionOptions {
  readonly tests: readonly Test[];
  readonly rootDir: string;
  readonly store: RunStore;
  readonly emit: Emit;
  readonly pool: TargetPool;
  readonly crew: Crew;
  readonly crashTriage: CrashTriage;
  readonly leases: Leases;
  readonly inFlightFiles: InFlightFiles;
  readonly resumed: ResumedRun;
  /** Called with each report of the ordinary pass of a file. */
  readonly take: (report: SliceReport, worker: FuzzWorker) => Promise<void>;
}

/** A test file that has targets. */
export interface CollectedFile {
  readonly test: Test;
  /** The result of its ordinary pass. */
  readonly result: TestResult;
}

/** Loads the test files of a run and runs their tests once, the _ordinary pass_; makes targets of their properties. */
export class Collection {
  readonly files: CollectedFile[] = [];
  /** Number of tests that are no targets. */
  notCollected = 0;
  /** Root folders of the projects: names of test files are relative to them. */
  private readonly roots: ReadonlySet<string>;
  /** Files that no worker has begun to load. */
  private readonly queue: Test[];
  /** How many files are being loaded. */
  private loading = 0;
  /** Inputs, targets and files that may have ended an earlier run. */
  private suspects: readonly Suspect[] = [];
  /** Targets with an open failure that ended a whole process. */
  private crashing: ReadonlySet<TargetId> = new Set();

  constructor(private readonly options: CollectionOptions) {
    this.roots = new Set(options.tests.map((test) => test.context.config.rootDir));
    this.queue = [...options.tests];
  }

  /** Reads what ended earlier runs. */
  async prepare(): Promise<void> {
    const { inFlightFiles, store } = this.options;
    this.suspects = inFlightFiles.takeSuspects();
    this.crashing = await store.savedTargets.crashing();
    this.reportSuspects();
  }

  /** Whether no file is being loaded. */
  get isIdle(): boolean {
    return this.loading === 0;
  }

  /** Lets a worker load the next file. Returns false when no file is left. */
  async next(worker: FuzzWorker): Promise<boolean> {
    const test = this.queue.shift();
    if (test === undefined) return false;
    this.loading += 1;
    await this.options.emit.fileStart(test);
    await this.collect(worker, test, this.heldIn(test.path));
    this.loading -= 1;
    return true;
  }

  /** Counts and announces a test that is no target. */
  addNotCollected(entry: NotCollected): void {
    this.notCollected += 1;
    this.options.store.publish({ type: 'not-collected', entry });
  }

  /** Loads one file and runs its tests once. `held`: targets that are not run, because they ended a worker before. */
  private async collect(worker: FuzzWorker, test: Test, held: readonly TargetId[]): Promise<void> {
    const { crew, crashTriage, emit, rootDir } = this.options;
    crew.begin(worker, test.path, null);
    try {
      const mayEndProcess = this.suspects.some((suspect) => suspect.path === test.path && suspect.targetId === null);
      await this.load(worker, mayEndProcess ? crew.standInFor(worker) : worker, test, held);
    } catch (error) {
      if (error instanceof ThreadDeath && error.kind === 'stopped') {
        crashTriage.reportStopped(error);
        return;
      }
      if (error instanceof ThreadDeath && error.inFlight !== null && !held.includes(error.inFlight.targetId)) {
        await this.collect(worker, test, [...held, error.inFlight.targetId]);
        crashTriage.take(error);
        return;
      }
      const failure = asSerializableError(error);
      const file = path.relative(rootDir, test.path).split(path.sep).join('/');
      const reason = failure.message.split('\n')[0] ?? 'It failed to load.';
      this.addNotCollected({ file, testName: null, code: 'file-failed', reason, result: 'failed' });
      await emit.fileFailure(test, failure);
    } finally {
      crew.finish(worker);
    }
  }

  /** `loader`: the worker, or its stand-in. */
  private async load(worker: FuzzWorker, loader: FuzzWorker, test: Test, held: readonly TargetId[]): Promise<void> {
    const { emit, store, take } = this.options;
    const projectId = test.context.config.id;
    const reply = await loader.call('collect', { path: test.path, projectId, held }, LOAD_SILENCE_MS);
    const [first] = reply.targets;
    if (first !== undefined) {
      await store.adopt({
        file: first.file,
        targets: reply.targets,
        testNames: new Set(reply.result.testResults.map(({ fullName }) => testNameOf(fullName))),
        roots: this.roots,
      });
    }
    for (const found of reply.targets) await this.add(found, test.path, projectId);
    for (const report of reply.reports) await take(report, worker);
    for (const entry of reply.notCollected) this.addNotCollected(entry);
    if (reply.targets.length === 0) await emit.fileSuccess(test, reply.result);
    else this.files.push({ test, result: reply.result });
  }

  /** Makes a target, and gives it what earlier runs have saved for it. */
  private async add(found: FoundTarget, path: string, projectId: string): Promise<void> {
    const { resumed, crashTriage, leases, store, pool } = this.options;
    if (pool.get(found.id) !== undefined) return;
    const target = new TargetState(found, path, projectId);
    pool.add(target);
    for (const entry of await store.corpus.load(found.id)) target.entries.add(entry, null);
    target.words = await store.savedTargets.words(found.id);
    for (const known of await store.savedTargets.failures(found.id)) {
      await leases.claim(known);
      target.failures.set(known.snapshot.origin.key, known);
    }
    for (const failure of resumed.restore(target)) store.failureWriter.announceKnown(failure);
    pool.touch(target);
    const suspects = this.suspects.filter(({ targetId }) => targetId === found.id);
    target.isIsolated = suspects.some(({ wasStopped }) => !wasStopped) || this.crashing.has(found.id);
    crashTriage.recheck(target);
    for (const { choices, wasStopped } of suspects) {
      if (choices !== null && wasStopped) crashTriage.resume(target, choices);
      else if (choices !== null) crashTriage.suspect(target, { kind: 'crash', choices, text: '', stacks: [] });
    }
  }

  /** Targets of a file that must not run in its ordinary pass, because they may end the worker. */
  private heldIn(path: string): TargetId[] {
    const suspects = this.suspects.filter((suspect) => suspect.path === path).map(({ targetId }) => targetId);
    return [...new Set([...suspects.filter((id) => id !== null), ...this.crashing])];
  }

  private reportSuspects(): void {
    const crashed = this.suspects.filter(({ wasStopped }) => !wasStopped);
    const names = [...new Set(crashed.map(({ path, targetId }) => targetId ?? path))];
    if (names.length === 0) return;
    const what = names.map((name) => JSON.stringify(name)).join(', ');
    this.options.store.notice(
      'warning',
      `An earlier run was ended while it ran ${what}. From now on, fuzz-runner runs this in a separate process.`,
    );
  }
}
