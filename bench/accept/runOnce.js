'use strict';
const { spawn } = require('node:child_process');
const fs = require('node:fs');
const path = require('node:path');
const { judge } = require('./judge');

/** Seconds above its own time that a run may take: to start, to make the failure simple, to end. */
const GRACE_SECONDS = 90;

/**
 * Runs `fuzz-runner --stop-on-failure` once on a subject, with an empty database, as a user would in its project.
 * Resolves to the verdict of `judge` with `seed`, `exitCode`, `wallSeconds` of the whole command, and, if there was
 * something odd, `log`, the file with what it printed.
 */
exports.runOnce = async function runOnce(workFolder, subject, seed, forSeconds) {
  const begin = performance.now();
  const words = ['--stop-on-failure', '--for', `${forSeconds}s`];
  const { report, ended, folder } = await exports.fuzz(workFolder, subject, seed, words, forSeconds);
  const wallSeconds = (performance.now() - begin) / 1000;
  const verdict = judge(subject, report, ended.output);
  fs.rmSync(path.join(folder, 'database'), { recursive: true, force: true });
  const problems = [...verdict.problems, ...unexpectedEnd(ended, verdict)];
  const log = path.join(folder, 'output.log');
  fs.writeFileSync(log, ended.output);
  return { seed, ...verdict, problems, exitCode: ended.code, wallSeconds, ...(problems.length > 0 && { log }) };
};

/**
 * Runs `fuzz-runner` on a subject with one worker, an empty database and more `words`. Resolves to its report (null
 * without one), how it `ended`, and the folder of the run, which holds the `database`.
 */
exports.fuzz = async function fuzz(workFolder, subject, seed, words, forSeconds) {
  const folder = path.join(workFolder, 'runs', `${subject.id.replaceAll(/[# ]/g, '-')}-${seed}`);
  fs.rmSync(folder, { recursive: true, force: true });
  fs.mkdirSync(folder, { recursive: true });
  const file = path.join(folder, 'report.json');
  const places = ['--report', file, '--database', databaseOf(folder), '--no-dashboard'];
  const all = ['--workers', '1', '--seed', String(seed), ...words, ...places];
  const ended = await run('fuzz-runner', all, workFolder, subject, {}, forSeconds + GRACE_SECONDS);
  const report = fs.existsSync(file) ? JSON.parse(fs.readFileSync(file, 'utf8')) : null;
  return { report, ended, folder };
};

/** What plain Jest prints about a subject, with the failures that `fuzz` saved for this seed. */
exports.jest = async function jest(workFolder, subject, seed) {
  const folder = path.join(workFolder, 'runs', `${subject.id.replaceAll(/[# ]/g, '-')}-${seed}`);
  const env = { FUZZ_DATABASE: databaseOf(folder) };
  const words = ['--setupFilesAfterEnv', 'fuzz-runner/setup'];
  const { output } = await run('jest', words, workFolder, subject, env, GRACE_SECONDS);
  return output;
};

function databaseOf(folder) {
  return `lmdb:${path.join(folder, 'database')}`;
}

function run(program, words, workFolder, subject, env, limitSeconds) {
  return command(
    path.join(workFolder, 'node_modules', '.bin', program),
    // Jest takes the name of a test file for a pattern.
    [`(^|[/\\\\])${subject.testFile.replaceAll('.', '\\.')}$`, ...words],
    { cwd: path.join(workFolder, subject.project), env: { ...outerEnvironment(), ...subject.env, ...env } },
    limitSeconds,
  );
}

/** Exit codes are Jest's: 1 with a failure, 0 without. */
function unexpectedEnd({ code, timedOut }, { outcome }) {
  if (timedOut) return ['the command did not end and was killed'];
  const expected = outcome === 'none' ? 0 : 1;
  return code === expected ? [] : [`exit code ${code} where ${expected} was expected`];
}

/** Resolves to all output, the exit code (or signal), and whether it had to be killed. */
function command(program, words, options, limitSeconds) {
  // A group of its own, so that the fuzzer and all it started can be ended together.
  const child = spawn(program, words, { ...options, stdio: ['ignore', 'pipe', 'pipe'], detached: true });
  let output = '';
  let timedOut = false;
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (text) => {
      if (output.length < 4e6) output += text;
    });
  }
  const timer = setTimeout(() => {
    timedOut = true;
    process.kill(-child.pid, 'SIGKILL');
  }, limitSeconds * 1000);
  return new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (code, signal) => {
      clearTimeout(timer);
      resolve({ code: code ?? signal, output, timedOut });
    });
  });
}

/** The environment without what an outer Jest or fuzz-runner put into it. */
function outerEnvironment() {
  const ours = /^(?:JEST_WORKER_ID|NODE_ENV|NODE_OPTIONS|NODE_PATH|FORCE_COLOR|BENCH_MUTANT|FUZZ_.*|npm_.*)$/;
  return Object.fromEntries(Object.entries(process.env).filter(([name]) => !ours.test(name)));
}
