import type { Database, DatabaseChange, DatabaseEntry, WriteOperation } from '../base/database';
import { conflict, DatabaseError } from '../base/databaseError';
import { encodeKey } from '../base/key';

/** A database that lives as long as the process: for tests, and for runs that must not leave files. */
export function openMemoryDatabase(): Database {
  return new MemoryDatabase();
}

class MemoryDatabase implements Database {
  readonly url = 'memory:';
  readonly #entries = new Map<string, Uint8Array>();
  readonly #listeners = new Set<(change: DatabaseChange) => void>();
  #isClosed = false;

  async get(key: string): Promise<Uint8Array | undefined> {
    this.#checkOpen();
    encodeKey(key);
    const value = this.#entries.get(key);
    return value && new Uint8Array(value);
  }

  async *list(prefix: string): AsyncIterable<DatabaseEntry> {
    this.#checkOpen();
    const keys = [...this.#entries.keys()].filter((key) => key.startsWith(prefix));
    keys.sort((a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b)));
    for (const key of keys) {
      const value = this.#entries.get(key);
      if (value !== undefined) yield [key, new Uint8Array(value)];
    }
  }

  async write(operations: readonly WriteOperation[]): Promise<void> {
    this.#checkOpen();
    for (const { key } of operations) encodeKey(key);
    for (const operation of operations) {
      if (operation.type !== 'expect') continue;
      const value = this.#entries.get(operation.key);
      const isMet =
        value && operation.value ? Buffer.compare(value, operation.value) === 0 : !value && !operation.value;
      if (!isMet) throw conflict(operation.key);
    }
    for (const operation of operations) {
      if (operation.type === 'expect') continue;
      if (operation.type === 'put') this.#entries.set(operation.key, new Uint8Array(operation.value));
      else this.#entries.delete(operation.key);
    }
    const keys = operations.filter(({ type }) => type !== 'expect').map(({ key }) => key);
    if (keys.length === 0) return;
    // Listeners are called later, as in every other database, because a listener may write.
    setImmediate(() => {
      for (const listener of this.#listeners) listener({ keys });
    });
  }

  watch(listener: (change: DatabaseChange) => void): () => void {
    this.#checkOpen();
    // Wrapped, so that one function may be added twice and ended separately.
    const own = (change: DatabaseChange): void => listener(change);
    this.#listeners.add(own);
    return () => this.#listeners.delete(own);
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    this.#listeners.clear();
  }

  #checkOpen(): void {
    if (this.#isClosed) throw new DatabaseError('closed', 'The database memory: was used after it was closed.');
  }
}
