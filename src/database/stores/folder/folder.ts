import fs from 'node:fs';
import path from 'node:path';
import type { Database, DatabaseChange, DatabaseEntry, WriteOperation, WriteOptions } from '../../base/database';
import { conflict, DatabaseError, messageOf, systemErrorCode } from '../../base/databaseError';
import { checkDirectory, MARKER, prepareDirectory } from '../../base/directory';
import { keyToPath, pathToKey, prefixFolder, RECORD_SUFFIX } from './fileNames';
import { FolderLock } from './folderLock';
import { FolderWriter } from './folderWriter';
import { encodeKey } from '../../base/key';
import { decodeRecordFile } from './recordFile';

export interface FolderOptions {
  /** Never write, and fail if there is no database yet; false if absent. */
  readonly readOnly?: boolean;
  /** Told of files that are damaged: they are left out, and never deleted. */
  readonly onNotice?: (message: string) => void;
}

const RECORDS = 'records';
const WATCH_INTERVAL_MS = 500;

/** Of so many looks for changes one walks all folders, for what was changed by other tools: git, a copy. */
const WALK_EVERY = 10;

/**
 * Opens a database of one file for each record: for file systems that several machines share, and for committing. Makes
 * the directory when there is none.
 */
export async function openFolderDatabase(directory: string, options: FolderOptions = {}): Promise<Database> {
  if (options.readOnly ?? false) {
    checkDirectory(directory);
    return new FolderDatabase(directory, options);
  }
  const isNew = !fs.existsSync(path.join(directory, MARKER));
  prepareDirectory(directory);
  if (isNew) {
    // All but the records; a Git that converts line ends would damage those.
    fs.writeFileSync(path.join(directory, '.gitignore'), '/lock*\n/tmp/\n/changes\n/unfinished*\n');
    fs.writeFileSync(path.join(directory, '.gitattributes'), `*${RECORD_SUFFIX} -text\n`);
  }
  const database = new FolderDatabase(directory, options);
  await database.finishOthers();
  return database;
}

class FolderDatabase implements Database {
  readonly url: string;
  readonly #records: string;
  readonly #readOnly: boolean;
  readonly #lock: FolderLock;
  readonly #writer: FolderWriter;
  readonly #reported = new Set<string>();
  readonly #watches = new Set<NodeJS.Timeout>();
  /** The writes of this process, one after the other. */
  #last: Promise<unknown> = Promise.resolve();
  #closing: Promise<void> | null = null;

