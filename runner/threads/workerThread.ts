import { Worker as Farm } from 'jest-worker';
import { encodeChoices, fromBlob } from '../../src/choice/encoding';
import { FlightRecorder, type InFlight } from '../channel/flightRecorder';
import type { Inspected } from '../channel/inspectedThread';
import { withTimeout } from './withTimeout';
import { endThread, threadOf, watchThreads } from './endThread';
import { ThreadDeath, type Calls, type FuzzWorker, type LostTime, type WorkerSettings } from './fuzzWorker';
import { watchForSilence } from './hangWatch';
import { sampleThread } from './sampleThread';
import { startStopwatch } from './stopwatch';
import type { WorkerSetup } from '../channel/messages';

/** jest-worker adds the exposed methods by name; its types do not know them. */
type ThreadFarm = Farm & { [Name in keyof Calls]: (request: Calls[Name][0]) => Promise<Calls[Name][1]> } & {
  close(): Promise<void>;
};

/** Of a thread that hangs, this many stacks are taken, in at most this many milliseconds. */
const SAMPLES = { count: 6, limitMs: 3000 };

/** Limit for a thread that ends by itself when asked. */
const GRACE_MS = 400;

export interface WorkerThreadOptions {
  /** How often the worker was replaced before, in another process. */
  readonly restarts?: number;
  /** See `WorkerSetup`. */
  readonly recordFile?: string;
  /** Called at intervals while a worker gives no sign of life, with the input that it runs. */
  readonly onSlow?: (inFlight: InFlight | null) => void;
  /** Called with the stacks of an input that is replayed, when it takes a while. */
  readonly onStacks?: (stacks: readonly string[]) => void;
}

/**
 * One jest-worker farm with a single thread. A farm per thread, because a farm re-runs a crashing request on
 * another thread and loses the output of a thread it recreates; here a thread that ended is replaced by a new farm.
 */
export class WorkerThread implements FuzzWorker {
  restarts: number;
  private recorder = new FlightRecorder();
  private farm: ThreadFarm | null = null;
  private pending: ((death: ThreadDeath) => void) | null = null;
  private stopwatch = startStopwatch();
  /** The last sampling of the thread's stack, and a function that cuts it short. */
  private sampling: { readonly abort: () => void; readonly ended: Promise<unknown> } | null = null;

  constructor(
    readonly id: number,
    private readonly setup: WorkerSettings,
    private readonly onOutput: (text: string) => void,
    private readonly options: WorkerThreadOptions = {},
  ) {
    this.restarts = options.restarts ?? 0;
  }

  async call<Name extends keyof Calls>(
    name: Name,
    request: Calls[Name][0],
    silenceMs: number,
  ): Promise<Calls[Name][1]> {
    const farm = this.started();
    const recorder = this.recorder;
    // TypeScript does not follow that indexing by `Name` gives the method with exactly these types.
    const method = farm[name] as (request: Calls[Name][0]) => Promise<Calls[Name][1]>;
    this.stopwatch = startStopwatch();
    const result = method.call(farm, request);
    return new Promise((resolve, reject) => {
      let stacks: readonly string[] = [];
      const stopWatch = watchForSilence(recorder, silenceMs, {
        onSlow: () => this.options.onSlow?.(recorder.inFlight()),
        onTooLong: (limitMs) => void this.giveUp(farm, 'hang', `It ran for more than ${limitMs} ms.`),
        onTooMuchMemory: () => void this.giveUp(farm, 'out-of-memory', 'It took too much memory.'),
        onEarly: () => {
          if (name !== 'replay') return;
          // Passes on each sample at once: the thread may end before the last sample.
          void this.sample((samples) => {
            stacks = samples.map(({ stack }) => stack);
            this.options.onStacks?.(stacks);
          });
        },
      });
      const finish = (): void => {
        stopWatch();
        this.pending = null;
      };
      this.pending = (death) => {
        finish();
        reject(death);
      };
      result.then(
        (value) => {
          if (this.farm !== farm) return;
          finish();
          resolve(value);
        },
        (error: unknown) => {
          if (this.farm !== farm) return;
          finish();
          const death = deathOf(error, recorder, this.stopwatch(), stacks);
          if (death !== null) this.discard();
          reject(death ?? error);
        },
      );
    });
  }

