import { Worker as Farm } from 'jest-worker';
import { FlightRecorder, type InFlight } from './flightRecorder';
import type { LostTime } from './targetState';
import type { CollectReply, CollectRequest, ReplayReply, SliceReport, SliceRequest, WorkerSetup } from './messages';

interface Calls {
  collect: [CollectRequest, CollectReply];
  slice: [SliceRequest, SliceReport];
  replay: [SliceRequest, ReplayReply];
}

/** jest-worker adds the exposed methods by name; its types do not know them. */
type ThreadFarm = Farm & { [Name in keyof Calls]: (request: Calls[Name][0]) => Promise<Calls[Name][1]> } & {
  close(): Promise<void>;
};

/** Why a call to a thread did not end by itself. `inFlight`: what it was executing; null if nothing was. */
export class ThreadDeath extends Error {
  override readonly name = 'ThreadDeath';
  constructor(
    readonly kind: 'hang' | 'out-of-memory' | 'exit' | 'crash' | 'stopped',
    readonly inFlight: InFlight | null,
    message: string,
    /** Since the call began. */
    readonly lost: LostTime,
  ) {
    super(message);
  }
}

/** Time a thread may take to load a file without turning its event loop. */
export const LOAD_SILENCE_MS = 60_000;

/** How often a busy thread is looked at. */
const WATCH_MS = 200;

/** Limit for a thread that ends by itself when asked. */
const GRACE_MS = 400;

/**
 * One jest-worker farm with a single thread. A farm per thread, because a farm re-runs a crashing request on
 * another thread and loses the output of a thread it recreates; here a dead thread is replaced by a new farm.
 */
export class WorkerThread {
  restarts = 0;
  private recorder = new FlightRecorder();
  private farm: ThreadFarm | null = null;
  private pending: ((death: ThreadDeath) => void) | null = null;
  private stopwatch = startStopwatch();

  constructor(
    readonly id: number,
    private readonly setup: Omit<WorkerSetup, 'memory' | 'workerId' | 'life'>,
    private readonly onOutput: (text: string) => void,
  ) {}

  /**
   * Calls a method of the thread. Rejects with a `ThreadDeath` when the thread dies, or when it is killed because
   * it gave no sign of life (no input begun, no turn of its event loop) for as long as an input may take, or for
   * `silenceMs` outside of inputs.
   */
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
      let beat = recorder.heartbeat;
      let silentMs = 0;
      const watch = setInterval(() => {
        recorder.tick();
        silentMs = recorder.heartbeat === beat ? silentMs + WATCH_MS : 0;
        beat = recorder.heartbeat;
        const limitMs = recorder.inputLimitMs ?? silenceMs;
        if (silentMs >= limitMs) void this.kill('hang', `It ran for more than ${limitMs} ms.`);
      }, WATCH_MS);
      const finish = (): void => {
        clearInterval(watch);
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
          const death = deathOf(error, recorder, this.stopwatch());
          if (death !== null) this.discard();
          reject(death ?? error);
        },
      );
    });
  }

  /** Whether a call is under way. */
  get isBusy(): boolean {
    return this.pending !== null;
  }

  /** Milliseconds that the input being executed may take; null when none is. */
  get inputLimitMs(): number | null {
    return this.isBusy ? this.recorder.inputLimitMs : null;
  }

  /** What the call under way used so far, or the last one used. */
  get used(): LostTime {
    return this.stopwatch();
  }

  requestStop(): void {
    this.recorder.requestStop();
  }

  /** Ends the thread at once, whatever it does; the call under way rejects. */
  async kill(kind: ThreadDeath['kind'], message: string): Promise<void> {
    const death = new ThreadDeath(kind, this.recorder.inFlight(), message, this.stopwatch());
    const pending = this.pending;
    const farm = this.farm;
    this.discard();
    pending?.(death);
    await farm?.end();
  }

  /** Lets the thread close its sessions, then ends it. */
  async end(): Promise<void> {
    const farm = this.farm;
    if (farm === null) return;
    let timer: NodeJS.Timeout | undefined;
    await Promise.race([
      farm.close().catch(() => {}),
      new Promise((resolve) => (timer = setTimeout(resolve, GRACE_MS))),
    ]);
    clearTimeout(timer);
    this.farm = null;
    await farm.end();
  }

  private discard(): void {
    this.farm = null;
    this.restarts += 1;
    this.recorder = new FlightRecorder();
  }

  private started(): ThreadFarm {
    if (this.farm !== null) return this.farm;
    const setup: WorkerSetup = { ...this.setup, workerId: this.id, life: this.restarts, memory: this.recorder.memory };
    const farm = new Farm(require.resolve('./worker'), {
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

/** Tells the death of the thread from an error that its method threw; null for the latter. */
function deathOf(error: unknown, recorder: FlightRecorder, lost: LostTime): ThreadDeath | null {
  const message = error instanceof Error ? error.message : String(error);
  const kind = /out of memory|ERR_WORKER_OUT_OF_MEMORY/i.test(message)
    ? 'out-of-memory'
    : /exitCode=|retries were exceeded|worker process/i.test(message)
      ? 'exit'
      : null;
  return kind === null ? null : new ThreadDeath(kind, recorder.inFlight(), message, lost);
}

/**
 * Measures time from now on. CPU time of a single thread that ended is nowhere to be read: it is taken to be that of
 * the whole process, but no more than the wall time.
 */
function startStopwatch(): () => LostTime {
  const startWall = performance.now();
  const startCpu = process.cpuUsage();
  return () => {
    const wallSeconds = (performance.now() - startWall) / 1000;
    const { user, system } = process.cpuUsage(startCpu);
    return { wallSeconds, cpuSeconds: Math.min(wallSeconds, (user + system) / 1e6) };
  };
}
