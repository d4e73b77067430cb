import fs from 'node:fs';
import path from 'node:path';
import type { Database, DatabaseChange, DatabaseEntry, WriteOperation, WriteOptions } from '../../base/database';
import { conflict, DatabaseError } from '../../base/databaseError';
import { checkDirectory, MARKER, prepareDirectory } from '../../base/directory';
import { encodeKey } from '../../base/key';
import { RECORD_SUFFIX } from './fileNames';
import { folderError } from './folderError';
import { FolderLock } from './folderLock';
import { FolderReader } from './folderReader';
import { FolderWatch } from './folderWatch';
import { FolderWriter } from './folderWriter';

export interface FolderOptions {
  /** Never write, and fail if there is no database yet; false if absent. */
  readonly readOnly?: boolean;
  /** Called with a sentence for each damaged file: it is left out, and never deleted. */
  readonly onNotice?: (message: string) => void;
}

/** The folder of all record files, inside the directory. */
const RECORDS = 'records';

/**
 * Opens a database that has one file for each record: for file systems that several machines share, and to commit it to
 * Git. Makes the directory when there is none.
 */
export async function openFolderDatabase(directory: string, options: FolderOptions = {}): Promise<Database> {
  if (options.readOnly ?? false) {
    checkDirectory(directory);
    return new FolderDatabase(directory, options);
  }
  const isNew = !fs.existsSync(path.join(directory, MARKER));
  prepareDirectory(directory);
  if (isNew) {
    // Git ignores all but the records. It must not convert the line ends in records: that would damage them.
    fs.writeFileSync(path.join(directory, '.gitignore'), '/lock*\n/tmp/\n/changes\n/unfinished*\n');
    fs.writeFileSync(path.join(directory, '.gitattributes'), `*${RECORD_SUFFIX} -text\n`);
  }
  const database = new FolderDatabase(directory, options);
  await database.finishBegun();
  return database;
}

class FolderDatabase implements Database {
  readonly url: string;
  readonly #readOnly: boolean;
  readonly #lock: FolderLock;
  readonly #reader: FolderReader;
  readonly #writer: FolderWriter;
  readonly #watch: FolderWatch;
  /** The writes of this process, one after the other. */
  #last: Promise<unknown> = Promise.resolve();
  #closing: Promise<void> | null = null;

  constructor(
    private readonly directory: string,
    options: FolderOptions,
  ) {
    this.url = `dir:${directory}`;
    this.#readOnly = options.readOnly ?? false;
    const records = path.join(directory, RECORDS);
    this.#lock = new FolderLock(path.join(directory, 'lock'));
    this.#reader = new FolderReader(directory, records, options.onNotice ?? (() => {}));
    this.#writer = new FolderWriter(directory, records, {
      read: (key) => this.#reader.read(key),
      refresh: () => this.#lock.refresh(),
    });
    this.#watch = new FolderWatch(directory, RECORDS);
  }

  /** Finishes a write that a killed process has begun. */
  finishBegun(): Promise<void> {
    return this.#exclusively(() => this.#writer.finish());
  }

  async get(key: string): Promise<Uint8Array | undefined> {
    this.#checkOpen();
    encodeKey(key);
    const found = this.#reader.read(key);
    return found instanceof Uint8Array ? found : undefined;
  }

  async *list(prefix: string): AsyncIterable<DatabaseEntry> {
    this.#checkOpen();
    for (const key of await this.#reader.keys(prefix)) {
      this.#checkOpen();
      const value = this.#reader.read(key);
      if (value instanceof Uint8Array) yield [key, value];
    }
  }

  /** All or nothing, even if this process dies during the write. For a moment, a reader may see a part of it. */
  async write(operations: readonly WriteOperation[], options: WriteOptions = {}): Promise<void> {
    this.#checkOpen();
    if (this.#readOnly) {
      throw new DatabaseError('read-only', `The database ${this.directory} was opened read-only: nothing was written.`);
    }
    const own = operations.map((operation): WriteOperation => {
      encodeKey(operation.key);
      return 'value' in operation && operation.value !== null
        ? { ...operation, value: new Uint8Array(operation.value) }
        : operation;
    });
    if (own.length === 0) return;
    await this.#exclusively(() => {
      this.#writer.finish();
      for (const operation of own) {
        if (operation.type !== 'expect') continue;
        const found = this.#reader.read(operation.key);
        const isMet =
          found instanceof Uint8Array
            ? operation.value !== null && Buffer.compare(found, operation.value) === 0
            : operation.value === null;
        if (!isMet) throw conflict(operation.key);
      }
      this.#writer.write(own, options.durable ?? false);
    });
  }

  watch(listener: (change: DatabaseChange) => void): () => void {
    this.#checkOpen();
    return this.#watch.add(listener);
  }

  close(): Promise<void> {
    this.#closing ??= (async () => {
      this.#watch.close();
      await this.#last;
    })();
    return this.#closing;
  }

  #exclusively(body: () => void): Promise<void> {
    const done = this.#last
      .then(() => this.#lock.hold(body))
      .catch((error: unknown) => {
        throw folderError(this.directory, error);
      });
    this.#last = done.catch(() => {});
    return done;
  }

  #checkOpen(): void {
    if (this.#closing !== null) {
      throw new DatabaseError('closed', `The database ${this.directory} was used after it was closed.`);
    }
  }
}
