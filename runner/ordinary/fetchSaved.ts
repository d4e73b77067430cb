import { execFile } from 'node:child_process';
import * as fs from 'node:fs';
import * as path from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { prepareDirectory } from '../../src/database/base/directory';

/** A run is not held up longer than this by a server that does not answer. */
const TIMEOUT_MS = 6000;

/** In watch mode one process runs again and again: what it has fetched is good for this long. */
const FRESH_MS = 60_000;

const POLL_MS = 20;

/**
 * Brings the replay files in `directory` up to date with a database that is elsewhere, once for each run of Jest: the
 * first test file does it, those beside it wait. Never fails: with a server that is away, the files are what they were,
 * and that is said in one line.
 */
export async function fetchSaved(directory: string, rootDir: string): Promise<void> {
  const stamp = path.join(directory, 'fetched.json');
  const lock = path.join(directory, 'fetching');
  try {
    prepareDirectory(directory);
    for (let waited = 0; waited < TIMEOUT_MS; waited += POLL_MS) {
      if (isFresh(stamp)) return;
      if (tryLock(lock)) break;
      await setTimeout(POLL_MS);
    }
    // Another one had it all the time: it says what is wrong.
    if (!isOurs(lock) || isFresh(stamp)) return;
  } catch (error) {
    say((error as Error).message);
    return;
  }
  const problem = await new Promise<string | null>((resolve) => {
    const child = path.join(__dirname, 'fetchFailures.js');
    // Jest gives test environments an environment of their own.
    const options = { timeout: TIMEOUT_MS, env: { ...process.env } };
    execFile(process.execPath, [child, rootDir], options, (error, _, stderr) => {
      if (error === null) resolve(null);
      else resolve(error.killed === true ? `no answer in ${TIMEOUT_MS / 1000} s.` : stderr.trim() || error.message);
    });
  });
  try {
    // Also when it failed: the other test files of this run need not try.
    fs.writeFileSync(stamp, JSON.stringify({ run: runId() }));
    fs.rmSync(lock, { force: true });
  } catch {
    // The next file tries again.
  }
  if (problem !== null) say(problem);
}

/** The process that Jest was started in: workers are its children, and connected to it. */
function runId(): number {
  // Not `process.send`: Jest gives that to every test environment.
  return process.connected ? process.ppid : process.pid;
}

function isFresh(stamp: string): boolean {
  try {
    const { run } = JSON.parse(fs.readFileSync(stamp, 'utf8')) as { readonly run?: unknown };
    return run === runId() && Date.now() - fs.statSync(stamp).mtimeMs < FRESH_MS;
  } catch {
    return false;
  }
}

function tryLock(lock: string): boolean {
  try {
    fs.writeFileSync(lock, String(process.pid), { flag: 'wx' });
    return true;
  } catch {
    try {
      // Of a run that was killed.
      if (Date.now() - fs.statSync(lock).mtimeMs > 2 * TIMEOUT_MS) fs.rmSync(lock, { force: true });
    } catch {
      // Gone meanwhile.
    }
    return false;
  }
}

function isOurs(lock: string): boolean {
  try {
    return fs.readFileSync(lock, 'utf8') === String(process.pid);
  } catch {
    return false;
  }
}

/** Jest would print the console with a place in our code. */
function say(problem: string): void {
  process.stderr.write(
    `fuzz-runner: saved failures were not fetched; those of the last time are replayed. ${problem}\n`,
  );
}
