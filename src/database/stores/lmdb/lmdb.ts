import fs from 'node:fs';
import path from 'node:path';
import { isMainThread } from 'node:worker_threads';
import type lmdb from 'lmdb';
import type { Database, DatabaseChange, DatabaseEntry, WriteOperation } from '../../base/database';
import { Arena } from './arena';
import { conflict, DatabaseError, messageOf, systemErrorCode } from '../../base/databaseError';
import { checkDirectory, prepareDirectory } from '../../base/directory';
import { encodeKey } from '../../base/key';
import { afterPrefix } from '../../base/keyRange';
import { inspectDataFile } from './lmdbFile';

export interface LmdbOptions {
  /** Never write, and fail if there is no database yet; false if absent. */
  readonly readOnly?: boolean;
}

/** LMDB adds `-lock` to the name for its table of readers. */
export const DATA_FILE = 'data.mdb';

/** Entries read at once by `list`. Between two batches no read transaction is open: one would pin old pages. */
const LIST_BATCH = 256;

/** How often `watch` looks for commits of other processes: a read of one number. */
const WATCH_INTERVAL_MS = 300;

/**
 * Opens the LMDB environment in `directory`, creating both when there are none. Any number of processes may
 * have it open. Throws a DatabaseError.
 *
 * Only the main thread may: terminating a worker thread with a write pending leaves LMDB's writer lock taken,
 * and every later write of every process waits forever.
 */
export async function openLmdbDatabase(directory: string, options: LmdbOptions = {}): Promise<Database> {
  if (!isMainThread) {
    throw new DatabaseError(
      'worker-thread',
      `The database ${directory} was opened in a worker thread. Open it in the main thread and send it what to save.`,
    );
  }
  const readOnly = options.readOnly ?? false;
  const file = path.join(directory, DATA_FILE);
  if (readOnly) checkDirectory(directory);
  else prepareDirectory(directory);
  checkDataFile(directory, file, readOnly);
  if (!readOnly && openReadOnly.has(file)) {
    // lmdb-js 3.5.6 would use the read-only environment again and fail on the first write.
    throw new DatabaseError(
      'read-only',
      `The database ${directory} is open read-only in this process. Close it before you open it for writing.`,
    );
  }
  try {
    // Loaded here and not above, so that a mere import of this package loads no native code.
    const { open } = require('lmdb') as typeof lmdb;
    const root = open<Buffer, Buffer>({
      path: file,
      noSubdir: true,
      readOnly,
      encoding: 'binary',
      keyEncoding: 'binary',
      // A commit is on the disk before it is seen, as in the original LMDB. The way of lmdb-js, to flush later
      // and under a second lock, is faster with many small writes, but a process that is killed during a flush
      // then makes a commit of another fail with MDB_PANIC, and its environment useless (seen with 3.5.6).
      overlappingSync: false,
      // Else a failed commit also rejects a promise inside lmdb-js that nobody can handle. Our writes are
      // batches, each a transaction or part of one, with or without it.
      eventTurnBatching: false,
    });
    if (readOnly) openReadOnly.set(file, (openReadOnly.get(file) ?? 0) + 1);
    // Processes that were killed while they read would pin old pages for ever.
    else root.readerCheck();
    return new LmdbDatabase(directory, root, readOnly);
  } catch (error) {
    throw explain(directory, error);
  }
}

interface Prepared {
  readonly type: WriteOperation['type'];
  readonly name: string;
  readonly key: Buffer;
  readonly value: Buffer | null;
}

/** How often each data file is open read-only in this process. */
const openReadOnly = new Map<string, number>();

class LmdbDatabase implements Database {
  readonly url: string;
  readonly #pending = new Set<Promise<unknown>>();
  readonly #watches = new Set<NodeJS.Timeout>();
  #closing: Promise<void> | null = null;

