import type { FuzzEvent } from './events';

/** The first message to a page. The server sends it again after the page reconnects. */
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

/** Pages send nothing. */
export type ClientToServerEvents = Record<string, never>;