  constructor(
    private readonly directory: string,
    private readonly options: FolderOptions,
  ) {
    this.url = `dir:${directory}`;
    this.#records = path.join(directory, RECORDS);
    this.#readOnly = options.readOnly ?? false;
    this.#lock = new FolderLock(path.join(directory, 'lock'));
    this.#writer = new FolderWriter(directory, this.#records, {
      read: (key) => this.#read(key),
      refresh: () => this.#lock.refresh(),
    });
  }

  /** What a process that was killed has begun to write. */
  finishOthers(): Promise<void> {
    return this.#exclusively(() => this.#writer.finish());
  }

  async get(key: string): Promise<Uint8Array | undefined> {
    this.#checkOpen();
    encodeKey(key);
    const found = this.#read(key);
    return found instanceof Uint8Array ? found : undefined;
  }

  async *list(prefix: string): AsyncIterable<DatabaseEntry> {
    this.#checkOpen();
    const keys: { readonly bytes: Buffer; readonly key: string }[] = [];
    for await (const file of this.#files(prefixFolder(prefix))) {
      const key = pathToKey(file) ?? this.#keyInside(file);
      if (key?.startsWith(prefix)) keys.push({ bytes: Buffer.from(key), key });
    }
    keys.sort((a, b) => Buffer.compare(a.bytes, b.bytes));
    for (const { key } of keys) {
      this.#checkOpen();
      const value = this.#read(key);
      if (value instanceof Uint8Array) yield [key, value];
    }
  }

  /** Atomic for whoever dies in the middle of it; a reader may see a part of it for a moment. */
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
        const found = this.#read(operation.key);
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
    let seen = this.#stamp('changes');
    let seenFolders: string | null = null;
    let looks = 0;
    const look = async (): Promise<void> => {
      looks += 1;
      const now = this.#stamp('changes');
      let isChanged = now !== seen;
      seen = now;
      if (looks % WALK_EVERY === 1) {
        const folders = await this.#folderStamps();
        isChanged ||= seenFolders !== null && folders !== seenFolders;
        seenFolders = folders;
      }
      if (isChanged && this.#watches.has(timer)) listener({ keys: null });
    };
    const timer = setInterval(() => void look().catch(() => {}), WATCH_INTERVAL_MS);
    timer.unref();
    this.#watches.add(timer);
    return () => {
      clearInterval(timer);
      this.#watches.delete(timer);
    };
  }

  close(): Promise<void> {
    this.#closing ??= (async () => {
      for (const timer of this.#watches) clearInterval(timer);
      this.#watches.clear();
      await this.#last;
    })();
    return this.#closing;
  }

  #exclusively(body: () => void): Promise<void> {
    const done = this.#last
      .then(() => this.#lock.hold(body))
      .catch((error: unknown) => {
        throw this.#explain(error);
      });
    this.#last = done.catch(() => {});
    return done;
  }

  /** The value; undefined when there is none; a text when the file is damaged, which is reported. */
  #read(key: string): Uint8Array | string | undefined {
    const file = path.join(this.#records, keyToPath(key));
    let bytes: Buffer;
    try {
      bytes = readAgain(file);
    } catch (error) {
      const code = systemErrorCode(error);
      if (code === 'ENOENT' || code === 'ENOTDIR') return undefined;
      if (code === 'ENAMETOOLONG') throw new DatabaseError('bad-key', `The key ${key.slice(0, 60)}… is too long.`);
      throw this.#explain(error);
    }
    const found = decodeRecordFile(bytes);
    const problem = typeof found === 'string' ? found : found.key === key ? null : `it is a copy of ${found.key}`;
    if (problem === null) return (found as { readonly value: Uint8Array }).value;
    return this.#damaged(file, problem);
  }

  #keyInside(file: string): string | null {
    const full = path.join(this.#records, file);
    try {
      const found = decodeRecordFile(readAgain(full));
      if (typeof found !== 'string' && keyToPath(found.key) === file) return found.key;
      this.#damaged(full, typeof found === 'string' ? found : `it is a copy of ${found.key}`);
    } catch {
      // Deleted meanwhile.
    }
    return null;
  }

  #damaged(file: string, problem: string): string {
    if (!this.#reported.has(file)) this.options.onNotice?.(`The record in ${file} was left out: ${problem}.`);
    this.#reported.add(file);
    return problem;
  }

  /** Paths of all record files under a folder of records, with forward slashes, in no order. */
  async *#files(folder: string): AsyncIterable<string> {
    for (const entry of await namesIn(path.join(this.#records, folder))) {
      const inside = folder === '' ? entry.name : `${folder}/${entry.name}`;
      if (entry.isDirectory()) yield* this.#files(inside);
      else if (entry.name.endsWith(RECORD_SUFFIX)) yield inside;
    }
  }

  #stamp(name: string): string {
    try {
      const { mtimeMs, ino, size } = fs.statSync(path.join(this.directory, name));
      return `${mtimeMs} ${ino} ${size}`;
    } catch {
      return '';
    }
  }

  /** Changes when a file of any folder is made, replaced or deleted. */
  async #folderStamps(folder = RECORDS): Promise<string> {
    let stamps = `${folder} ${this.#stamp(folder)}\n`;
    for (const entry of await namesIn(path.join(this.directory, folder))) {
      if (entry.isDirectory()) stamps += await this.#folderStamps(`${folder}/${entry.name}`);
    }
    return stamps;
  }

  #checkOpen(): void {
    if (this.#closing !== null) {
      throw new DatabaseError('closed', `The database ${this.directory} was used after it was closed.`);
    }
  }

  #explain(cause: unknown): unknown {
    const code = systemErrorCode(cause);
    if (cause instanceof DatabaseError || code === undefined) return cause;
    const isRefused = code === 'EACCES' || code === 'EPERM' || code === 'EROFS';
    return new DatabaseError(
      isRefused ? 'not-writable' : 'io',
      `The database in ${this.directory} cannot be read or written: ${messageOf(cause)}. ` +
        (isRefused ? 'Change its permissions or choose another directory.' : 'Check that the disk has space.'),
      { cause },
    );
  }
}

/** A file that another machine replaced while it was read is "stale" for NFS; then it is read once more. */
function readAgain(file: string): Buffer {
  try {
    return fs.readFileSync(file);
  } catch (error) {
    if (systemErrorCode(error) !== 'ESTALE') throw error;
    return fs.readFileSync(file);
  }
}

async function namesIn(folder: string): Promise<fs.Dirent[]> {
  try {
    return await fs.promises.readdir(folder, { withFileTypes: true });
  } catch (error) {
    const code = systemErrorCode(error);
    if (code === 'ENOENT' || code === 'ENOTDIR') return [];
    throw error;
  }
}
