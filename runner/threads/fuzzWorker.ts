import type { InFlight } from '../channel/flightRecorder';
import type {
  CollectReply,
  CollectRequest,
  ReplayReply,
  SliceReport,
  SliceRequest,
  WorkerSetup,
} from '../channel/messages';

/** What a worker can be asked. */
export interface Calls {
  collect: [CollectRequest, CollectReply];
  slice: [SliceRequest, SliceReport];
  replay: [SliceRequest, ReplayReply];
}

export type WorkerSettings = Omit<WorkerSetup, 'memory' | 'workerId' | 'life' | 'recordFile'>;

/** What runs user code: a thread of this process, or one in a process of its own. */
export interface FuzzWorker {
  readonly id: number;
  /** How often it died. */
  readonly restarts: number;
  readonly isBusy: boolean;
  readonly inputLimitMs: number | null;
  readonly used: LostTime;
  call<Name extends keyof Calls>(name: Name, request: Calls[Name][0], silenceMs: number): Promise<Calls[Name][1]>;
  requestStop(): void;
  kill(kind: ThreadDeath['kind'], message: string): Promise<void>;
  end(): Promise<void>;
}

/** Why a call to a thread did not end by itself. `inFlight`: what it was executing; null if nothing was. */
export class ThreadDeath extends Error {
  override readonly name = 'ThreadDeath';
  constructor(
    readonly kind: 'hang' | 'out-of-memory' | 'exit' | 'crash' | 'stopped',
    readonly inFlight: InFlight | null,
    message: string,
    /** Since the call began. */
    readonly lost: LostTime,
    /** Stacks of the thread in its last moments, after source maps; none where nobody could look. */
    readonly stacks: readonly string[] = [],
  ) {
    super(message);
  }
}

/** What a thread used until it ended without a report. */
export interface LostTime {
  readonly wallSeconds: number;
  readonly cpuSeconds: number;
}

/** Time a thread may take to load a file without turning its event loop. */
export const LOAD_SILENCE_MS = 60_000;
