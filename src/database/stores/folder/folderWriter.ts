import { createHash } from 'node:crypto';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { threadId } from 'node:worker_threads';
import { writeFileAtomic } from '../../base/atomicFile';
import type { WriteOperation } from '../../base/database';
import { keyToPath } from './fileNames';
import { encodeRecordFile } from './recordFile';

export interface FolderWriterDeps {
  /** The present value; undefined when there is none; a text when its file is damaged. */
  readonly read: (key: string) => Uint8Array | string | undefined;
  /** Called after every `REFRESH_EVERY` records of a long write. */
  readonly refresh: () => void;
}

/** Records between two calls of `refresh`. */
const REFRESH_EVERY = 500;

/**
 * Puts and deletes record files, all of one write or none: a write of several records is first saved as a whole in the
 * file `unfinished`. If this process dies during the write, the next writer finishes it. Only the holder of the lock
 * may use this.
 *
 * Files are written in `tmp` and then renamed, so a reader never sees a part of a file.
 */
export class FolderWriter {
  #writes = 0;

  constructor(
    private readonly directory: string,
    private readonly records: string,
    private readonly deps: FolderWriterDeps,
  ) {}

  /** Finishes the write of a process that died, and deletes its temporary files. */
  finish(): void {
    const plan = path.join(this.directory, 'unfinished');
    if (fs.existsSync(plan)) {
      const changes = decodePlan(fs.readFileSync(plan, 'utf8'));
      if (changes === null) fs.renameSync(plan, `${plan}.damaged`);
      else {
        this.#apply(changes, true);
        fs.rmSync(plan);
        this.#report();
      }
      fs.rmSync(path.join(this.directory, 'tmp'), { recursive: true, force: true });
    }
  }

  write(operations: readonly WriteOperation[], durable: boolean): void {
    // If a write has several operations on a key, the last one counts.
    const changes = new Map<string, Uint8Array | null>();
    for (const operation of operations) {
      if (operation.type === 'put') changes.set(operation.key, operation.value);
      else if (operation.type === 'delete') changes.set(operation.key, null);
    }
    if (changes.size === 0) return;
    const plan = path.join(this.directory, 'unfinished');
    if (changes.size > 1) this.#replace(plan, Buffer.from(encodePlan(changes)), durable);
    this.#apply(changes, durable);
    if (changes.size > 1) fs.rmSync(plan);
    this.#report();
  }

  #apply(changes: ReadonlyMap<string, Uint8Array | null>, durable: boolean): void {
    let count = 0;
    for (const [key, value] of changes) {
      const file = path.join(this.records, keyToPath(key));
      const found = this.deps.read(key);
      // A damaged file gets a name under which it is not read: the user may look at it.
      if (typeof found === 'string') fs.renameSync(file, `${file}.${hashOf(fs.readFileSync(file))}.damaged`);
      if (value === null) fs.rmSync(file, { force: true });
      else {
        fs.mkdirSync(path.dirname(file), { recursive: true });
        this.#replace(file, encodeRecordFile(key, value), durable);
      }
      count += 1;
      if (count % REFRESH_EVERY === 0) this.deps.refresh();
    }
  }

  #replace(file: string, bytes: Buffer, isDurable: boolean): void {
    const temporary = path.join(this.directory, 'tmp', `${os.hostname()}-${process.pid}-${threadId}`);
    fs.mkdirSync(path.dirname(temporary), { recursive: true });
    writeFileAtomic(file, bytes, { temporary, isDurable });
  }

  /** Replaces the file `changes`: watchers see that something was written. */
  #report(): void {
    this.#writes += 1;
    this.#replace(path.join(this.directory, 'changes'), Buffer.from(`${process.pid} ${this.#writes}\n`), false);
  }
}

function encodePlan(changes: ReadonlyMap<string, Uint8Array | null>): string {
  const json = JSON.stringify(
    [...changes].map(([key, value]) => [key, value && Buffer.from(value).toString('base64')]),
  );
  return `${hashOf(json)} ${json}`;
}

function decodePlan(text: string): Map<string, Uint8Array | null> | null {
  const json = text.slice(9);
  if (text.slice(0, 9) !== `${hashOf(json)} `) return null;
  const changes = JSON.parse(json) as readonly (readonly [string, string | null])[];
  return new Map(changes.map(([key, value]) => [key, value === null ? null : Buffer.from(value, 'base64')]));
}

function hashOf(text: string | Buffer): string {
  return createHash('sha1').update(text).digest('hex').slice(0, 8);
}