  /** Ends a thread that hangs, after taking its stacks. */
  private async giveUp(farm: ThreadFarm, kind: ThreadDeath['kind'], message: string): Promise<void> {
    const inFlight = this.recorder.inFlight();
    const isGenerating = this.recorder.isGenerating;
    const samples = inFlight === null ? [] : await this.sample();
    // The call has ended in the meantime, or `kill` has ended the thread.
    if (this.farm !== farm || this.pending === null) return;
    const blob = isGenerating ? (samples.at(-1)?.blob ?? null) : null;
    const drawn = blob === null ? inFlight : { ...inFlight!, choices: encodeChoices(fromBlob(blob)) };
    const stacks = samples.map(({ stack }) => stack);
    await this.discardWith(new ThreadDeath(kind, drawn, message, this.stopwatch(), stacks));
  }

  private sample(onSample?: (samples: readonly Inspected[]) => void): Promise<Inspected[]> {
    const controller = new AbortController();
    const samples = sampleThread(this.recorder.threadId, SAMPLES.count, SAMPLES.limitMs, onSample, controller.signal);
    this.sampling = { abort: () => controller.abort(), ended: samples };
    return samples;
  }

  get isBusy(): boolean {
    return this.pending !== null;
  }

  get inputLimitMs(): number | null {
    return this.isBusy ? this.recorder.inputLimitMs : null;
  }

  get used(): LostTime {
    return this.stopwatch();
  }

  requestStop(): void {
    this.recorder.requestStop();
  }

  async kill(kind: ThreadDeath['kind'], message: string): Promise<void> {
    await this.discardWith(new ThreadDeath(kind, this.recorder.inFlight(), message, this.stopwatch()));
  }

  private async discardWith(death: ThreadDeath): Promise<void> {
    const { pending, farm, recorder } = this;
    this.discard();
    pending?.(death);
    // A thread that is terminated while the debugger pauses it never ends.
    this.sampling?.abort();
    await this.sampling?.ended;
    if (farm !== null) await endFarm(farm, recorder.threadId);
  }

  async end(): Promise<void> {
    const { farm, recorder } = this;
    if (farm === null) return;
    await withTimeout(
      GRACE_MS,
      farm.close().catch(() => {}),
    );
    this.farm = null;
    await endFarm(farm, recorder.threadId);
  }

  private discard(): void {
    this.farm = null;
    this.restarts += 1;
    this.recorder = new FlightRecorder();
  }

  private started(): ThreadFarm {
    if (this.farm !== null) return this.farm;
    watchThreads();
    const setup: WorkerSetup = {
      ...this.setup,
      workerId: this.id,
      life: this.restarts,
      memory: this.recorder.memory,
      recordFile: this.options.recordFile ?? null,
    };
    const farm = new Farm(require.resolve('../worker/worker'), {
      enableWorkerThreads: true,
      numWorkers: 1,
      maxRetries: 0,
      exposedMethods: ['collect', 'slice', 'replay', 'close'],
      setupArgs: [setup],
      workerGracefulExitTimeout: 50,
      // jest-worker's types do not list the methods that it adds by name.
    }) as ThreadFarm;
    for (const stream of [farm.getStdout(), farm.getStderr()]) {
      stream?.on('data', (chunk: Buffer) => this.onOutput(chunk.toString('utf8')));
    }
    this.farm = farm;
    return farm;
  }
}

/** Ends a thread, and waits at most `GRACE_MS` until it has ended: a thread in native code may end later. */
async function endFarm(farm: ThreadFarm, threadId: number): Promise<void> {
  const thread = threadOf(threadId);
  await withTimeout(GRACE_MS, Promise.all([farm.end(), thread && endThread(thread)]));
}

/** Turns an error of jest-worker into a `ThreadDeath`; null for an error that the thread's method threw. */
function deathOf(
  error: unknown,
  recorder: FlightRecorder,
  lost: LostTime,
  stacks: readonly string[],
): ThreadDeath | null {
  const message = error instanceof Error ? error.message : String(error);
  const kind = /out of memory|ERR_WORKER_OUT_OF_MEMORY/i.test(message)
    ? 'out-of-memory'
    : /exitCode=|retries were exceeded|worker process/i.test(message)
      ? 'exit'
      : null;
  return kind === null ? null : new ThreadDeath(kind, recorder.inFlight(), message, lost, stacks);
}
