import fs from 'node:fs';
import path from 'node:path';
import { DatabaseError, systemErrorCode } from '../../base/databaseError';
import { entriesOf } from './entriesOf';
import { keyToPath, pathToKey, prefixFolder, RECORD_SUFFIX } from './fileNames';
import { folderError } from './folderError';
import { decodeRecordFile } from './recordFile';

/** Reads record files. A damaged file is reported once and left out; it is never deleted. */
export class FolderReader {
  readonly #reported = new Set<string>();

  constructor(
    private readonly directory: string,
    /** The folder of all record files. */
    private readonly records: string,
    private readonly onNotice: (message: string) => void,
  ) {}

  /** The value; undefined when there is none; a text that says what is wrong when the file is damaged. */
  read(key: string): Uint8Array | string | undefined {
    const file = path.join(this.records, keyToPath(key));
    let bytes: Buffer;
    try {
      bytes = readAgain(file);
    } catch (error) {
      const code = systemErrorCode(error);
      if (code === 'ENOENT' || code === 'ENOTDIR') return undefined;
      if (code === 'ENAMETOOLONG') throw new DatabaseError('bad-key', `The key ${key.slice(0, 60)}… is too long.`);
      throw folderError(this.directory, error);
    }
    const found = decodeRecordFile(bytes);
    const problem = typeof found === 'string' ? found : found.key === key ? null : `it is a copy of ${found.key}`;
    if (problem === null) return (found as { readonly value: Uint8Array }).value;
    return this.#damaged(file, problem);
  }

  /** All keys that start with `prefix`, in the order of their bytes. */
  async keys(prefix: string): Promise<string[]> {
    const keys: { readonly bytes: Buffer; readonly key: string }[] = [];
    for await (const file of this.#files(prefixFolder(prefix))) {
      const key = pathToKey(file) ?? this.#keyInside(file);
      if (key?.startsWith(prefix)) keys.push({ bytes: Buffer.from(key), key });
    }
    return keys.sort((a, b) => Buffer.compare(a.bytes, b.bytes)).map(({ key }) => key);
  }

  /** The key that is written in a file; null when the file is damaged, or is not the file of that key. */
  #keyInside(file: string): string | null {
    const full = path.join(this.records, file);
    try {
      const found = decodeRecordFile(readAgain(full));
      if (typeof found !== 'string' && keyToPath(found.key) === file) return found.key;
      this.#damaged(full, typeof found === 'string' ? found : `it is a copy of ${found.key}`);
    } catch {
      // The file was deleted after it was listed.
    }
    return null;
  }

  #damaged(file: string, problem: string): string {
    if (!this.#reported.has(file)) this.onNotice(`The record in ${file} was left out: ${problem}.`);
    this.#reported.add(file);
    return problem;
  }

  /** Paths of all record files under a folder of records, with forward slashes, in no order. */
  async *#files(folder: string): AsyncIterable<string> {
    for (const entry of await entriesOf(path.join(this.records, folder))) {
      const inside = folder === '' ? entry.name : `${folder}/${entry.name}`;
      if (entry.isDirectory()) yield* this.#files(inside);
      else if (entry.name.endsWith(RECORD_SUFFIX)) yield inside;
    }
  }
}

/**
 * The contents of a file. If another machine replaced the file during the read, NFS reports that it is stale: then it
 * is read once more.
 */
function readAgain(file: string): Buffer {
  try {
    return fs.readFileSync(file);
  } catch (error) {
    if (systemErrorCode(error) !== 'ESTALE') throw error;
    return fs.readFileSync(file);
  }
}
