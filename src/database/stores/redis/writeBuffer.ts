import { createHash } from 'node:crypto';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { threadId } from 'node:worker_threads';
import type { WriteOperation } from '../../base/database';
import { DatabaseError, messageOf } from '../../base/databaseError';
import { prepareDirectory } from '../../base/directory';

/** An operation without a condition, so that it may be applied later. */
export type Change = Exclude<WriteOperation, { readonly type: 'expect' }>;

/**
 * Writes that wait on the disk of this machine while a server is away or busy: `pending/<hash of
 * place>/<host>-<pid>-….log` in the database directory. Each line is one write: a hash, and the operations as JSON.
 * When a process is killed, its file stays, and the next process on that machine that opens the same place takes it
 * over. A line that was cut off belongs to a write that has not resolved. `RedisWriter` decides which writes wait here.
 *
 * Invariant: a line is in a file from its append until `apply` resolved for it.
 */
export class WriteBuffer {
  /** Oldest first; the last is the one that is appended to. */
  #files: BufferFile[] = [];
  #sequence = 0;
  readonly #name: string;

  constructor(
    private readonly directory: string,
    private readonly folder: string,
    private readonly maxBytes: number,
    private readonly onProblem: (message: string) => void,
  ) {
    instances += 1;
    this.#name = `${HOST}-${process.pid}-${threadId}-${instances}`;
    open.add(this.#name);
  }

  static open(directory: string, place: string, maxBytes: number, onProblem: (message: string) => void): WriteBuffer {
    const hash = createHash('sha1').update(place).digest('hex').slice(0, 16);
    return new WriteBuffer(directory, path.join(directory, 'pending', hash), maxBytes, onProblem);
  }

  get isEmpty(): boolean {
    return this.#files.length === 0;
  }

  /** Number of writes that wait in the files of this process. */
  get count(): number {
    return this.#files.reduce((sum, file) => sum + file.lines - file.done, 0);
  }

  /** The writes that still wait stay on the disk, for the next process that opens the same place. */
  close(): void {
    open.delete(this.#name);
  }

  /** After this returns, the write survives a crash of this process; with `durable` also a power cut. */
  append(changes: readonly Change[], durable: boolean): void {
    const json = JSON.stringify(
      changes.map((change) =>
        change.type === 'put' ? [change.key, Buffer.from(change.value).toString('base64')] : [change.key],
      ),
    );
    const line = Buffer.from(`${hashOf(json)} ${json}\n`);
    if (this.#files.reduce((sum, file) => sum + file.bytes, line.length) > this.maxBytes) {
      throw new DatabaseError(
        'unavailable',
        `The server is away, and the ${Math.round(this.maxBytes / 1024)} KiB for writes that wait in ${this.folder} ` +
          'are used up: this write is not saved. Bring the server back, or raise "buffer" in the URL.',
      );
    }
    let file = this.#files.at(-1);
    if (file === undefined || file.isDraining) {
      this.#sequence += 1;
      const name = `${this.#name}-${String(this.#sequence).padStart(6, '0')}.log`;
      file = { path: path.join(this.folder, name), lines: 0, bytes: 0, done: 0, isDraining: false };
      this.#files.push(file);
    }
    try {
      if (file.lines === 0) {
        prepareDirectory(this.directory);
        fs.mkdirSync(this.folder, { recursive: true });
      }
      appendWhole(file.path, line, durable);
    } catch (error) {
      if (file.lines === 0) this.#files.pop();
      throw new DatabaseError(
        'io',
        `The server is away, and the write could not be saved in ${this.folder}: ${messageOf(error)}.`,
        { cause: error },
      );
    }
    file.lines += 1;
    file.bytes += line.length;
  }

  /**
   * Takes over the files of processes that have ended. Resolves quickly if there are none. Files of other machines are
   * taken over as well: if machines share the directory, a write may be applied twice, but none is lost.
   */
  async adopt(): Promise<void> {
    const left = namesIn(this.folder).filter((name) => name.endsWith('.log') && isOrphan(name));
    const adopted: BufferFile[] = [];
    for (const name of left) {
      this.#sequence += 1;
      const own = path.join(this.folder, `${this.#name}-${String(this.#sequence).padStart(6, '0')}.log`);
      try {
        fs.renameSync(path.join(this.folder, name), own);
      } catch {
        // Another process was quicker.
        continue;
      }
      adopted.push({ path: own, lines: 0, bytes: fs.statSync(own).size, done: 0, isDraining: true });
    }
    if (adopted.length === 0) return;
    // If the owner is alive after all, it opens its file by name for each append: after this pause, it cannot write to
    // the renamed file any more.
    await setTimeout(200);
    for (const file of adopted) {
      file.bytes = fs.statSync(file.path).size;
      file.lines = this.#read(file).length;
    }
    this.#files = [...adopted, ...this.#files];
  }

  /** Gives all writes that wait to `apply`, in order, several at once. Rejects, and stops, when `apply` rejects. */
  async drain(apply: (changes: readonly Change[], writes: number) => Promise<void>): Promise<void> {
    for (;;) {
      const file = this.#files[0];
      if (file === undefined) return;
      file.isDraining = true;
      const lines = this.#read(file);
      while (file.done < lines.length) {
        const changes = [...lines[file.done]!];
        let end = file.done + 1;
        while (end < lines.length && changes.length + lines[end]!.length <= MOST_AT_ONCE)
          changes.push(...lines[end++]!);
        await apply(changes, end - file.done);
        file.done = end;
      }
      fs.rmSync(file.path, { force: true });
      this.#files.shift();
    }
  }

  #read(file: BufferFile): Change[][] {
    let text: string;
    try {
      text = fs.readFileSync(file.path, 'utf8');
    } catch (error) {
      this.onProblem(`Writes that waited in ${file.path} cannot be read: ${messageOf(error)}.`);
      return [];
    }
    const writes: Change[][] = [];
    const damaged: string[] = [];
    const lines = text.split('\n');
    // After the last line break there is nothing, or the part of a line that a killed process was writing.
    lines.pop();
    for (const line of lines) {
      const changes = decodeLine(line);
      if (changes === null) damaged.push(line);
      else writes.push(changes);
    }
    if (damaged.length > 0) {
      const aside = file.path.replace(/\.log$/, '.damaged');
      fs.writeFileSync(aside, `${damaged.join('\n')}\n`);
      this.onProblem(
        `${damaged.length} of the writes that waited in ${file.path} are damaged. They are kept in ${aside}.`,
      );
    }
    return writes;
  }
}

interface BufferFile {
  readonly path: string;
  lines: number;
  bytes: number;
  /** Lines that have been applied. */
  done: number;
  /** True when no more lines may be appended. */
  isDraining: boolean;
}

/** The most operations that the server gets in one step. */
const MOST_AT_ONCE = 200;

/** Number of buffers made in this process, so that two of them never share a file. */
let instances = 0;
/** Names of the buffers of this process that are not closed. */
const open = new Set<string>();

const HOST = os.hostname().replace(/[^\w.]/g, '_');

/** Opens the file by name each time, so that it does not write to a file that another process took over. */
function appendWhole(file: string, line: Buffer, durable: boolean): void {
  const handle = fs.openSync(file, 'a');
  const { size } = fs.fstatSync(handle);
  try {
    fs.writeFileSync(handle, line);
    if (durable) fs.fsyncSync(handle);
  } catch (error) {
    // On a full disk, a part of the line may be written: the next line would be appended to it.
    fs.ftruncateSync(handle, size);
    throw error;
  } finally {
    fs.closeSync(handle);
  }
}

function decodeLine(line: string): Change[] | null {
  const json = line.slice(9);
  if (line.slice(0, 9) !== `${hashOf(json)} `) return null;
  const operations = JSON.parse(json) as readonly (readonly [string, string?])[];
  return operations.map(([key, value]) =>
    value === undefined ? { type: 'delete', key } : { type: 'put', key, value: Buffer.from(value, 'base64') },
  );
}

function hashOf(text: string): string {
  return createHash('sha1').update(text).digest('hex').slice(0, 8);
}

/** True when the process that made the file has ended, or cannot be asked because it ran on another machine. */
function isOrphan(name: string): boolean {
  const [, owner, host, pid, thread] = /^((.*)-(\d+)-(\d+)-\d+)-\d+\.log$/.exec(name) ?? [];
  if (owner === undefined || host !== HOST) return owner !== undefined;
  if (Number(pid) === process.pid) return Number(thread) === threadId && !open.has(owner);
  try {
    process.kill(Number(pid), 0);
    return false;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'ESRCH';
  }
}

function namesIn(folder: string): string[] {
  try {
    return fs.readdirSync(folder).sort();
  } catch {
    return [];
  }
}
