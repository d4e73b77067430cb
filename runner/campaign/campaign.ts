import type { Test } from '@jest/test-result';
import type { Config } from '@jest/types';
import { randomBytes } from 'node:crypto';
import * as os from 'node:os';
import type { FailureSnapshot } from '../../src/protocol/failure';
import type { RunEnd, RunSnapshot, RunState } from '../../src/protocol/run';
import { isOpen } from '../../src/protocol/failureStates';
import { containerName } from './containerName';
import { Fleet } from '../fleet/fleet';
import { Leases } from '../fleet/leases';
import { LiveSharing, type Changed } from '../fleet/liveSharing';
import { InFlightFiles } from '../threads/inFlightFiles';
import type { ResumedRun } from '../targets/resumedRun';
import { Collection, type Emit } from './collection';
import { Crew } from './crew';
import { CrashTriage } from './crashTriage';
import { FailureTracker } from './failureTracker';
import { mergeWords } from '../../src/database/records/wordRecords';
import type { JestModules } from '../jest/jestModules';
import type { RunStore } from '../store/runStore';
import type { SliceReport } from '../channel/messages';
import type { FuzzOptions } from '../../src/protocol/options';
import { IsolatedWorker } from '../threads/isolatedWorker';
import { finishedResult } from './results';
import { RunTotals } from '../targets/runTotals';
import { asSerializableError } from '../jest/serializableError';
import { TargetPool } from '../targets/targetPool';
import { savedFailure, type FailureState, type TargetState } from '../targets/targetState';
import { LOAD_SILENCE_MS, ThreadDeath, type FuzzWorker, type WorkerSettings } from '../threads/fuzzWorker';

export interface CampaignOptions {
  readonly tests: readonly Test[];
  readonly globalConfig: Config.GlobalConfig;
  readonly options: FuzzOptions;
  readonly workers: number;
  readonly modules: JestModules;
  readonly store: RunStore;
  readonly emit: Emit;
  readonly version: string;
  /** Where it is left what runs, for the case that this process dies; null for nowhere. */
  readonly suspectsFolder: string | null;
  /** What an earlier process of this run has left. */
  readonly resumed: ResumedRun;
  /** Numbers in [0, 1) for the scheduler. */
  readonly random: () => number;
  readonly onOutput: (text: string) => void;
  /** Called when nothing more will be found, before Jest is given the results. */
  readonly onFinished: () => Promise<void>;
}

/** A slice is long enough to make switching free and short enough to keep the picture fresh. */
const SLICE_SECONDS = { min: 0.2, max: 1 };

/** Corpus entries given to a thread in one slice. */
const IMPORTS_PER_SLICE = 200;

/** How long stopping may take before threads are ended by force. */
const STOP_SECONDS = 1.5;

/**
 * Time that inputs have to end after the budget, so that one that hangs is told from one that is slow: as long as a
 * test may take by default. What hangs is run once more to make sure only if there is time for it.
 */
const LAST_INPUT_SECONDS = 5;

/** Wall seconds of the last slice of a target, in which its failures are confirmed as they are. */
const LAST_SLICE_SECONDS = 0.1;

/** Time after which totals are shown again. */
const PULSE_MS = 250;

/**
 * One run of the fuzzer in the main thread: collects targets, gives them slices until the end, keeps what they
 * find, and hands Jest its results. User code never runs here.
 */
export class Campaign {
  private readonly crew: Crew;
  private readonly collection: Collection;
  private readonly inFlightFiles: InFlightFiles;
  private readonly pool: TargetPool;
  private readonly failures: FailureTracker;
  private readonly crashTriage: CrashTriage;
  private readonly startedAt = Date.now();
  /** Containers have equal process ids, and may start at the same moment. */
  private readonly runId = `${new Date(this.startedAt).toISOString().replace(/[:.]/g, '-')}-${process.pid}-${randomBytes(3).toString('hex')}`;
  private readonly container = containerName();
  private readonly fleet: Fleet;
  private readonly leases: Leases;
  private readonly sharing: LiveSharing;
  private state: RunState = 'collecting';
  private ended: RunEnd | null = null;
  private fuzzingSince: number | null = null;
  private deadline = Infinity;
  private readonly totals = new RunTotals();
  /** Threads that show failures to their tests, at the end. */
  private readonly confirming = new Set<number>();
  private stopping: Promise<void> | null = null;
  private readonly sleepers: (() => void)[] = [];
  /** The thread that ran a slice of a target last. */
  private readonly lastThread = new Map<TargetState, FuzzWorker>();
  private drives: Promise<unknown> = Promise.resolve();
  private hurry = (): void => {};
  private readonly hurried = new Promise<void>((resolve) => (this.hurry = resolve));
  private budget: NodeJS.Timeout | undefined;
  private bailed = false;

