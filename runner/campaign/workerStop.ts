import type { RunEnd } from '../../src/protocol/run';
import type { TargetPool } from '../targets/targetPool';
import type { FuzzWorker } from '../threads/fuzzWorker';
import type { CrashTriage } from './crashTriage';
import type { Crew } from './crew';
import type { Slices } from './slices';

export interface WorkerStopOptions {
  readonly crew: Crew;
  readonly pool: TargetPool;
  readonly slices: Slices;
  readonly crashTriage: CrashTriage;
}

/** Seconds that workers have to stop by themselves before they are ended by force. */
const STOP_SECONDS = 1.5;

/**
 * After the end of the budget, a running input has this many seconds to end, because an input may just be slow. It is
 * as long as a test may take by default. An input that hangs is run once more to make sure, but only if there is time.
 */
const LAST_INPUT_SECONDS = 5;

/**
 * Stops the workers at the end of a run: asks them to stop, waits as long as this is useful, then ends them by force.
 */
export class WorkerStop {
  private hurryNow = (): void => {};
  private readonly hurried = new Promise<void>((resolve) => (this.hurryNow = resolve));

  constructor(private readonly options: WorkerStopOptions) {}

  /** `workersDone`: settles when no worker runs anything any more. Resolves when all workers have stopped. */
  async stop(reason: RunEnd, workersDone: Promise<unknown>): Promise<void> {
    const { crew, crashTriage } = this.options;
    crew.requestStop();
    const graceSeconds = STOP_SECONDS + (reason === 'budget' ? LAST_INPUT_SECONDS : 0);
    crashTriage.hurry(performance.now() + graceSeconds * 1000);
    const isOver = workersDone.then(() => crashTriage.idle());
    await Promise.race([isOver, sleep(STOP_SECONDS)]);
    if (reason === 'budget') {
      await crew.killBusy((worker) => !this.isWorthWaiting(worker));
      await Promise.race([isOver, this.hurried, sleep(LAST_INPUT_SECONDS)]);
    }
    await crew.killBusy(() => true);
    await crashTriage.end();
  }

  /** Ends the wait for the last inputs. */
  hurry(): void {
    this.hurryNow();
  }

  /**
   * Whether to wait for what a worker runs: a whole test that may confirm a failure, or an input that reaches its limit
   * soon. Such an input shows whether the target hangs, so waiting is not useful when a hang of the target is known.
   */
  private isWorthWaiting(worker: FuzzWorker): boolean {
    const { crew, pool, slices } = this.options;
    if (slices.isConfirming(worker)) return true;
    const target = pool.get(crew.targetOf(worker) ?? '');
    if (target?.openFailures().some(({ snapshot }) => snapshot.kind === 'hang') === true) return false;
    const { inputLimitMs } = worker;
    return inputLimitMs !== null && inputLimitMs <= LAST_INPUT_SECONDS * 1000;
  }
}

function sleep(seconds: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, seconds * 1000).unref());
}
