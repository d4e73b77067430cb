import { afterAll } from '@jest/globals';
import { spawn, type ChildProcess } from 'node:child_process';
import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import type { JsonReport } from '../../../src/protocol/report';

const ROOT = path.join(__dirname, '..', '..', '..');
/** The built package, as it would be installed: see scripts/install-build.js. Another may be tried in its place. */
export const DIST = process.env['FUZZ_RUNNER_DIST'] ?? path.join(ROOT, 'dist');
const RUNNER = path.join(DIST, 'runner', 'index.js');
const JEST = require.resolve('jest/bin/jest');

/** A finished process. */
export interface Finished {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
  readonly output: string;
}

/** Makes the projects of a test file, and removes them after its tests. */
export function makeProjects(): (files: Readonly<Record<string, string>>) => Project {
  const projects: Project[] = [];
  afterAll(() => {
    for (const made of projects) made.remove();
  });
  return (files) => {
    const made = new Project(files);
    projects.push(made);
    return made;
  };
}

/** A project of its own in a temporary folder, run by real Jest with the built package. */
export class Project {
  readonly folder = fs.realpathSync(fs.mkdtempSync(path.join(os.tmpdir(), 'fuzz-runner-e2e-')));

  constructor(files: Readonly<Record<string, string>>) {
    fs.symlinkSync(path.join(ROOT, 'node_modules'), path.join(this.folder, 'node_modules'));
    this.write({ 'package.json': '{ "name": "project", "private": true }', 'jest.config.js': CONFIG, ...files });
  }

  write(files: Readonly<Record<string, string>>): void {
    for (const [name, text] of Object.entries(files)) {
      const file = path.join(this.folder, name);
      fs.mkdirSync(path.dirname(file), { recursive: true });
      fs.writeFileSync(file, text);
    }
  }

  read(name: string): string {
    return fs.readFileSync(path.join(this.folder, name), 'utf8');
  }

  /** `jest --runner=fuzz-runner`, without dashboard unless `env` says so. */
  fuzz(args: readonly string[], env: Readonly<Record<string, string>> = {}): Promise<Finished> {
    return finished(this.start(args, env));
  }

  /** Fuzzes and returns the JSON report too. */
  async fuzzReport(
    args: readonly string[],
    env: Readonly<Record<string, string>>,
  ): Promise<Finished & { report: JsonReport }> {
    const result = await this.fuzz(args, { ...env, FUZZ_REPORT: 'report.json' });
    return { ...result, report: JSON.parse(this.read('report.json')) as JsonReport };
  }

  start(args: readonly string[], env: Readonly<Record<string, string>> = {}): ChildProcess {
    return this.spawn([JEST, `--runner=${RUNNER}`, ...args], { FUZZ_DASHBOARD: '0', FUZZ_SEED: '1', ...env });
  }

  /** The command, `fuzz-runner`. */
  command(args: readonly string[], env: Readonly<Record<string, string>> = {}): Promise<Finished> {
    return finished(this.startCommand(args, env));
  }

  startCommand(args: readonly string[], env: Readonly<Record<string, string>> = {}): ChildProcess {
    const words = [path.join(DIST, 'runner', 'bin.js'), ...args];
    return this.spawn(words, { FUZZ_DASHBOARD: '0', FUZZ_SEED: '1', ...env });
  }

  /** Plain `jest`. */
  jest(args: readonly string[] = [], env: Readonly<Record<string, string>> = {}): Promise<Finished> {
    return finished(this.spawn([JEST, ...args], env));
  }

  remove(): void {
    fs.rmSync(this.folder, { recursive: true, force: true });
  }

  private spawn(args: readonly string[], env: Readonly<Record<string, string>>): ChildProcess {
    const { JEST_WORKER_ID: _worker, NODE_ENV: _env, CI: _ci, NODE_OPTIONS: _options, ...inherited } = process.env;
    return spawn(process.execPath, args, { cwd: this.folder, env: { ...inherited, ...env } });
  }
}

const CONFIG = `module.exports = { setupFilesAfterEnv: [${JSON.stringify(path.join(DIST, 'runner', 'setup.js'))}] };\n`;

export function finished(child: ChildProcess): Promise<Finished> {
  let stdout = '';
  let stderr = '';
  let output = '';
  child.stdout?.on('data', (chunk: Buffer) => {
    stdout += chunk.toString();
    output += chunk.toString();
  });
  child.stderr?.on('data', (chunk: Buffer) => {
    stderr += chunk.toString();
    output += chunk.toString();
  });
  return new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (code) => resolve({ code, stdout, stderr, output }));
  });
}

/** Resolves when the process has printed `text`. */
export function printed(child: ChildProcess, text: string | RegExp): Promise<void> {
  let seen = '';
  return new Promise((resolve, reject) => {
    const look = (chunk: Buffer): void => {
      seen += chunk.toString();
      if (typeof text === 'string' ? seen.includes(text) : text.test(seen)) resolve();
    };
    child.stdout?.on('data', look);
    child.stderr?.on('data', look);
    child.on('close', () => reject(new Error(`The process ended without printing ${String(text)}:\n${seen}`)));
  });
}