  constructor(private readonly deps: CampaignOptions) {
    const { globalConfig, options, modules, tests, store } = deps;
    this.pool = new TargetPool(deps.random);
    this.failures = new FailureTracker({
      store,
      pool: this.pool,
      addNotCollected: (entry) => this.collection.addNotCollected(entry),
      onSettled: () => {
        if (options.stopOnFailure && this.ended === null) void this.stop('failure');
      },
    });
    this.fleet = new Fleet({
      records: store.records,
      runId: this.runId,
      now: () => performance.timeOrigin + performance.now(),
      self: () => this.snapshot(),
      targets: () => this.pool.all(),
      save: (operations) => store.save(operations),
      onFuzzer: (fuzzer) => store.publish({ type: 'fuzzer', fuzzer }),
      onChanges: (changed) => this.takeChanges(changed),
    });
    this.leases = new Leases({
      records: store.records,
      runId: this.runId,
      commit: store.codeTags.commit,
      isAlive: (runId) => this.fleet.isAlive(runId),
    });
    this.sharing = new LiveSharing({
      records: store.records,
      targets: () => this.pool.all(),
      knowsEntry: (target, key) => store.corpus.knows(target.id, key),
      onEntry: async (target, key, entry) => {
        const taken = await store.corpus.take(target.id, key, entry);
        if (taken !== null) target.entries.add(taken, null);
      },
      onFailure: (target, failure, known) => this.takeFailure(target, failure, known),
    });
    this.inFlightFiles = new InFlightFiles(deps.suspectsFolder);
    const contexts = new Map(tests.map((test) => [test.context.config.id, test.context]));
    const settings: WorkerSettings = {
      anchor: modules.anchor,
      globalConfig,
      projects: [...contexts.values()].map((context) => ({
        config: context.config,
        moduleMap: context.moduleMap.toJSON(),
      })),
      seed: options.seed,
      expect: options.expect,
      include: options.include,
      exclude: options.exclude,
    };
    this.crew = new Crew({
      size: deps.workers,
      settings,
      isIsolated: options.isolate === 'process',
      inFlightFiles: this.inFlightFiles,
      onOutput: deps.onOutput,
      publish: (worker) => store.publish({ type: 'worker', worker }),
    });
    this.crashTriage = new CrashTriage({
      store,
      pool: this.pool,
      failures: this.failures,
      inFlightFiles: this.inFlightFiles,
      rootDir: globalConfig.rootDir,
      // What its crashes print would be taken for ours.
      isolatedWorker: new IsolatedWorker(deps.workers + 1, settings, () => {}),
      onFree: () => this.wakeAll(),
    });
    this.collection = new Collection({
      tests,
      rootDir: globalConfig.rootDir,
      store,
      emit: deps.emit,
      pool: this.pool,
      crew: this.crew,
      crashTriage: this.crashTriage,
      leases: this.leases,
      inFlightFiles: this.inFlightFiles,
      resumed: deps.resumed,
      take: async (report, worker) => {
        // Not told to the bandit: what the first inputs cost is mostly the loading of the code.
        await this.take(report, worker);
        const target = this.pool.get(report.targetId);
        if (target !== undefined) this.lastThread.set(target, worker);
      },
    });
  }

