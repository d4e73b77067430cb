import { decodeChoices, toBlob } from '../../src/choice/encoding';
import type { Stamp } from '../../src/protocol/target';
import { RerunCount } from '../../src/search/failingInput';
import type { ReplayReply } from '../channel/messages';
import { asSerializableError } from '../jest/serializableError';
import type { RunStore } from '../store/runStore';
import type { TargetPool } from '../targets/targetPool';
import type { TargetState } from '../targets/targetState';
import type { FuzzWorker, ThreadDeath } from '../threads/fuzzWorker';
import type { InFlightFiles } from '../threads/inFlightFiles';
import { CrashRecords } from './crashRecords';
import { CrashRuns, isCrash, type Crash, type CrashRun } from './crashRuns';
import { CrashShrink } from './crashShrink';
import type { FailureTracker } from './failureTracker';

/** A target is blocked after this many crashes, if it had fewer than this many inputs for each crash. */
const HOPELESS = { crashes: 3, inputsPerCrash: 1000 };

/** After a crash, `sure` more runs are enough if all of them crash. Otherwise the input is run `unsure` times. */
const RERUNS = { sure: 1, unsure: 5 };

export interface CrashTriageOptions {
  readonly store: RunStore;
  readonly pool: TargetPool;
  readonly failureTracker: FailureTracker;
  readonly inFlightFiles: InFlightFiles;
  readonly rootDir: string;
  /** A worker in a separate process, because an input may end it in any way. */
  readonly isolatedWorker: FuzzWorker;
  /** Called when a target that rested may be run again. */
  readonly onFree: () => void;
}

/**
 * Judges inputs that crashed or hung their worker. Each is run again in a process of its own, one after the other, while
 * the workers go on with other targets. If it crashes again, it is a failure, and is made simpler within a small budget.
 */
export class CrashTriage {
  private readonly runs: CrashRuns;
  private readonly records: CrashRecords;
  private readonly shrink: CrashShrink;
  private queue: Promise<void> = Promise.resolve();
  private waiting = 0;
  /** When true, only inputs that must be judged are run. */
  private isEnding = false;
  /** The latest time at which the run ends, as a value of `performance.now()`. */
  private endsAt = Infinity;

  constructor(private readonly options: CrashTriageOptions) {
    const { store, pool, failureTracker, rootDir, isolatedWorker } = options;
    this.runs = new CrashRuns(isolatedWorker, pool);
    this.records = new CrashRecords({ store, pool, failureTracker, rootDir });
    this.shrink = new CrashShrink(this.runs, this.records);
  }

  /** Resolves when no input waits to be judged. */
  async idle(): Promise<void> {
    while (this.waiting > 0) await this.queue;
  }

  get isIdle(): boolean {
    return this.waiting === 0;
  }

  /** Ends the shrinking: the inputs found so far are the result. `endsAt`: the latest time at which the run ends. */
  hurry(endsAt: number): void {
    this.isEnding = true;
    this.endsAt = endsAt;
    this.shrink.hurry('The run is about to end.');
  }

  /** Stops: nothing more is run. Inputs that wait are recorded as crashes that were seen once. */
  async end(): Promise<void> {
    this.isEnding = true;
    this.shrink.hurry('The run was stopped.');
    await this.runs.stopForGood('The run was stopped.');
    await this.idle();
    await this.runs.end();
  }

  /** Handles a worker that died while it ran an input. `running`: the target, if it is known. */
  take(death: ThreadDeath, running?: TargetState): void {
    const { pool } = this.options;
    const target = running ?? pool.get(death.inFlight?.targetId ?? '');
    if (target === undefined) return;
    pool.lose(target, death.lost);
    if (death.kind === 'stopped') {
      this.reportStopped(death);
      return;
    }
    target.deaths += 1;
    // The report of the slice was lost with the worker.
    target.inputs += Math.max(1, death.inFlight?.inputs ?? 1);
    const input = death.inFlight?.choices;
    if (input === undefined || input.length === 0) {
      pool.block(target, `Its worker died (${death.message}) and left no input.`);
      return;
    }
    // Each crash costs seconds.
    if (target.deaths >= HOPELESS.crashes && target.inputs < target.deaths * HOPELESS.inputsPerCrash) {
      pool.block(
        target,
        `${target.deaths} of its inputs ended their worker; each is listed as a failure or a warning.`,
      );
    }
    const { kind, stacks } = death;
    this.suspect(target, { kind, choices: input, text: death.inFlight!.text, stacks });
  }

