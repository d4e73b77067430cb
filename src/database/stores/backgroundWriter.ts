import type {
  Database,
  DatabaseChange,
  DatabaseEntry,
  WatchOptions,
  WriteOperation,
  WriteOptions,
} from '../base/database';
import { DatabaseError } from '../base/databaseError';
import { encodeKey } from '../base/key';

export interface BackgroundWriterOptions {
  /** Milliseconds that an operation waits at most before it is written; 200 if absent. */
  readonly intervalMs?: number;
  /**
   * The most operations that may wait; 10,000 if absent. A write that would exceed this resolves only after the waiting
   * operations are written.
   */
  readonly maxOperations?: number;
  /** Called when a batch could not be written: it is lost. */
  readonly onError: (error: unknown) => void;
}

/**
 * Gathers writes and gives them to `database` in batches: for many small writes. A write resolves as soon as it waits
 * in memory, so it is lost if the process crashes before the next flush. The waiting writes are flushed after the
 * interval, by `close`, and before each read, each `durable` write and each write that expects something. Those
 * operations resolve only when the database has finished them.
 */
export function backgroundWriter(database: Database, options: BackgroundWriterOptions): Database {
  return new BackgroundWriter(database, options);
}

class BackgroundWriter implements Database {
  readonly url: string;
  readonly #intervalMs: number;
  readonly #maxOperations: number;
  #waiting: WriteOperation[] = [];
  #timer: NodeJS.Timeout | null = null;
  #writing: Promise<void> = Promise.resolve();
  #isClosed = false;

  constructor(
    private readonly database: Database,
    private readonly options: BackgroundWriterOptions,
  ) {
    this.url = database.url;
    this.#intervalMs = options.intervalMs ?? 200;
    this.#maxOperations = options.maxOperations ?? 10_000;
  }

  async get(key: string): Promise<Uint8Array | undefined> {
    await this.#flush();
    return this.database.get(key);
  }

  async *list(prefix: string): AsyncIterable<DatabaseEntry> {
    await this.#flush();
    yield* this.database.list(prefix);
  }

  async write(operations: readonly WriteOperation[], options: WriteOptions = {}): Promise<void> {
    if (this.#isClosed) throw new DatabaseError('closed', `The database ${this.url} was used after it was closed.`);
    const own = operations.map((operation): WriteOperation => {
      encodeKey(operation.key);
      return 'value' in operation && operation.value !== null
        ? { ...operation, value: new Uint8Array(operation.value) }
        : operation;
    });
    if ((options.durable ?? false) || own.some(({ type }) => type === 'expect')) {
      await this.#flush();
      return this.database.write(own, options);
    }
    while (this.#waiting.length > 0 && this.#waiting.length + own.length > this.#maxOperations) await this.#flush();
    this.#waiting.push(...own);
    this.#timer ??= setTimeout(() => void this.#flush(), this.#intervalMs).unref();
  }

  watch(listener: (change: DatabaseChange) => void, options?: WatchOptions): () => void {
    return this.database.watch(listener, options);
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    await this.#flush();
    await this.database.close();
  }

  /** Never rejects. Batches are written in order, one at a time. */
  #flush(): Promise<void> {
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#timer = null;
    const batch = this.#waiting;
    this.#waiting = [];
    if (batch.length > 0) {
      this.#writing = this.#writing
        .then(() => this.database.write(batch))
        .catch((error: unknown) => this.options.onError(error));
    }
    return this.#writing;
  }
}