  /** Runs to the end; resolves when all results are emitted and all threads are gone. */
  async run(): Promise<RunEnd> {
    const { store } = this.deps;
    const pulse = setInterval(() => this.pulse(), PULSE_MS);
    try {
      await this.fleet.join(this.deps.resumed.runId);
      this.pulse();
      this.fleet.start();
      await this.collection.prepare();
      this.drives = Promise.all(this.crew.workers.map((worker) => this.drive(worker)));
      await this.drives;
      await this.crashTriage.idle();
      await this.stopping;
      this.ended ??= this.pool.all().length === 0 ? 'no-targets' : 'nothing-to-learn';
    } finally {
      clearInterval(pulse);
      clearTimeout(this.budget);
      await this.crashTriage.end();
      for (const target of this.pool.all()) await this.failures.reportTimeouts(target);
      await this.fleet.end();
      await this.leases.release();
      this.setState('finished');
      await this.crew.end();
      this.pulse();
      await store.flush();
    }
    // `--bail` makes Jest exit inside an emit: everything of ours is saved, and said, by then.
    await this.deps.onFinished();
    await this.emitResults();
    return this.ended ?? 'error';
  }

  /** Ends the run; the first reason given is the one that counts. Returns when all threads have stopped. */
  stop(reason: RunEnd): Promise<void> {
    this.ended ??= reason;
    if (reason === 'interrupted') this.hurry();
    this.stopping ??= this.stopThreads();
    return this.stopping;
  }

  private async stopThreads(): Promise<void> {
    this.setState('stopping');
    this.crew.requestStop();
    const graceSeconds = STOP_SECONDS + (this.ended === 'budget' ? LAST_INPUT_SECONDS : 0);
    this.crashTriage.hurry(performance.now() + graceSeconds * 1000);
    this.wakeAll();
    const isOver = this.drives.then(() => this.crashTriage.idle());
    await Promise.race([isOver, sleep(STOP_SECONDS)]);
    if (this.ended === 'budget') {
      await this.crew.killBusy((worker) => !this.isWorthWaiting(worker));
      await Promise.race([isOver, this.hurried, sleep(LAST_INPUT_SECONDS)]);
    }
    await this.crew.killBusy(() => true);
    await this.crashTriage.end();
  }

  /**
   * Whether what the thread runs is worth waiting for: it ends soon, or tells of a hang that is not known yet, or a
   * failure is shown to its test.
   */
  private isWorthWaiting(thread: FuzzWorker): boolean {
    if (this.confirming.has(thread.id)) return true;
    const target = this.pool.get(this.crew.targetOf(thread) ?? '');
    if (target?.openFailures().some(({ snapshot }) => snapshot.kind === 'hang') === true) return false;
    const { inputLimitMs } = thread;
    return inputLimitMs !== null && inputLimitMs <= LAST_INPUT_SECONDS * 1000;
  }

  // ---------------------------------------------------------------- fuzzing

  /** The life of one thread: collect files while there are any, then run slice after slice. */
  private async drive(thread: FuzzWorker): Promise<void> {
    while (this.ended === null && (await this.collection.next(thread))) this.wakeAll();
    while (this.ended === null) {
      const target = this.pool.choose(this.crew.workers.length * this.fuzzingSeconds());
      if (target === undefined) {
        // Others still run or collect: there may be something to do when they are done.
        if (this.crew.running.length === 0 && this.collection.isIdle && this.crashTriage.isIdle) return;
        // To make sure of what an earlier run left takes time, too.
        if (this.collection.isIdle && !this.crashTriage.isIdle) this.startBudget();
        await new Promise<void>((resolve) => this.sleepers.push(resolve));
        continue;
      }
      this.startBudget();
      await this.slice(thread, target, false);
      this.wakeAll();
    }
    await this.confirmTheRest(thread);
  }

  /** What was found last is not simple yet, but no less a failure. */
  private async confirmTheRest(thread: FuzzWorker): Promise<void> {
    const left = this.pool
      .all()
      .filter((target) => this.lastThread.get(target) === thread && (target.hasUnconfirmed || target.hasLateErrors));
    // What waits may take all the time that there is.
    for (const target of left.sort((a, b) => Number(a.hasTimeouts) - Number(b.hasTimeouts))) {
      this.confirming.add(thread.id);
      await this.slice(thread, target, true);
      this.confirming.delete(thread.id);
    }
  }

