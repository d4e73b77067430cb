import { asSerializableError } from '../jest/serializableError';
import type { TargetPool } from '../targets/targetPool';
import type { TargetState } from '../targets/targetState';
import { LOAD_SILENCE_MS, ThreadDeath, type FuzzWorker } from '../threads/fuzzWorker';
import type { Budget } from './budget';
import type { CrashTriage } from './crashTriage';
import { lifeOf, type Crew } from './crew';
import type { ReportIntake } from './reportIntake';

export interface SlicesOptions {
  readonly pool: TargetPool;
  readonly crew: Crew;
  readonly intake: ReportIntake;
  readonly crashTriage: CrashTriage;
  readonly budget: Budget;
}

/**
 * Limits of a slice in wall seconds: long enough that the switch costs little, short enough that the totals are fresh.
 */
const SLICE_SECONDS = { min: 0.2, max: 1 };

/** A worker is given at most this many corpus entries with one slice. */
const IMPORTS_PER_SLICE = 200;

/** Wall seconds of the last slice of a target. In it, failures are confirmed even if they are not minimal yet. */
const LAST_SLICE_SECONDS = 0.1;

/** Runs slices: lets a worker fuzz one target for a while, and passes on the report. */
export class Slices {
  /** The worker with the latest slice of a target. It knows the failures of the target that are not confirmed yet. */
  private readonly lastWorker = new Map<TargetState, FuzzWorker>();
  /** Numbers of workers that run the last slice of a target. */
  private readonly confirming = new Set<number>();

  constructor(private readonly options: SlicesOptions) {}

  /** Lets a worker run one slice of a target. */
  run(worker: FuzzWorker, target: TargetState): Promise<void> {
    return this.slice(worker, target, false);
  }

  /** Called when a worker has run a target during the ordinary pass of its file. */
  noteOrdinaryPass(worker: FuzzWorker, target: TargetState): void {
    this.lastWorker.set(target, worker);
  }

  /** At the end of the run: confirms the failures that this worker has found, although they are not minimal yet. */
  async confirmTheRest(worker: FuzzWorker): Promise<void> {
    const left = this.options.pool
      .all()
      .filter((target) => this.lastWorker.get(target) === worker && (target.hasUnconfirmed || target.hasLateErrors));
    // Inputs that never settle come last, as they may take all the time that is left.
    for (const target of left.sort((a, b) => Number(a.hasTimeouts) - Number(b.hasTimeouts))) {
      this.confirming.add(worker.id);
      await this.slice(worker, target, true);
      this.confirming.delete(worker.id);
    }
  }

  /** Whether a worker, or its stand-in, which has the same number, runs the last slice of a target. */
  isConfirming(worker: FuzzWorker): boolean {
    return this.confirming.has(worker.id);
  }

  /** The worker, or its stand-in, runs one slice of a target. `isLast`: see `SliceRequest`. */
  private async slice(worker: FuzzWorker, target: TargetState, isLast: boolean): Promise<void> {
    const { crew, pool, intake, crashTriage } = this.options;
    const executor = target.isIsolated ? crew.standInFor(worker) : worker;
    const life = lifeOf(executor);
    if (!isLast) target.status = 'fuzzing';
    target.running += 1;
    this.lastWorker.set(target, worker);
    crew.begin(worker, target.path, target.id);
    try {
      const report = await executor.call(
        'slice',
        {
          target: target.found,
          path: target.path,
          projectId: target.projectId,
          seconds: isLast ? LAST_SLICE_SECONDS : this.secondsFor(target),
          words: target.wordsFor(life),
          imports: target.entries.importsFor(life, IMPORTS_PER_SLICE),
          known: target.knownFailures(),
          isLast,
        },
        LOAD_SILENCE_MS,
      );
      crew.noteSlice(worker, report.heapUsedBytes);
      const newBehaviors = await intake.take(report, executor);
      // Wall time, because no other target can use the worker while this one waits. New failures do not count: the
      // behaviors that led to them count already.
      pool.learn(target, newBehaviors, report.wallSeconds);
    } catch (error) {
      if (error instanceof ThreadDeath) crashTriage.take(error, target);
      else pool.block(target, asSerializableError(error).message);
    } finally {
      target.running -= 1;
      crew.finish(worker);
    }
  }

  /** A tenth of the time that the target had so far, within `SLICE_SECONDS` and the rest of the budget. */
  private secondsFor(target: TargetState): number {
    const wanted = Math.min(SLICE_SECONDS.max, Math.max(SLICE_SECONDS.min, target.wallSeconds / 10));
    return Math.max(0.05, Math.min(wanted, this.options.budget.remainingSeconds));
  }
}
