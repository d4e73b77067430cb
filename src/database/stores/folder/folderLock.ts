import fs from 'node:fs';
import os from 'node:os';
import { setTimeout } from 'node:timers/promises';
import { threadId } from 'node:worker_threads';
import { DatabaseError, systemErrorCode } from '../../base/databaseError';

const FIRST_POLL_MS = 2;
const LAST_POLL_MS = 100;

/** As long as a lock may stay as it is before its holder is taken for dead, in polls: about 30 seconds. */
const STALE_POLLS = 300;

/** Whoever waits longer than this, about five minutes, gives up. */
const MOST_POLLS = 3000;

/**
 * One writer at a time, of all processes that share a folder: the file `lock` is made by whoever writes, and fails to
 * be made by all others (`O_EXCL`, which network file systems honor).
 *
 * A holder that died on this machine is known by its process id. One of another machine is taken for dead when nothing
 * happens to its lock for half a minute, by our own measure, so that the clocks of the machines do not matter. If such
 * a machine only slept and then goes on, two write at once: each record is still whole, but an `expect` may be wrong.
 */
export class FolderLock {
  constructor(private readonly file: string) {}

  async hold<T>(body: () => T): Promise<T> {
    const content = `${os.hostname()} ${process.pid} ${threadId}`;
    await this.#acquire(content);
    try {
      return body();
    } finally {
      // Ours, unless somebody took us for dead.
      if (read(this.file)?.content === content) fs.rmSync(this.file, { force: true });
    }
  }

  /** Says that the holder is alive: for long work. */
  refresh(): void {
    try {
      fs.writeFileSync(this.file, `${os.hostname()} ${process.pid} ${threadId}`);
    } catch {
      // The next write will tell.
    }
  }

  async #acquire(content: string): Promise<void> {
    let seen = '';
    let unchanged = 0;
    for (let poll = 0; poll < MOST_POLLS; poll += 1) {
      try {
        fs.writeFileSync(this.file, content, { flag: 'wx' });
        return;
      } catch (error) {
        if (systemErrorCode(error) !== 'EEXIST') throw error;
      }
      const found = read(this.file);
      if (found === null) continue;
      const now = `${found.content} ${found.changed}`;
      unchanged = now === seen ? unchanged + 1 : 0;
      seen = now;
      if (unchanged > STALE_POLLS || isDead(found.content)) this.#break(found.content);
      else await setTimeout(Math.min(FIRST_POLL_MS * 2 ** Math.min(poll, 10), LAST_POLL_MS));
    }
    throw new DatabaseError(
      'unavailable',
      `Others have been writing all the time: ${this.file} was never free (last held by ${seen}). ` +
        'If nobody writes, delete that file.',
    );
  }

  #break(content: string): void {
    const aside = `${this.file}.${process.pid}-${threadId}`;
    try {
      fs.renameSync(this.file, aside);
      // Somebody else broke it and holds it now: give it back.
      if (fs.readFileSync(aside, 'utf8') !== content) fs.linkSync(aside, this.file);
    } catch {
      // Another process was quicker.
    }
    fs.rmSync(aside, { force: true });
  }
}

function read(file: string): { readonly content: string; readonly changed: number } | null {
  try {
    return { content: fs.readFileSync(file, 'utf8'), changed: fs.statSync(file).mtimeMs };
  } catch {
    return null;
  }
}

/** Whether it was held by a process of this machine that has ended. */
function isDead(content: string): boolean {
  const [host, pid] = content.split(' ');
  if (host !== os.hostname() || pid === undefined || Number(pid) === process.pid) return false;
  try {
    process.kill(Number(pid), 0);
    return false;
  } catch (error) {
    return systemErrorCode(error) === 'ESRCH';
  }
}
