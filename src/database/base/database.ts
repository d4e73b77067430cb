/**
 * The operations that every store has. Keys are text with `/` between their parts; values are bytes, whose contents
 * `records/` describes. A store never reads the contents of a value.
 */
export interface Database {
  /** Its place, as a text to show to the user: `lmdb:.fuzz-runner`, `memory:`. */
  readonly url: string;
  /** The value under `key`, as a copy that belongs to the caller. */
  get(key: string): Promise<Uint8Array | undefined>;
  /**
   * Entries whose key starts with `prefix`, in the order of the keys' UTF-8 bytes. Not a snapshot: an entry that is
   * written or deleted while the list is read may or may not be in it; every other entry is in it exactly once.
   */
  list(prefix: string): AsyncIterable<DatabaseEntry>;
  /**
   * Applies all operations, in order, or none. After it resolves, they survive a crash of this process; with `durable`
   * also a power cut. Rejects, and changes nothing, when an `expect` is not met or the database was opened read-only.
   */
  write(operations: readonly WriteOperation[], options?: WriteOptions): Promise<void>;
  /** Calls `listener` some time after another process or this one changed keys; returns a function that ends this. */
  watch(listener: (change: DatabaseChange) => void, options?: WatchOptions): () => void;
  /** Waits for unfinished writes. Afterwards only `close` may be called again. */
  close(): Promise<void>;
}

export type DatabaseEntry = readonly [key: string, value: Uint8Array];

/** Keys hold 1 to `MAX_KEY_BYTES` bytes of UTF-8: put long text into a value and its hash into the key. */
export type WriteOperation =
  | { readonly type: 'put'; readonly key: string; readonly value: Uint8Array }
  | { readonly type: 'delete'; readonly key: string }
  /**
   * A condition that is checked before anything is written: `key` must have this value, or no value if `value` is null.
   * If not, the write is rejected with a DatabaseError of code `conflict`: read again and try again.
   */
  | { readonly type: 'expect'; readonly key: string; readonly value: Uint8Array | null };

export interface WriteOptions {
  /** Wait until the write is on the disk; false if absent. */
  readonly durable?: boolean;
}

export interface WatchOptions {
  /**
   * The kinds of keys that the listener wants to hear of: a key's kind is its start up to the first `/`. All if absent.
   * A database may ignore this and report every change; with it, a server has fewer messages to send.
   */
  readonly kinds?: readonly string[];
}

/** The keys that changed; null when it is not known which ones did. */
export interface DatabaseChange {
  readonly keys: readonly string[] | null;
}
