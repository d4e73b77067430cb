import { createHash } from 'node:crypto';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { threadId } from 'node:worker_threads';
import type { WriteOperation } from '../../base/database';
import { DatabaseError, messageOf } from '../../base/databaseError';
import { prepareDirectory } from '../../base/directory';

/** A change without conditions: what can be done later as well as now. */
export type Change = Exclude<WriteOperation, { readonly type: 'expect' }>;

/**
 * Writes that wait on our disk for a server that is away: `pending/<hash of place>/<host>-<pid>-….log` in the
 * database directory. Each line is one write: a hash, and the operations as JSON. A process that is killed leaves its
 * file, and the next process on that machine that opens the same place takes it over; a line that was cut off was
 * never acknowledged.
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

  /** Writes that wait, as far as they are ours. */
  get count(): number {
    return this.#files.reduce((sum, file) => sum + file.lines - file.done, 0);
  }

  /** What waits stays for the next that opens the same place. */
  close(): void {
    open.delete(this.#name);
  }

  /** When it returns, the write survives the death of this process; with `durable` also a power cut. */
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
          'are used up: this write is not kept. Bring the server back, or raise "buffer" in the URL.',
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
        `The server is away, and the write could not be put by in ${this.folder}: ${messageOf(error)}.`,
        { cause: error },
      );
    }
    file.lines += 1;
    file.bytes += line.length;
  }

  /**
   * Takes over what processes that have ended left here. Resolves quickly if there is nothing. Files of other
   * machines are taken as well: who shares a directory between them may find a write applied twice, never lost.
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
    // Who is alive after all appends by name: after this moment no longer to the file we took.
    await setTimeout(200);
    for (const file of adopted) {
      file.bytes = fs.statSync(file.path).size;
      file.lines = this.#read(file).length;
    }
    this.#files = [...adopted, ...this.#files];
  }

  /** Gives every write that waits to `apply`, in order, several at once. Stops, and rejects, when that rejects. */
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
    // After the last line break: nothing, or what a process was writing when it was killed.
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
  /** It takes no more lines. */
  isDraining: boolean;
}

/** Operations that the server is given in one step. */
const MOST_AT_ONCE = 200;

/** Of this process, so that two databases in one never share a file. */
let instances = 0;
const open = new Set<string>();

const HOST = os.hostname().replace(/[^\w.]/g, '_');

/** Opened by name each time, so that a file somebody took over is not written any more. */
function appendWhole(file: string, line: Buffer, durable: boolean): void {
  const handle = fs.openSync(file, 'a');
  const { size } = fs.fstatSync(handle);
  try {
    fs.writeFileSync(handle, line);
    if (durable) fs.fsyncSync(handle);
  } catch (error) {
    // Half a line, on a full disk: the next would be glued to it.
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
