import { execFile } from 'node:child_process';
import * as fs from 'node:fs';
import * as path from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { prepareDirectory } from '../../src/database/base/directory';
import { warn } from './warn';

/** Longest time in milliseconds that a test file waits for a server that does not answer. */
const TIMEOUT_MS = 6000;

/** In watch mode one process makes many runs of Jest. It fetches again after this time, in milliseconds. */
const FRESH_MS = 60_000;

/** Milliseconds between two looks at whether another test file has finished. */
const POLL_MS = 20;

/**
 * Brings the replay files in `directory` up to date with a database that is on another machine or in another directory.
 * This is done once for each run of Jest: the first test file does it, and test files that start in this time wait for
 * it. Never throws: when the database cannot be read, the files stay as they are, and a warning is printed.
 *
 * @lazy The setup file loads this file with `require` when it is needed.
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
    // Another test file had the lock all the time: that test file prints the problem.
    if (!isOurs(lock) || isFresh(stamp)) return;
  } catch (error) {
    warnNotFetched((error as Error).message);
    return;
  }
  const problem = await new Promise<string | null>((resolve) => {
    const child = path.join(__dirname, 'fetchFailures.js');
    // A copy: the `process.env` of a test environment is an object that Jest made.
    const options = { timeout: TIMEOUT_MS, env: { ...process.env } };
    execFile(process.execPath, [child, rootDir], options, (error, _, stderr) => {
      if (error === null) resolve(null);
      else resolve(error.killed === true ? `no answer in ${TIMEOUT_MS / 1000} s.` : stderr.trim() || error.message);
    });
  });
  try {
    // Also after a problem: the other test files of this run would have the same problem.
    fs.writeFileSync(stamp, JSON.stringify({ run: runId() }));
    fs.rmSync(lock, { force: true });
  } catch {
    // The next test file tries again.
  }
  if (problem !== null) warnNotFetched(problem);
}

/** Id of the process that Jest was started in: Jest's workers are its children, and connected to it. */
function runId(): number {
  // Whether there is a `process.send` says nothing: Jest gives one to every test environment.
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
      // An old lock was left by a run that was killed.
      if (Date.now() - fs.statSync(lock).mtimeMs > 2 * TIMEOUT_MS) fs.rmSync(lock, { force: true });
    } catch {
      // Another test file has deleted it.
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

function warnNotFetched(problem: string): void {
  warn(`saved failures were not fetched, so the failures of the last fetch are replayed. ${problem}`);
}
