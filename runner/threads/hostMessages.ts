import type { InFlight } from '../channel/flightRecorder';
import type { Calls, ThreadDeath, WorkerSettings } from './fuzzWorker';

/** Messages to the process of `host.ts`. */
export type ToHost =
  | {
      readonly type: 'setup';
      readonly id: number;
      readonly settings: WorkerSettings;
      readonly recordFile: string;
      readonly restarts: number;
    }
  | {
      readonly type: 'call';
      readonly name: keyof Calls;
      // The request that belongs to the name: the types of `call` ensure this.
      readonly request: never;
      readonly silenceMs: number;
    }
  | { readonly type: 'stop' }
  | { readonly type: 'end' };

/** Messages from that process. */
export type FromHost =
  | { readonly type: 'value'; readonly value: unknown }
  | { readonly type: 'stacks'; readonly stacks: readonly string[] }
  | { readonly type: 'limit'; readonly inputLimitMs: number | null }
  | {
      readonly type: 'ended';
      readonly kind: ThreadDeath['kind'];
      readonly inFlight: InFlight | null;
      readonly message: string;
      readonly stacks: readonly string[];
    }
  | { readonly type: 'error'; readonly message: string; readonly stack: string };
