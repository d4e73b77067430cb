import { spawn } from 'node:child_process';
import * as fs from 'node:fs';
import { createRequire } from 'node:module';
import * as os from 'node:os';
import * as path from 'node:path';
import { readOptions } from '../../src/protocol/readOptions';
import { leftBy, SUSPECTS_VARIABLE } from '../threads/inFlightFiles';

/** Jest is restarted at most this many times. Few are enough, because the input that ended Jest is isolated then. */
const MAX_RESTARTS = 8;

/** A run after a restart gets at least this many seconds: enough to find the input that ended the run before it. */
const MIN_SECONDS = 2;

/** Signals by which a process ends that crashes or is killed. */
const CRASHES: ReadonlySet<string> = new Set([
  'SIGSEGV',
  'SIGABRT',
  'SIGBUS',
  'SIGILL',
  'SIGFPE',
  'SIGTRAP',
  'SIGKILL',
]);

interface End {
  readonly pid: number;
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
}

/**
 * Runs the user's Jest with our runner; returns its exit code. When code under test ends the whole process, Jest is
 * started again for the time that is left. It then begins with the inputs that were running, each isolated.
 */
export async function runJest(jestArguments: readonly string[], env: NodeJS.ProcessEnv): Promise<number> {
  const words = jestWords(jestArguments);
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'fuzz-runner-'));
  const { budgetSeconds } = readOptions(env);
  const variables: NodeJS.ProcessEnv = { ...env, [SUSPECTS_VARIABLE]: folder };
  try {
    for (let restarts = 0; ; restarts += 1) {
      const end = await runOnce(words, variables);
      const isCrash = (end.signal !== null && CRASHES.has(end.signal)) || (end.code ?? 0) > 131;
      const left = isCrash ? leftBy(folder, end.pid) : null;
      if (left === null || restarts === MAX_RESTARTS) {
        return end.code ?? (end.signal === 'SIGINT' ? 130 : 1);
      }
      const how = end.signal ?? `exit code ${end.code}`;
      process.stderr.write(`\nfuzz-runner: an input ended the whole process (${how}). Jest is started again.\n\n`);
      // The run has an end when it has begun to fuzz. Otherwise the whole time is left.
      if (budgetSeconds === null || left.endsAt === null) continue;
      const seconds = (left.endsAt - Date.now()) / 1000;
      variables['FUZZ_FOR'] = `${Math.max(MIN_SECONDS, seconds).toFixed(1)}s`;
    }
  } finally {
    fs.rmSync(folder, { recursive: true, force: true });
  }
}

/** Runs Jest once. A terminal sends Ctrl-C to Jest as well, so this process only waits; SIGTERM is passed on. */
function runOnce(words: readonly string[], env: NodeJS.ProcessEnv): Promise<End> {
  const child = spawn(process.execPath, words, { stdio: 'inherit', env });
  const ignore = (): void => {};
  const forward = (): void => void child.kill('SIGTERM');
  process.on('SIGINT', ignore);
  process.on('SIGTERM', forward);
  return new Promise((resolve, reject) => {
    const done = (): void => {
      process.off('SIGINT', ignore);
      process.off('SIGTERM', forward);
    };
    child.on('error', (error) => {
      done();
      reject(error);
    });
    child.on('exit', (code, signal) => {
      done();
      resolve({ pid: child.pid ?? -1, code, signal });
    });
  });
}

/** The arguments for Node that start Jest with our runner. */
function jestWords(jestArguments: readonly string[]): string[] {
  const jest = findJest();
  if (jest === null) {
    throw new Error('Jest was not found from this directory. Install Jest: npm install --save-dev jest');
  }
  return [...process.execArgv, jest, `--runner=${path.join(__dirname, '..', 'index.js')}`, ...jestArguments];
}

/** Path of the Jest that the project uses, else of the Jest beside this package; null when there is none. */
function findJest(): string | null {
  for (const from of [path.join(process.cwd(), 'noop.js'), __filename]) {
    try {
      return createRequire(from).resolve('jest/bin/jest');
    } catch {
      // Try the next place.
    }
  }
  return null;
}
