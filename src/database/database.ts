/**
 * The least a shared store must do. Keys are text with `/` between their parts; values are bytes
 * (see records.ts for what is in them). A store never looks into a value.
 */
export interface Database {
  /** Where it is, as text for people: `lmdb:.fuzz-runner`, `memory:`. */
  readonly url: string;
  get(key: string): Promise<Uint8Array | undefined>;
  /** Entries whose key starts with `prefix`, in key order. */
  list(prefix: string): AsyncIterable<readonly [key: string, value: Uint8Array]>;
  /**
   * Applies all operations or none. When it resolves they survive the death of this process;
   * with `durable` also a power cut.
   */
  write(operations: readonly WriteOperation[], options?: { readonly durable?: boolean }): Promise<void>;
  /** Calls `listener` some time after other processes (or this one) changed keys; returns the way to end it. */
  watch(listener: (change: DatabaseChange) => void): () => void;
  close(): Promise<void>;
}

export type WriteOperation =
  | { readonly type: 'put'; readonly key: string; readonly value: Uint8Array }
  | { readonly type: 'delete'; readonly key: string };

/** Which keys changed; null = something changed, look again. */
export interface DatabaseChange {
  readonly keys: readonly string[] | null;
}
