/**
 * The least a shared store must do. Keys are text with `/` between their parts; values are bytes
 * (see records.ts for what is in them). A store never looks into a value.
 */
export interface Database {
  /** Where it is, as text for people: `lmdb:.fuzz-runner`, `memory:`. */
  readonly url: string;
  /** The value under `key`, as a copy that belongs to the caller. */
  get(key: string): Promise<Uint8Array | undefined>;
  /**
   * Entries whose key starts with `prefix`, in the order of the keys' UTF-8 bytes. Not a snapshot: an entry
   * written or deleted while the list is read may or may not be in it, all others are in it exactly once.
   */
  list(prefix: string): AsyncIterable<DatabaseEntry>;
  /**
   * Applies all operations, in order, or none. When it resolves they survive the death of this process;
   * with `durable` also a power cut. Rejects (and changes nothing) when an `expect` is not met or the database
   * was opened read-only.
   */
  write(operations: readonly WriteOperation[], options?: WriteOptions): Promise<void>;
  /** Calls `listener` some time after other processes (or this one) changed keys; returns the way to end it. */
  watch(listener: (change: DatabaseChange) => void, options?: WatchOptions): () => void;
  /** Waits for writes under way. Nothing may be called afterwards, except `close` again. */
  close(): Promise<void>;
}

export type DatabaseEntry = readonly [key: string, value: Uint8Array];

/** Keys hold 1 to `MAX_KEY_BYTES` bytes of UTF-8: put long text into a value and its hash into the key. */
export type WriteOperation =
  | { readonly type: 'put'; readonly key: string; readonly value: Uint8Array }
  | { readonly type: 'delete'; readonly key: string }
  /**
   * Before anything is written: `key` must have this value, or none if it is null. Otherwise the write is
   * rejected with a DatabaseError of code `conflict`: read again and try again.
   */
  | { readonly type: 'expect'; readonly key: string; readonly value: Uint8Array | null };

export interface WriteOptions {
  /** Wait until the disk has it too; false if absent. */
  readonly durable?: boolean;
}

export interface WatchOptions {
  /**
   * What the keys begin with that the listener wants to hear of, up to their first `/`; all if absent. A database need not
   * heed it: one that does spares its server telling everybody everything.
   */
  readonly kinds?: readonly string[];
}

/** Which keys changed; null = something changed, look again. */
export interface DatabaseChange {
  readonly keys: readonly string[] | null;
}
