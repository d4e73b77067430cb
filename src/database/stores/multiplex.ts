import type {
  Database,
  DatabaseChange,
  DatabaseEntry,
  WatchOptions,
  WriteOperation,
  WriteOptions,
} from '../base/database';
import { conflict, DatabaseError, messageOf } from '../base/databaseError';

export interface MultiplexOptions {
  /** Called once for each database that fails, except the first one. The message says what the failure means. */
  readonly onNotice?: (message: string) => void;
}

/**
 * Several databases as one: writes go to all of them, and reads give the union. The first database decides. If several
 * databases have a key, the value of the earliest database in the list counts. Only the first database checks what a
 * write expects, and only its errors are errors of the whole. If another database fails, this is reported once, and the
 * operation goes on without that database. Records that are written while it fails are then missing in it.
 *
 * `get` also finds a value that only another database has, so `expect` compares with that value, too. The write then
 * puts the new value into the first database, as every write does. A deleted key is deleted in all databases.
 */
export function multiplex(databases: readonly Database[], options: MultiplexOptions = {}): Database {
  const [first, ...others] = databases;
  if (first === undefined) {
    throw new DatabaseError('unknown-scheme', 'Expected at least one database to multiplex but received none.');
  }
  return new MultiplexedDatabase(first, others, options);
}

class MultiplexedDatabase implements Database {
  readonly url: string;
  readonly #reported = new Set<Database>();
  readonly #pending = new Set<Promise<void>>();
  #isClosed = false;

  constructor(
    private readonly first: Database,
    private readonly others: readonly Database[],
    private readonly options: MultiplexOptions,
  ) {
    this.url = `multi:${[first, ...others].map(({ url }) => url).join(',')}`;
  }

  async get(key: string): Promise<Uint8Array | undefined> {
    const found = await this.first.get(key);
    if (found !== undefined) return found;
    for (const other of this.others) {
      const value = await this.#attempt(other, () => other.get(key), undefined);
      if (value !== undefined) return value;
    }
    return undefined;
  }

  async *list(prefix: string): AsyncIterable<DatabaseEntry> {
    const heads: Head[] = [];
    for (const database of [this.first, ...this.others]) {
      const entries = database.list(prefix)[Symbol.asyncIterator]();
      const next = async (): Promise<DatabaseEntry | null> => {
        const { done, value } = await entries.next();
        return (done ?? false) ? null : value;
      };
      const safeNext = database === this.first ? next : () => this.#attempt(database, next, null);
      const entry = await safeNext();
      if (entry !== null) heads.push({ entry, bytes: Buffer.from(entry[0]), next: safeNext });
    }
    while (heads.length > 0) {
      // If several databases have the key, the earliest one wins.
      let least = heads[0]!;
      for (const head of heads) if (Buffer.compare(head.bytes, least.bytes) < 0) least = head;
      const { entry, bytes } = least;
      for (const head of heads.filter((one) => one.bytes.equals(bytes))) {
        const next = await head.next();
        if (next === null) heads.splice(heads.indexOf(head), 1);
        else {
          head.entry = next;
          head.bytes = Buffer.from(next[0]);
        }
      }
      yield entry;
    }
  }

  async write(operations: readonly WriteOperation[], options?: WriteOptions): Promise<void> {
    // Copied before anything is awaited: the caller may go on to change a value.
    const own = operations.map((operation): WriteOperation =>
      'value' in operation && operation.value !== null
        ? { ...operation, value: new Uint8Array(operation.value) }
        : operation,
    );
    const written = this.#write(own, options);
    this.#pending.add(written);
    try {
      await written;
    } finally {
      this.#pending.delete(written);
    }
  }

  async #write(own: readonly WriteOperation[], options: WriteOptions | undefined): Promise<void> {
    await this.first.write(await this.#expectations(own), options);
    const changes = own.filter(({ type }) => type !== 'expect');
    if (changes.length === 0) return;
    await Promise.all(this.others.map((other) => this.#attempt(other, () => other.write(changes, options), undefined)));
  }

  watch(listener: (change: DatabaseChange) => void, options?: WatchOptions): () => void {
    const ends = [this.first, ...this.others].map((database) => database.watch(listener, options));
    return () => {
      for (const end of ends) end();
    };
  }

  async close(): Promise<void> {
    await Promise.allSettled(this.#pending);
    this.#isClosed = true;
    await Promise.all([this.first, ...this.others].map((database) => database.close()));
  }

  /**
   * Turns expectations about the union into expectations about the first database, which may lack a key that another
   * one has.
   */
  async #expectations(operations: readonly WriteOperation[]): Promise<WriteOperation[]> {
    const changed: WriteOperation[] = [];
    for (const operation of operations) {
      const { type, key } = operation;
      if (type !== 'expect' || this.others.length === 0 || (await this.first.get(key)) !== undefined) {
        changed.push(operation);
        continue;
      }
      const found = await this.get(key);
      const { value } = operation;
      const isMet = found && value ? Buffer.compare(found, value) === 0 : !found && !value;
      if (!isMet) throw conflict(key);
      changed.push({ type: 'expect', key, value: null });
    }
    return changed;
  }

  async #attempt<T>(database: Database, use: () => Promise<T>, otherwise: T): Promise<T> {
    try {
      return await use();
    } catch (error) {
      // A mistake of the caller, not a failure of that database.
      if (this.#isClosed || (error instanceof DatabaseError && error.code === 'bad-key')) throw error;
      if (!this.#reported.has(database) && !(error instanceof DatabaseError && error.code === 'read-only')) {
        this.#reported.add(database);
        this.options.onNotice?.(
          `${messageOf(error)} The run goes on with ${this.first.url}; records that are written while this lasts will be missing in ${database.url}.`,
        );
      }
      return otherwise;
    }
  }
}

interface Head {
  entry: DatabaseEntry;
  bytes: Buffer;
  readonly next: () => Promise<DatabaseEntry | null>;
}