  constructor(
    private readonly directory: string,
    private readonly root: lmdb.RootDatabase<Buffer, Buffer>,
    private readonly readOnly: boolean,
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
    // All keys first: a refused one must not leave half of the operations.
    const prepared = operations.map(({ type, key, ...rest }) => {
      const value = 'value' in rest && rest.value !== null ? Buffer.from(rest.value) : null;
      return { type, name: key, key: encodeKey(key), value };
    });
    const written = this.#commit(prepared);
    this.#pending.add(written);
    try {
      await written;
    } catch (error) {
      throw explain(this.directory, await reasonOf(error));
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
    // Slower: the writer lock is held while our thread looks.
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
      // The whole reports a failed commit; without this each operation would report it again, unhandled.
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
    if (this.readOnly) leaveReadOnly(path.join(this.directory, DATA_FILE));
  }

  /** LMDB numbers its write transactions, of all processes. */
  #lastTransaction(): number {
    return this.#read(() => {
      // The type says {}; see getStats in lmdb-js.
      const stats = this.root.getStats() as { lastTxnId?: number };
      return stats.lastTxnId ?? 0;
    });
  }

  #read<T>(read: () => T): T {
    this.#checkOpen();
    try {
      // Else lmdb-js may go on with a transaction that began before another process wrote.
      this.root.resetReadTxn();
      return read();
    } catch (error) {
      throw explain(this.directory, error);
    }
  }

  #checkOpen(): void {
    if (this.#closing !== null) {
      throw new DatabaseError('closed', `The database ${this.directory} was used after it was closed.`);
    }
  }
}

/** lmdb-js says why a commit failed in a promise that rejects a moment later, and that nobody else handles. */
async function reasonOf(thrown: unknown): Promise<unknown> {
  const failure = (thrown as { readonly commitError?: Promise<never> }).commitError;
  if (failure === undefined) return thrown;
  const late = new Promise((resolve) => setTimeout(resolve, 1000, thrown).unref());
  try {
    return await Promise.race([failure, late]);
  } catch (reason) {
    return reason;
  }
}

function leaveReadOnly(file: string): void {
  const others = (openReadOnly.get(file) ?? 1) - 1;
  if (others === 0) openReadOnly.delete(file);
  else openReadOnly.set(file, others);
}

function isSame(found: Buffer | undefined, expected: Buffer | null): boolean {
  return found === undefined || expected === null ? found === undefined && expected === null : found.equals(expected);
}

/** LMDB maps the file into memory and trusts it: what it does not expect there ends the process. */
function checkDataFile(directory: string, file: string, readOnly: boolean): void {
  let problem: string | null;
  try {
    if (!readOnly && fs.existsSync(file)) fs.accessSync(file, fs.constants.W_OK);
    problem = inspectDataFile(file);
  } catch (error) {
    throw explain(directory, error);
  }
  if (problem !== 'absent') {
    if (problem !== null) throw damaged(directory, problem);
  } else if (readOnly) {
    throw new DatabaseError('missing', `There is no fuzz-runner database in ${directory} yet. Run the fuzzer first.`);
  }
}

function damaged(directory: string, problem: string, cause?: unknown): DatabaseError {
  return new DatabaseError(
    'damaged',
    `The data file ${path.join(directory, DATA_FILE)} is damaged (${problem}). ` +
      'Move it away, and a new one will be made; saved failures in the folder "replay" are kept.',
    { cause },
  );
}

function explain(directory: string, cause: unknown): DatabaseError {
  if (cause instanceof DatabaseError) return cause;
  const message = messageOf(cause);
  if (/MDB_(CORRUPTED|PAGE_NOTFOUND|INVALID|VERSION_MISMATCH|PANIC)/.test(message)) {
    return damaged(directory, message, cause);
  }
  if (/EACCES|EPERM|EROFS|Permission denied|Read-only file system/i.test(`${systemErrorCode(cause)} ${message}`)) {
    return new DatabaseError(
      'not-writable',
      `The database in ${directory} cannot be opened or written (${message}). Change the permissions of its files ` +
        'or choose another directory.',
      { cause },
    );
  }
  return new DatabaseError(
    'io',
    `The database in ${directory} reported an error: ${message}. Check that the disk has space, then try again.`,
    { cause },
  );
}