  /** Runs an input again that may have ended a worker, to make sure. `seen`: how the worker ended, if this is known. */
  suspect(target: TargetState, seen: Crash): void {
    const firstFound = target.stamp();
    if (this.records.isKnown(target, seen)) return;
    void this.enqueue(target, async () => {
      const again = this.hasTimeFor(target, seen) ? await this.runs.run(target, seen.choices) : 'stopped';
      if (again === null) target.isIsolated = false;
      // There is no time to make sure: the report says that the crash was seen only once.
      else if (again === 'stopped') await this.records.record(target, seen, false, firstFound);
      else await this.judge(target, seen, again, firstFound);
    });
  }

  /** Whether there is time to run an input again before the run ends. */
  private hasTimeFor(target: TargetState, { kind }: Crash): boolean {
    const neededMs = kind === 'hang' ? target.found.inputTimeoutMs : 0;
    return performance.now() + neededMs < this.endsAt;
  }

  /** Judges an input with the crash `seen`. `again`: its second run. If that run passed, a few more runs follow. */
  private async judge(target: TargetState, seen: Crash, again: Crash | ReplayReply, firstFound: Stamp): Promise<void> {
    const count = new RerunCount(RERUNS);
    let crash: Crash | null = null;
    let run: CrashRun = again;
    for (;;) {
      if (run === null || run === 'stopped') break;
      count.add(isCrash(run));
      if (isCrash(run)) crash ??= run;
      if (!count.needsMore || this.isEnding) break;
      run = await this.runs.run(target, seen.choices);
    }
    if (crash === null) {
      this.reportPassed(target, seen, again as ReplayReply);
      return;
    }
    const stacks = crash.stacks.length > 0 || count.isFlaky ? crash.stacks : seen.stacks;
    const failure = await this.records.record(target, { ...crash, stacks }, true, firstFound, count.counts);
    if (failure !== null && !count.isFlaky) await this.shrink.simplify(target, failure, crash);
  }

  /** Warns of an input that crashed only once: slow, or dependent on earlier inputs. No failure, but it cost time. */
  private reportPassed(target: TargetState, seen: Crash, reply: ReplayReply): void {
    this.options.store.notice(
      'warning',
      `An input of "${target.found.testName}" stopped its worker (${seen.kind}) but not when it was run again: ` +
        reply.input,
    );
  }

  /** Runs an input that was still running when an earlier run was stopped: it may just be slow. */
  resume(target: TargetState, choices: Uint8Array): void {
    const firstFound = target.stamp();
    void this.enqueue(target, async () => {
      const again = await this.runs.run(target, choices);
      if (again === 'stopped') {
        this.options.inFlightFiles.keep(target.path, target.id, choices);
        const message = `An earlier run was stopped while an input of "${target.found.testName}" ran. The input did not end in this run either.`;
        this.options.store.notice('warning', message);
      }
      if (!isCrash(again)) return;
      const sure = await this.runs.run(target, choices);
      if (sure === 'stopped') await this.records.record(target, again, false, firstFound);
      else if (sure !== null) await this.judge(target, again, sure, firstFound);
    });
  }

  /** Warns of an input that was stopped before its time limit. It is no failure: the next run sees whether it ends. */
  reportStopped({ inFlight, lost }: ThreadDeath): void {
    if (inFlight === null || inFlight.choices.length === 0) return;
    const { pool, store, inFlightFiles } = this.options;
    // Undefined when the file of the target has not been collected yet.
    const target = pool.get(inFlight.targetId);
    if (target !== undefined) inFlightFiles.keep(target.path, target.id, inFlight.choices);
    const name = target?.found.testName ?? inFlight.targetId;
    const path = toBlob(decodeChoices(inFlight.choices));
    store.notice(
      'warning',
      `An input of "${name}" was still running when the run was stopped, after ${lost.wallSeconds.toFixed(1)} seconds ` +
        `or less. The next run will begin with it; to run it now, give the property { path: "${path}" }.`,
    );
  }

  /**
   * Runs the saved inputs that crashed a worker in an earlier run: the only way to learn that they are fixed, because an
   * ordinary run cannot replay them without crashing too.
   */
  recheck(target: TargetState): void {
    for (const failure of target.failures.values()) {
      if (failure.isReplayed || failure.snapshot.kind === 'error') continue;
      void this.enqueue(target, async () => {
        const again = await this.runs.run(target, failure.choices);
        if (again === null || again === 'stopped') return;
        if (isCrash(again)) await this.records.noteFailedAgain(target, failure, again);
        else await this.records.notePassed(target, failure);
      });
    }
  }

  /** Runs `task` after those before it. The target rests until then: it would only reach the same input again. */
  private enqueue(target: TargetState, task: () => Promise<void>): Promise<void> {
    const { pool } = this.options;
    this.waiting += 1;
    target.checking += 1;
    this.queue = this.queue.then(async () => {
      try {
        await task();
      } catch (error) {
        pool.block(target, asSerializableError(error).message);
      }
      this.waiting -= 1;
      target.checking -= 1;
      pool.touch(target);
      this.options.onFree();
    });
    return this.queue;
  }
}