  /** The budget is for fuzzing: it starts with the first slice. */
  private startBudget(): void {
    if (this.state !== 'collecting') return;
    this.setState('fuzzing');
    this.fuzzingSince = performance.now();
    const { budgetSeconds } = this.deps.options;
    if (budgetSeconds === null) return;
    this.deadline = performance.now() + budgetSeconds * 1000;
    this.inFlightFiles.endsAt = Date.now() + budgetSeconds * 1000;
    this.budget = setTimeout(() => void this.stop('budget'), budgetSeconds * 1000);
  }

  private wakeAll(): void {
    for (const wake of this.sleepers.splice(0)) wake();
  }

  /** Seconds since fuzzing began; 0 before. */
  private fuzzingSeconds(): number {
    return this.fuzzingSince === null ? 0 : (performance.now() - this.fuzzingSince) / 1000;
  }

  private async slice(thread: FuzzWorker, target: TargetState, isLast: boolean): Promise<void> {
    const worker = target.isIsolated ? this.crew.standInFor(thread) : thread;
    const remaining = (this.deadline - performance.now()) / 1000;
    const wanted = Math.min(SLICE_SECONDS.max, Math.max(SLICE_SECONDS.min, target.wallSeconds / 10));
    const life = lifeOf(worker);
    if (!isLast) target.status = 'fuzzing';
    target.running += 1;
    this.lastThread.set(target, thread);
    this.crew.begin(thread, target.path, target.id);
    try {
      const report = await worker.call(
        'slice',
        {
          target: target.found,
          path: target.path,
          projectId: target.projectId,
          seconds: isLast ? LAST_SLICE_SECONDS : Math.max(0.05, Math.min(wanted, remaining)),
          words: target.wordsFor(life),
          imports: target.entries.importsFor(life, IMPORTS_PER_SLICE),
          known: target.knownFailures(),
          isLast,
        },
        LOAD_SILENCE_MS,
      );
      this.crew.noteSlice(thread, report.heapUsedBytes);
      const discoveries = await this.take(report, worker);
      // A target that waits uses no CPU, but nobody else can use the worker meanwhile. What fails is no reason to give it
      // more time than the others: the lines that led there count already.
      this.pool.learn(target, discoveries, report.wallSeconds);
    } catch (error) {
      if (error instanceof ThreadDeath) this.crashTriage.take(error, target);
      else this.pool.block(target, asSerializableError(error).message);
    } finally {
      target.running -= 1;
      this.crew.finish(thread);
    }
  }

  // ---------------------------------------------------------------- what was found

  /** Takes in what a worker has found; returns how many behaviors nobody had seen before. */
  private async take(report: SliceReport, worker: FuzzWorker): Promise<number> {
    const target = this.pool.get(report.targetId);
    if (target === undefined) return 0;
    const before = target.stamp();
    this.fleet.behaviors.note(
      target.id,
      report.newBehaviors.filter((id) => !target.behaviors.has(id)),
    );
    const discoveries = target.add(report, Date.now());
    // First what became of the known ones: one that has moved is not a new one.
    for (const replay of report.replays) await this.failures.replayed(target, replay);
    for (const found of report.failures) {
      if (!(await this.failures.note(target, found, before, worker.id))) continue;
      const failure = target.failures.get(found.origin.key);
      if (failure !== undefined) await this.leases.claim(failure);
    }
    for (const confirmation of report.confirmations) await this.failures.confirm(target, confirmation);
    const life = lifeOf(worker);
    for (const entry of report.corpus) target.entries.add(entry, life);
    this.deps.store.saveCorpus(target.id, report.corpus, report.dropped);
    if (report.words !== null) {
      target.words = mergeWords(target.words, report.words);
      this.deps.store.saveWords(target.id, target.words);
    }
    if (report.problem !== null) this.pool.block(target, report.problem);
    this.pool.touch(target);
    return discoveries;
  }

  // ---------------------------------------------------------------- what others found

  private async takeChanges(changed: Changed): Promise<boolean> {
    this.deps.store.noteOtherProcesses();
    const isMore = await this.sharing.look(changed);
    await this.leases.takeOver();
    return isMore;
  }

