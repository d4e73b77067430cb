import type lmdb from 'lmdb';
import type { Database, DatabaseChange, DatabaseEntry, WriteOperation } from '../../base/database';
import { conflict, DatabaseError } from '../../base/databaseError';
import { encodeKey } from '../../base/key';
import { afterPrefix } from '../../base/keyRange';
import { Arena } from './arena';
import { lmdbError, reasonOfCommit } from './lmdbError';

/**
 * Entries read at once by `list`. Between two batches no read transaction is open: it would keep old pages in the file.
 */
const LIST_BATCH = 256;

/** Milliseconds between two looks of `watch` for commits of other processes. A look reads one number. */
const WATCH_INTERVAL_MS = 300;

/** An open LMDB environment: see `openLmdbDatabase`. */
export class LmdbDatabase implements Database {
  readonly url: string;
  readonly #pending = new Set<Promise<unknown>>();
  readonly #watches = new Set<NodeJS.Timeout>();
  #closing: Promise<void> | null = null;

  constructor(
    private readonly directory: string,
    private readonly root: lmdb.RootDatabase<Buffer, Buffer>,
    private readonly readOnly: boolean,
    /** Called when the environment is closed. */
    private readonly onClosed: () => void,
  ) {
    this.url = `lmdb:${directory}`;
  }

  async get(key: string): Promise<Uint8Array | undefined> {
    const bytes = encodeKey(key);
    return this.#read(() => {
      const value = this.root.get(bytes);
      // Copied: lmdb-js may hand out memory that it uses again.
      return value && new Uint8Array(value);
    });
  }

  async *list(prefix: string): AsyncIterable<DatabaseEntry> {
    const start = Buffer.from(prefix);
    const end = afterPrefix(start);
    const arena = new Arena();
    let last: Buffer | null = null;
    for (;;) {
      const batch: DatabaseEntry[] = this.#read(() => {
        const range = this.root.getRange({
          ...(last === null ? { start } : { start: last, exclusiveStart: true }),
          ...(end === null ? {} : { end }),
          limit: LIST_BATCH,
        });
        // Copied: lmdb-js may hand out memory that it uses again.
        return Array.from(range, ({ key, value }): DatabaseEntry => [key.toString('utf8'), arena.copy(value)]);
      });
      for (const entry of batch) yield entry;
      if (batch.length < LIST_BATCH) return;
      last = Buffer.from(batch.at(-1)![0]);
    }
  }

  /** Always durable. */
  async write(operations: readonly WriteOperation[]): Promise<void> {
    this.#checkOpen();
    if (this.readOnly) {
      throw new DatabaseError('read-only', `The database ${this.directory} was opened read-only: nothing was written.`);
    }
    // All keys are encoded before anything is written: if one key is bad, nothing is written.
    const prepared = operations.map(({ type, key, ...rest }) => {
      const value = 'value' in rest && rest.value !== null ? Buffer.from(rest.value) : null;
      return { type, name: key, key: encodeKey(key), value };
    });
    const written = this.#commit(prepared);
    this.#pending.add(written);
    try {
      await written;
    } catch (error) {
      throw lmdbError(this.directory, await reasonOfCommit(error));
    } finally {
      this.#pending.delete(written);
    }
  }

  async #commit(operations: readonly Prepared[]): Promise<void> {
    if (operations.length === 0) return;
    if (operations.every(({ type }) => type !== 'expect')) {
      await this.root.batch(() => this.#apply(operations));
      return;
    }
    // Slower than a batch: LMDB's writer lock is held while this thread compares values.
    let unmet: Prepared | undefined;
    await this.root.transaction(() => {
      unmet = operations.find(({ type, key, value }) => type === 'expect' && !isSame(this.root.get(key), value));
      if (unmet === undefined) this.#apply(operations);
    });
    if (unmet !== undefined) throw conflict(unmet.name);
  }

  #apply(operations: readonly Prepared[]): void {
    for (const { type, key, value } of operations) {
      if (type === 'expect') continue;
      const single = value === null ? this.root.remove(key) : this.root.put(key, value);
      // The batch reports a failed commit. Without this, each operation would also reject, and nothing would handle
      // that.
      single.catch(() => {});
    }
  }

  watch(listener: (change: DatabaseChange) => void): () => void {
    this.#checkOpen();
    let seen = this.#lastTransaction();
    const timer = setInterval(() => {
      const now = this.#lastTransaction();
      if (now === seen) return;
      seen = now;
      listener({ keys: null });
    }, WATCH_INTERVAL_MS);
    timer.unref();
    this.#watches.add(timer);
    return () => {
      clearInterval(timer);
      this.#watches.delete(timer);
    };
  }

  close(): Promise<void> {
    this.#closing ??= this.#close();
    return this.#closing;
  }

  async #close(): Promise<void> {
    for (const timer of this.#watches) clearInterval(timer);
    await Promise.allSettled(this.#pending);
    await this.root.close();
    this.onClosed();
  }

  /** The number of the last write transaction; LMDB counts those of all processes. */
  #lastTransaction(): number {
    return this.#read(() => {
      // lmdb-js declares the type {}; see its getStats.
      const stats = this.root.getStats() as { lastTxnId?: number };
      return stats.lastTxnId ?? 0;
    });
  }

  #read<T>(read: () => T): T {
    this.#checkOpen();
    try {
      // Otherwise lmdb-js may use a read transaction that began before another process wrote.
      this.root.resetReadTxn();
      return read();
    } catch (error) {
      throw lmdbError(this.directory, error);
    }
  }

  #checkOpen(): void {
    if (this.#closing !== null) {
      throw new DatabaseError('closed', `The database ${this.directory} was used after it was closed.`);
    }
  }
}

interface Prepared {
  readonly type: WriteOperation['type'];
  readonly name: string;
  readonly key: Buffer;
  readonly value: Buffer | null;
}

function isSame(found: Buffer | undefined, expected: Buffer | null): boolean {
  return found === undefined || expected === null ? found === undefined && expected === null : found.equals(expected);
}
