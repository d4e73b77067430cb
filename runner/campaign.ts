import type { Test, TestResult } from '@jest/test-result';
import type { Config } from '@jest/types';
import * as os from 'node:os';
import type { NotCollected, RunEnd, RunSnapshot, RunState, Stamp, TargetId } from '../src/protocol/events';
import { Bandit } from '../src/schedule/bandit';
import { decodeChoices, toBlob } from '../src/choice/encoding';
import { deathSnapshot, errorSnapshot, type DeadlyInput, type DeathKind } from './failureSnapshots';
import type { JestModules } from './jestModules';
import type { Ledger } from './ledger';
import type { Confirmation, FoundFailure, FoundTarget, SliceReport, SliceRequest } from './messages';
import type { FuzzOptions } from '../src/protocol/options';
import { finishedResult } from './results';
import { TargetState, type FailureState, type LostTime } from './targetState';
import { ThreadDeath, WorkerThread } from './workerThread';

/** How results reach Jest. */
export interface Emit {
  fileStart(test: Test): Promise<void>;
  fileSuccess(test: Test, result: TestResult): Promise<void>;
  fileFailure(test: Test, error: { message: string; stack: string }): Promise<void>;
}

export interface CampaignOptions {
  readonly tests: readonly Test[];
  readonly globalConfig: Config.GlobalConfig;
  readonly options: FuzzOptions;
  readonly workers: number;
  readonly modules: JestModules;
  readonly ledger: Ledger;
  readonly emit: Emit;
  readonly version: string;
  /** Numbers in [0, 1) for the scheduler. */
  readonly random: () => number;
  readonly onOutput: (text: string) => void;
  /** Called when nothing more will be found, before Jest is given the results. */
  readonly onFinished: () => Promise<void>;
}

/** A slice is long enough to make switching free and short enough to keep the picture fresh. */
const SLICE_SECONDS = { min: 0.2, max: 1 };

/** Time a thread may take to load a file without turning its event loop. */
const LOAD_SILENCE_MS = 60_000;

/** A target that killed its thread this often in one run is left alone: each death costs seconds. */
const DEATHS_PER_TARGET = 3;

/** Part of the run that a target may lose to inputs that end their thread, while there are others to fuzz. */
const LOST_SHARE = 0.25;

/** New behaviors that one new failure is worth to the scheduler. */
const FAILURE_REWARD = 10;

/** Corpus entries given to a thread in one slice. */
const IMPORTS_PER_SLICE = 200;

/** How long stopping may take before threads are ended by force. */
const STOP_SECONDS = 1.5;

/** Time that inputs have to end after the budget, so that one that hangs is told from one that is slow. */
const LAST_INPUT_SECONDS = 10;

/** Wall seconds of the last slice of a target, in which its failures are confirmed as they are. */
const LAST_SLICE_SECONDS = 0.1;

/** Time after which totals are shown again. */
const PULSE_MS = 250;

/** A collected test file. */
interface FileState {
  readonly test: Test;
  readonly result: TestResult;
}

/**
 * One run of the fuzzer in the main thread: collects targets, gives them slices until the end, keeps what they
 * find, and hands Jest its results. User code never runs here.
 */
export class Campaign {
  private readonly threads: WorkerThread[];
  private readonly targets = new Map<TargetId, TargetState>();
  private readonly files: FileState[] = [];
  private readonly bandit = new Bandit<TargetId>();
  private readonly startedAt = Date.now();
  private readonly runId = `${new Date(this.startedAt).toISOString().replace(/[:.]/g, '-')}-${process.pid}`;
  private state: RunState = 'collecting';
  private ended: RunEnd | null = null;
  private fuzzingSince: number | null = null;
  private deadline = Infinity;
  private notCollected = 0;
  private readonly dirty = new Set<TargetState>();
  private readonly slices = new Map<number, number>();
  private readonly heap = new Map<number, number>();
  private readonly current = new Map<number, TargetId>();
  private rate: { at: number; inputs: number; perSecond: number } = { at: 0, inputs: 0, perSecond: 0 };
  private stopping: Promise<void> | null = null;
  private readonly sleepers: (() => void)[] = [];
  /** Threads that run a deadly input once more, to make sure. */
  private readonly checking = new Set<WorkerThread>();
  /** The thread that ran a slice of a target last. */
  private readonly lastThread = new Map<TargetState, WorkerThread>();
  private drives: Promise<unknown> = Promise.resolve();
  private hurry = (): void => {};
  private readonly hurried = new Promise<void>((resolve) => (this.hurry = resolve));
  private collecting = 0;
  private budget: NodeJS.Timeout | undefined;
  private bailed = false;