  /** A failure that another process has found, made simpler, or closed. */
  private async takeFailure(
    target: TargetState,
    failure: FailureSnapshot,
    old: FailureState | undefined,
  ): Promise<void> {
    const { store, options } = this.deps;
    const { key } = failure.origin;
    const known = old ?? target.failures.get(key);
    if (!isOpen(failure.state)) {
      target.failures.delete(key);
    } else {
      const state = known ?? savedFailure(failure);
      const { commit } = failure.seenWith ?? {};
      Object.assign(state, { ...savedFailure(failure), isReplayed: state.isReplayed });
      target.failures.set(key, state);
      const isDone = failure.state === 'minimal' || failure.state === 'flaky';
      // With other code it may not fail: it is run here once, by one of those with this code.
      if (isDone && (commit === undefined || store.codeTags.commit === null || commit === store.codeTags.commit)) {
        this.leases.settle(state);
      } else {
        await this.leases.claim(state);
      }
    }
    this.pool.touch(target);
    store.failures.announceKnown(failure);
    const isSettled = isOpen(failure.state) && failure.state !== 'found' && failure.state !== 'shrinking';
    if (isSettled && options.stopOnFailure && this.ended === null) void this.stop('failure');
  }

  // ---------------------------------------------------------------- telling

  /** Of the first process of this run. */
  private get firstStart(): number {
    return this.deps.resumed.startedAt ?? this.startedAt;
  }

  private get budgetSeconds(): number | null {
    return this.deps.resumed.budgetSeconds ?? this.deps.options.budgetSeconds;
  }

  private setState(state: RunState): void {
    this.state = state;
    this.deps.store.publish({ type: 'run', run: this.snapshot() });
  }

  private pulse(): void {
    const { store } = this.deps;
    store.publish({ type: 'run', run: this.snapshot() });
    const { runId, firstStart: startedAt, budgetSeconds } = this;
    this.deps.resumed.write({ runId, startedAt, budgetSeconds }, this.pool.all(), Date.now());
    const runSeconds = (Date.now() - this.startedAt) / 1000;
    for (const target of this.pool.takeChanged()) {
      store.publish({ type: 'target', target: target.snapshot() });
      store.publish({ type: 'point', point: target.point(this.runId, runSeconds) });
    }
  }

  private snapshot(): RunSnapshot {
    const now = Date.now();
    const { globalConfig, options, modules, store, version } = this.deps;
    return {
      runId: this.runId,
      state: this.state,
      ended: this.state === 'finished' ? this.ended : null,
      startedAt: this.firstStart,
      updatedAt: now,
      wallSeconds: (now - this.firstStart) / 1000,
      budgetSeconds: this.budgetSeconds,
      seed: options.seed,
      workers: this.crew.workers.length,
      host: os.hostname(),
      pid: process.pid,
      rootDir: globalConfig.rootDir,
      database: store.url,
      versions: { fuzzRunner: version, jest: modules.jestVersion, node: process.versions.node },
      totals: {
        files: this.deps.tests.length,
        notCollected: this.collection.notCollected,
        ...this.totals.of(this.pool.all(), now, this.state === 'fuzzing'),
      },
      commit: store.codeTags.commit ?? undefined,
      container: this.container ?? undefined,
      fastCheck: store.codeTags.fastCheckVersions,
      campaign: this.fleet.campaignName,
      told: this.fleet.behaviors.recordCount,
      now: this.crew.running,
      fleet: this.fleet.totals,
    };
  }

  private async emitResults(): Promise<void> {
    const { emit, modules, globalConfig } = this.deps;
    for (const { test, result } of this.collection.files) {
      const failures = this.pool
        .all()
        .filter((target) => target.path === test.path && target.projectId === test.context.config.id)
        .flatMap((target) => target.openFailures().map((failure) => failure.snapshot));
      // With --bail Jest ends the process from here, but not at once: no further file is reported meanwhile.
      if (this.bailed) return;
      this.bailed = globalConfig.bail > 0 && failures.length > 0;
      await emit.fileSuccess(test, finishedResult(result, failures, test.context.config, globalConfig, modules));
    }
  }
}

/** Names one life of a worker: what it learned dies with it. */
function lifeOf(worker: FuzzWorker): string {
  return `${worker instanceof IsolatedWorker ? 'p' : 't'}${worker.id}.${worker.restarts}`;
}

function sleep(seconds: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, seconds * 1000).unref());
}
