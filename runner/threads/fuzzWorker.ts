import type { InFlight } from '../channel/flightRecorder';
import type {
  CollectReply,
  CollectRequest,
  ReplayReply,
  SliceReport,
  SliceRequest,
  WorkerSetup,
} from '../channel/messages';

/** The calls that a worker answers, each with its request and its reply. */
export interface Calls {
  collect: [CollectRequest, CollectReply];
  slice: [SliceRequest, SliceReport];
  replay: [SliceRequest, ReplayReply];
}

export type WorkerSettings = Omit<WorkerSetup, 'memory' | 'workerId' | 'life' | 'recordFile'>;

/** Runs user code: in a thread of this process, or in a thread of a process of its own. */
export interface FuzzWorker {
  readonly id: number;
  /** How often its thread or process ended without a reply, and was replaced. */
  readonly restarts: number;
  /** Whether a call is under way. */
  readonly isBusy: boolean;
  /** Milliseconds that the current input may take; null when there is none. */
  readonly inputLimitMs: number | null;
  /** Time that the current call has used so far; between two calls, the time of the last call. */
  readonly used: LostTime;
  /**
   * Calls a method of the worker. Rejects with a `ThreadDeath` when the worker ends, or when it is ended because it gave
   * no sign of life (no input began, the event loop did not turn) for as long as an input may take, or outside of inputs
   * for `silenceMs`.
   */
  call<Name extends keyof Calls>(name: Name, request: Calls[Name][0], silenceMs: number): Promise<Calls[Name][1]>;
  /** Asks the worker to end its slice after the present input. */
  requestStop(): void;
  /** Ends the thread or process at once, whatever it does; a running call rejects. The next call starts a new one. */
  kill(kind: ThreadDeath['kind'], message: string): Promise<void>;
  /** Lets the worker close its test files, then ends it. */
  end(): Promise<void>;
}

/**
 * Why a call got no reply: its thread or process hung, crashed or was ended. `inFlight`: the input that it was running;
 * null if there was none.
 */
export class ThreadDeath extends Error {
  override readonly name = 'ThreadDeath';
  constructor(
    readonly kind: 'hang' | 'out-of-memory' | 'exit' | 'crash' | 'stopped',
    readonly inFlight: InFlight | null,
    message: string,
    /** Time used since the call began. */
    readonly lost: LostTime,
    /** Stacks of the thread before it ended, mapped by source maps; empty when none could be taken. */
    readonly stacks: readonly string[] = [],
  ) {
    super(message);
  }
}

/** Time that a thread has used in a call. */
export interface LostTime {
  readonly wallSeconds: number;
  readonly cpuSeconds: number;
}

/** Milliseconds that a thread may take to load a file without a turn of its event loop. */
export const LOAD_SILENCE_MS = 60_000;
