import fs from 'node:fs';
import os from 'node:os';
import { setTimeout } from 'node:timers/promises';
import { threadId } from 'node:worker_threads';
import { DatabaseError, systemErrorCode } from '../../base/databaseError';

const FIRST_POLL_MS = 2;
const LAST_POLL_MS = 100;

/** Polls during which the lock file may stay unchanged before its holder counts as dead: about 30 seconds. */
const STALE_POLLS = 300;

/** Polls after which a writer that waits gives up: about five minutes. */
const MOST_POLLS = 3000;

/**
 * Allows one writer at a time among all processes that share a folder. A writer makes the file `lock` with `O_EXCL`,
 * which network file systems honor: while the file exists, no other process can make it.
 *
 * If the holder died on this machine, its process id shows that. A holder on another machine counts as dead when its
 * lock file did not change for half a minute. Only the clock of this machine measures that time, so clocks may differ.
 * If such a machine was only asleep and goes on, two processes write at once: each record is still whole, but an
 * `expect` may have been checked against an old value.
 */
export class FolderLock {
  constructor(private readonly file: string) {}

  async hold<T>(body: () => T): Promise<T> {
    const content = `${os.hostname()} ${process.pid} ${threadId}`;
    await this.#acquire(content);
    try {
      return body();
    } finally {
      // It is still ours, unless another process thought that we are dead.
      if (read(this.file)?.content === content) fs.rmSync(this.file, { force: true });
    }
  }

  /** Changes the lock file, so that other processes see that its holder is alive. To be called during long work. */
  refresh(): void {
    try {
      fs.writeFileSync(this.file, `${os.hostname()} ${process.pid} ${threadId}`);
    } catch {
      // The next write reports it.
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
      `Other processes have been writing all the time: ${this.file} was never free (last held by ${seen}). ` +
        'If no process writes, delete that file.',
    );
  }

  #break(content: string): void {
    const aside = `${this.file}.${process.pid}-${threadId}`;
    try {
      fs.renameSync(this.file, aside);
      // Another process broke the old lock and holds a new one: give that back.
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

/** True when the holder was a process of this machine that has ended. */
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