  constructor(private readonly deps: CampaignOptions) {
    const { globalConfig, options, modules, tests } = deps;
    const contexts = new Map(tests.map((test) => [test.context.config.id, test.context]));
    const setup = {
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
    this.threads = Array.from(
      { length: deps.workers },
      (_, index) => new WorkerThread(index + 1, setup, deps.onOutput),
    );
  }

  /** Runs to the end; resolves when all results are emitted and all threads are gone. */
  async run(): Promise<RunEnd> {
    const { ledger } = this.deps;
    const pulse = setInterval(() => this.pulse(), PULSE_MS);
    try {
      this.pulse();
      const queue = [...this.deps.tests];
      this.drives = Promise.all(this.threads.map((thread) => this.drive(thread, queue)));
      await this.drives;
      this.ended ??= this.targets.size === 0 ? 'no-targets' : 'nothing-to-learn';
    } finally {
      clearInterval(pulse);
      clearTimeout(this.budget);
      this.setState('finished');
      await Promise.all(this.threads.map((thread) => thread.end()));
      for (const thread of this.threads) this.publishWorker(thread, 'stopped');
      this.pulse();
      await ledger.flush();
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
    for (const thread of this.threads) thread.requestStop();
    this.wakeAll();
    await Promise.race([this.drives, sleep(STOP_SECONDS)]);
    if (this.ended === 'budget') {
      await this.killBusy((thread) => !this.isWorthWaiting(thread));
      await Promise.race([this.drives, this.hurried, sleep(LAST_INPUT_SECONDS)]);
    }
    await this.killBusy(() => true);
  }

  /** Whether what the thread runs is worth waiting for: it ends soon, or tells of a hang that is not known yet. */
  private isWorthWaiting(thread: WorkerThread): boolean {
    if (this.checking.has(thread)) return true;
    const target = this.targets.get(this.current.get(thread.id) ?? '');
    if (target?.openFailures().some(({ snapshot }) => snapshot.kind === 'hang') === true) return false;
    const { inputLimitMs } = thread;
    return inputLimitMs !== null && inputLimitMs <= LAST_INPUT_SECONDS * 1000;
  }

  private async killBusy(isMeant: (thread: WorkerThread) => boolean): Promise<void> {
    const busy = this.threads.filter((thread) => thread.isBusy && isMeant(thread));
    await Promise.all(busy.map((thread) => thread.kill('stopped', 'The run was stopped.')));
  }

  // ---------------------------------------------------------------- collecting

  /** Loads one file and runs its tests once. `held`: targets that killed a thread here before. */
  private async collectFile(thread: WorkerThread, test: Test, held: readonly TargetId[]): Promise<void> {
    const { emit, globalConfig, ledger } = this.deps;
    const projectId = test.context.config.id;
    if (held.length === 0) await emit.fileStart(test);
    this.publishWorker(thread, 'starting');
    try {
      const reply = await thread.call('collect', { path: test.path, projectId, held }, LOAD_SILENCE_MS);
      for (const found of reply.targets) await this.addTarget(found, test.path, projectId);
      for (const report of reply.reports) await this.take(report, thread);
      for (const entry of reply.notCollected) this.addNotCollected(entry);
      if (reply.targets.length === 0) await emit.fileSuccess(test, reply.result);
      else this.files.push({ test, result: reply.result });
    } catch (error) {
      if (error instanceof ThreadDeath && error.kind === 'stopped') {
        this.tellOfStopped(error);
        return;
      }
      if (error instanceof ThreadDeath && error.inFlight !== null && !held.includes(error.inFlight.targetId)) {
        await this.collectFile(thread, test, [...held, error.inFlight.targetId]);
        await this.takeDeath(error, thread);
        return;
      }
      const failure = asSerializableError(error);
      const file = ledger.relativeFile(globalConfig.rootDir, test.path);
      const reason = failure.message.split('\n')[0] ?? 'It failed to load.';
      this.addNotCollected({ file, testName: null, code: 'file-failed', reason, result: 'failed' });
      await emit.fileFailure(test, failure);
    } finally {
      this.publishWorker(thread, 'idle');
    }
  }

  private async addTarget(found: FoundTarget, path: string, projectId: string): Promise<void> {
    if (this.targets.has(found.id)) return;
    const target = new TargetState(found, path, projectId);
    this.targets.set(found.id, target);
    const { ledger } = this.deps;
    for (const entry of await ledger.loadCorpus(found.id)) target.remember(entry, null);
    for (const known of await ledger.loadFailures(found.id)) target.failures.set(known.snapshot.origin.key, known);
    this.dirty.add(target);
  }

  private addNotCollected(entry: NotCollected): void {
    this.notCollected += 1;
    this.deps.ledger.publish({ type: 'not-collected', entry });
  }

  // ---------------------------------------------------------------- fuzzing

  /** The life of one thread: collect files while there are any, then run slice after slice. */
  private async drive(thread: WorkerThread, queue: Test[]): Promise<void> {
    for (let test = queue.shift(); test !== undefined && this.ended === null; test = queue.shift()) {
      this.collecting += 1;
      await this.collectFile(thread, test, []);
      this.collecting -= 1;
      this.wakeAll();
    }
    while (this.ended === null) {
      const target = this.chooseTarget();
      if (target === undefined) {
        // Others still run or collect: there may be something to do when they are done.
        if (this.current.size === 0 && this.collecting === 0) return;
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
  private async confirmTheRest(thread: WorkerThread): Promise<void> {
    for (const target of this.targets.values()) {
      const isOurs = this.lastThread.get(target) === thread;
      if (isOurs && target.hasUnconfirmed) await this.slice(thread, target, true);
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
    this.budget = setTimeout(() => void this.stop('budget'), budgetSeconds * 1000);
  }

  private wakeAll(): void {
    for (const wake of this.sleepers.splice(0)) wake();
  }

  /** A target that no other thread runs now, or else one that another does: both then explore it. */
  private chooseTarget(): TargetState | undefined {
    const open = [...this.targets.values()].filter(
      (target) => target.status === 'waiting' || target.status === 'fuzzing',
    );
    const mostLost = LOST_SHARE * this.threads.length * this.fuzzingSeconds();
    const candidates = firstWithAny(
      open.filter((target) => target.running === 0 && target.lostSeconds <= mostLost),
      open.filter((target) => target.lostSeconds <= mostLost),
      open.filter((target) => target.running === 0),
      open,
    );
    const id = this.bandit.choose(
      candidates.map((target) => target.id),
      this.deps.random,
    );
    return id === undefined ? undefined : this.targets.get(id);
  }

  /** Seconds since fuzzing began; 0 before. */
  private fuzzingSeconds(): number {
    return this.fuzzingSince === null ? 0 : (performance.now() - this.fuzzingSince) / 1000;
  }

  private async slice(thread: WorkerThread, target: TargetState, isLast: boolean): Promise<void> {
    const remaining = (this.deadline - performance.now()) / 1000;
    const wanted = Math.min(SLICE_SECONDS.max, Math.max(SLICE_SECONDS.min, target.wallSeconds / 10));
    const life = `${thread.id}.${thread.restarts}`;
    if (!isLast) target.status = 'fuzzing';
    target.running += 1;
    this.lastThread.set(target, thread);
    this.current.set(thread.id, target.id);
    this.publishWorker(thread, 'running');
    try {
      if (!isLast) await this.recheckDeaths(thread, target);
      if (!isLast && this.ended !== null) return;
      const report = await thread.call(
        'slice',
        {
          target: target.found,
          path: target.path,
          projectId: target.projectId,
          seconds: isLast ? LAST_SLICE_SECONDS : Math.max(0.05, Math.min(wanted, remaining)),
          imports: target.importsFor(life, IMPORTS_PER_SLICE).map((entry) => entry.choices),
          known: target.knownFailures(),
          isLast,
        },
        LOAD_SILENCE_MS,
      );
      this.slices.set(thread.id, (this.slices.get(thread.id) ?? 0) + 1);
      this.heap.set(thread.id, report.heapUsedBytes);
      await this.take(report, thread);
    } catch (error) {
      if (error instanceof ThreadDeath) await this.takeDeath(error, thread, target);
      else this.block(target, asSerializableError(error).message);
    } finally {
      target.running -= 1;
      this.current.delete(thread.id);
      this.publishWorker(thread, 'idle');
    }
  }

  // ---------------------------------------------------------------- what was found

  private async take(report: SliceReport, thread: WorkerThread): Promise<void> {
    const target = this.targets.get(report.targetId);
    if (target === undefined) return;
    const { ledger } = this.deps;
    const before = target.stamp();
    const discoveries = target.add(report, Date.now());
    let news = 0;
    for (const found of report.failures) {
      const failure = target.failures.get(found.origin.key);
      if (failure === undefined) news += 1;
      this.noteFailure(target, found, before);
    }
    for (const replay of report.replays) {
      const failure = target.failures.get(replay.originKey);
      if (failure === undefined) continue;
      failure.snapshot = replay.failed
        ? { ...failure.snapshot, lastSeenAt: Date.now() }
        : { ...failure.snapshot, state: 'fixed', fixedAt: Date.now() };
      if (failure.confirmed) await ledger.saveFailure(failure.snapshot, replay.failed ? 'failed-again' : 'passed');
    }
    for (const confirmation of report.confirmations) await this.confirm(target, confirmation);
    this.bandit.learn(target.id, discoveries + FAILURE_REWARD * news, report.cpuSeconds);
    const life = `${thread.id}.${thread.restarts}`;
    for (const entry of report.corpus) target.remember(entry, life);
    ledger.saveCorpus(target.id, report.corpus, report.dropped);
    this.dirty.add(target);
    if (report.problem !== null) this.block(target, report.problem);
  }

  private noteFailure(target: TargetState, found: FoundFailure, before: Stamp): void {
    const { key } = found.origin;
    const old = target.failures.get(key);
    const id = this.deps.ledger.failureId(target.id, key);
    target.failures.set(key, {
      snapshot: errorSnapshot(id, target.found, found, old?.snapshot, before),
      choices: found.choices,
      confirmed: old?.confirmed ?? false,
      isReplayed: true,
    });
  }

  /** Only now is a failure real: its whole test failed with it. */
  private async confirm(target: TargetState, confirmation: Confirmation): Promise<void> {
    const failure = target.failures.get(confirmation.originKey);
    if (failure === undefined) return;
    if (!confirmation.testFailed) {
      target.failures.delete(confirmation.originKey);
      if (target.openFailures().length > 0) return;
      this.block(target, 'The test passes although this property fails: it expects the failure.');
      this.addNotCollected({
        file: target.found.file,
        testName: target.found.testName,
        code: 'expects-failure',
        reason: 'The test passes although its property fails: it expects the failure.',
        result: 'passed',
      });
      return;
    }
    const wasConfirmed = failure.confirmed;
    failure.confirmed = true;
    failure.snapshot = { ...failure.snapshot, report: confirmation.report };
    await this.announce(failure, wasConfirmed ? 'improved' : 'found');
    this.dirty.add(target);
  }

  private async announce(failure: FailureState, what: 'found' | 'improved'): Promise<void> {
    const { ledger, options } = this.deps;
    await ledger.saveFailure(failure.snapshot, failure.snapshot.state === 'minimal' ? 'minimal' : what);
    const { state, kind } = failure.snapshot;
    const isSettled = state === 'minimal' || state === 'flaky' || kind !== 'error';
    if (options.stopOnFailure && isSettled && this.ended === null) void this.stop('failure');
  }

  /** A thread died while it ran an input: confirmed in a fresh thread, the input is a failure of its own kind. */
  private async takeDeath(death: ThreadDeath, thread: WorkerThread, running?: TargetState): Promise<void> {
    const target = running ?? this.targets.get(death.inFlight?.targetId ?? '');
    if (target === undefined) return;
    this.lose(target, death.lost);
    if (death.kind === 'stopped') {
      this.tellOfStopped(death);
      return;
    }
    target.deaths += 1;
    target.inputs += 1;
    const input = death.inFlight?.choices;
    if (input === undefined || input.length === 0) {
      this.block(target, `Its worker thread died (${death.message}) and left no input.`);
      return;
    }
    if (!isKnownDeath(target, death.kind, input)) await this.checkDeath(death.kind, input, thread, target);
    if (target.deaths >= DEATHS_PER_TARGET && target.status !== 'blocked') {
      this.block(
        target,
        `${target.deaths} of its inputs stopped their worker thread; each is listed as a failure or a warning.`,
      );
    }
  }

  /** Runs the input that a thread died of once more, and books it as a failure if the thread dies again. */
  private async checkDeath(
    kind: DeathKind,
    input: Uint8Array,
    thread: WorkerThread,
    target: TargetState,
  ): Promise<void> {
    const firstFound = target.stamp();
    this.checking.add(thread);
    try {
      const reply = await thread.call('replay', this.replayRequest(target, input), LOAD_SILENCE_MS);
      this.lose(target, thread.used);
      // It ends this time: slow, or dependent on what ran before. Not reported, but the time it cost is.
      this.deps.ledger.notice(
        'warning',
        `An input of "${target.found.testName}" stopped its worker (${kind}) but not when it was run again: ${reply.input}`,
      );
    } catch (error) {
      if (!(error instanceof ThreadDeath)) {
        this.block(target, asSerializableError(error).message);
        return;
      }
      this.lose(target, error.lost);
      // Without the time to make sure, what was seen once is told as that.
      const isSure = error.kind !== 'stopped';
      const found = { choices: input, text: error.inFlight?.text ?? '', isSure, firstFound };
      await this.addDeathFailure(target, error.kind === 'stopped' ? kind : error.kind, found);
    } finally {
      this.checking.delete(thread);
    }
  }

  private lose(target: TargetState, lost: LostTime): void {
    target.lose(lost);
    this.bandit.learn(target.id, 0, lost.cpuSeconds);
    this.dirty.add(target);
  }

  /** An input that was stopped within its limit has done nothing wrong; but nobody knows whether it would have ended. */
  private tellOfStopped({ inFlight, lost }: ThreadDeath): void {
    if (inFlight === null || inFlight.choices.length === 0) return;
    // Its file may not be collected yet.
    const name = this.targets.get(inFlight.targetId)?.found.testName ?? inFlight.targetId;
    const path = toBlob(decodeChoices(inFlight.choices));
    this.deps.ledger.notice(
      'warning',
      `An input of "${name}" was still running when the run was stopped, after ${lost.wallSeconds.toFixed(1)} seconds ` +
        `or less. To run it again, give the property { path: "${path}" }.`,
    );
  }

  private async addDeathFailure(target: TargetState, kind: DeathKind, input: DeadlyInput): Promise<void> {
    const old = target.failures.get(kind);
    if (old !== undefined && old.snapshot.state !== 'fixed' && old.choices.length <= input.choices.length) return;
    const id = this.deps.ledger.failureId(target.id, kind);
    const snapshot = deathSnapshot(id, target.found, kind, input, old?.snapshot);
    const failure: FailureState = { snapshot, choices: input.choices, confirmed: true, isReplayed: true };
    target.failures.set(kind, failure);
    this.dirty.add(target);
    await this.announce(failure, 'found');
  }

  /**
   * Runs the saved inputs that ended a thread in an earlier run: the only way to learn that they are fixed, because
   * an ordinary run cannot replay them without ending too.
   */
  private async recheckDeaths(thread: WorkerThread, target: TargetState): Promise<void> {
    for (const failure of target.failures.values()) {
      if (failure.isReplayed || failure.snapshot.kind === 'error') continue;
      failure.isReplayed = true;
      try {
        await thread.call('replay', this.replayRequest(target, failure.choices), LOAD_SILENCE_MS);
        failure.snapshot = { ...failure.snapshot, state: 'fixed', fixedAt: Date.now() };
        await this.deps.ledger.saveFailure(failure.snapshot, 'passed');
      } catch (error) {
        if (!(error instanceof ThreadDeath)) throw error;
        if (error.kind === 'stopped') return;
        failure.snapshot = { ...failure.snapshot, lastSeenAt: Date.now() };
        await this.deps.ledger.saveFailure(failure.snapshot, 'failed-again');
      }
    }
  }

  private replayRequest(target: TargetState, input: Uint8Array): SliceRequest {
    const { found, path, projectId } = target;
    return { target: found, path, projectId, seconds: 1, imports: [input], known: [], isLast: false };
  }

  private block(target: TargetState, detail: string): void {
    target.status = 'blocked';
    target.detail = detail;
    this.dirty.add(target);
  }

  // ---------------------------------------------------------------- telling

  private setState(state: RunState): void {
    this.state = state;
    this.deps.ledger.publish({ type: 'run', run: this.snapshot() });
  }

  private pulse(): void {
    const { ledger } = this.deps;
    ledger.publish({ type: 'run', run: this.snapshot() });
    const runSeconds = (Date.now() - this.startedAt) / 1000;
    for (const target of this.dirty) {
      ledger.publish({ type: 'target', target: target.snapshot() });
      ledger.publish({ type: 'point', point: target.point(this.runId, runSeconds) });
    }
    this.dirty.clear();
  }

  private publishWorker(thread: WorkerThread, state: 'starting' | 'idle' | 'running' | 'stopped'): void {
    this.deps.ledger.publish({
      type: 'worker',
      worker: {
        id: thread.id,
        state,
        targetId: this.current.get(thread.id) ?? null,
        heapUsedBytes: this.heap.get(thread.id) ?? 0,
        slices: this.slices.get(thread.id) ?? 0,
        restarts: thread.restarts,
      },
    });
  }

  private snapshot(): RunSnapshot {
    const targets = [...this.targets.values()];
    const sum = (pick: (target: TargetState) => number): number =>
      targets.reduce((total, target) => total + pick(target), 0);
    const inputs = sum((target) => target.inputs);
    const now = Date.now();
    if (now - this.rate.at >= 1000) {
      const seconds = (now - this.rate.at) / 1000;
      this.rate = {
        at: now,
        inputs,
        perSecond: this.state === 'fuzzing' && this.rate.at > 0 ? (inputs - this.rate.inputs) / seconds : 0,
      };
    }
    const lastNews = targets.reduce<number | null>(
      (latest, { lastNewBehaviorAt: at }) => (at === null || (latest !== null && latest > at) ? latest : at),
      null,
    );
    const { globalConfig, options, modules, ledger, version } = this.deps;
    return {
      runId: this.runId,
      state: this.state,
      ended: this.state === 'finished' ? this.ended : null,
      startedAt: this.startedAt,
      updatedAt: now,
      wallSeconds: (now - this.startedAt) / 1000,
      budgetSeconds: options.budgetSeconds,
      seed: options.seed,
      workers: this.threads.length,
      host: os.hostname(),
      pid: process.pid,
      rootDir: globalConfig.rootDir,
      database: ledger.url,
      versions: { fuzzRunner: version, jest: modules.jestVersion, node: process.versions.node },
      totals: {
        files: this.deps.tests.length,
        targets: targets.length,
        notCollected: this.notCollected,
        inputs,
        behaviors: sum((target) => target.behaviors.size),
        failures: sum((target) => target.openFailures().length),
        cpuSeconds: sum((target) => target.cpuSeconds),
        inputsPerSecond: this.rate.perSecond,
        sinceNewBehaviorSeconds: lastNews === null ? null : (now - lastNews) / 1000,
      },
    };
  }

  private async emitResults(): Promise<void> {
    const { emit, modules, globalConfig } = this.deps;
    for (const { test, result } of this.files) {
      const failures = [...this.targets.values()]
        .filter((target) => target.path === test.path && target.projectId === test.context.config.id)
        .flatMap((target) => target.openFailures().map((failure) => failure.snapshot));
      // With --bail Jest ends the process from here, but not at once: no further file is reported meanwhile.
      if (this.bailed) return;
      this.bailed = globalConfig.bail > 0 && failures.length > 0;
      await emit.fileSuccess(test, finishedResult(result, failures, test.context.config, globalConfig, modules));
    }
  }
}

/** Whether the target is known to die like this of an input as simple. */
function isKnownDeath(target: TargetState, kind: string, input: Uint8Array): boolean {
  const known = target.failures.get(kind);
  if (known === undefined || !known.isReplayed || known.snapshot.state === 'fixed') return false;
  return known.choices.length <= input.length;
}

function firstWithAny<Item>(...lists: readonly (readonly Item[])[]): readonly Item[] {
  return lists.find((list) => list.length > 0) ?? [];
}

function sleep(seconds: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, seconds * 1000).unref());
}

function asSerializableError(error: unknown): { message: string; stack: string } {
  const shape = error as { message?: unknown; stack?: unknown } | null | undefined;
  const message = typeof shape?.message === 'string' ? shape.message : String(error);
  const stack = typeof shape?.stack === 'string' ? shape.stack : message;
  return { message, stack };
}
