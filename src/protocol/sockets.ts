import type { FuzzEvent } from './events';

/** The first thing a page is sent, and again after it reconnects. */
export interface Snapshot {
  readonly protocol: number;
  /** Version of the package that serves the page. */
  readonly version: string;
  /** True when the server only reads a database and no fuzzer runs in this process. */
  readonly standalone: boolean;
  readonly events: readonly FuzzEvent[];
}

export interface ServerToClientEvents {
  snapshot: (snapshot: Snapshot) => void;
  /** A batch, in order, at most four a second. */
  events: (events: readonly FuzzEvent[]) => void;
}

/** Pages only listen. */
export type ClientToServerEvents = Record<string, never>;
