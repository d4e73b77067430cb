import type { InFlight } from '../channel/flightRecorder';
import type { Calls, ThreadDeath, WorkerSettings } from './fuzzWorker';

/** What is said to the process of `host.ts`. */
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
      // The request that belongs to the name: `call` takes no others.
      readonly request: never;
      readonly silenceMs: number;
    }
  | { readonly type: 'stop' }
  | { readonly type: 'end' };

/** And what it says. */
export type FromHost =
  | { readonly type: 'value'; readonly value: unknown }
  | { readonly type: 'looked'; readonly stacks: readonly string[] }
  | { readonly type: 'limit'; readonly inputLimitMs: number | null }
  | {
      readonly type: 'death';
      readonly kind: ThreadDeath['kind'];
      readonly inFlight: InFlight | null;
      readonly message: string;
      readonly stacks: readonly string[];
    }
  | { readonly type: 'error'; readonly message: string; readonly stack: string };
