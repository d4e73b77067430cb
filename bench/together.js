'use strict';
/*
 * Runs two dashboards and two fuzzers on one LMDB file, with threads that hang, run out of memory and exit. Checks that no
 * update is lost, that no process waits forever, and that the dashboards show what the database has. `npm run
 * bench:together [-- minutes]` (5 by default); build first. The exit code is 0 when all checks pass.
 */
const { spawn } = require('node:child_process');
const { once } = require('node:events');
const fs = require('node:fs');
const os = require('node:os');
const path = require('node:path');
const { setTimeout: sleep } = require('node:timers/promises');
const { lostWrites } = require('./together/lostWrites');
const { writeProject } = require('./together/project');

const dist = process.env.FUZZ_RUNNER_DIST ?? path.join(__dirname, '..', 'dist');
const { openDatabase, Records, loadState } = require(path.join(dist, 'src/database'));
const SECONDS = Number(process.argv[2] ?? 5) * 60;
const FUZZERS = 2;
/** Seconds that a fuzzer may take to collect, to run its last inputs again, and to end. */
const GRACE_SECONDS = 60;

const directory = fs.mkdtempSync(path.join(os.tmpdir(), 'fuzz-runner-together-'));
const database = path.join(directory, 'shared');
const notesOf = (index) => path.join(directory, `written-${index}.log`);
const { NODE_OPTIONS: _options, NODE_ENV: _env, JEST_WORKER_ID: _id, CI: _ci, ...environment } = process.env;

const problems = [];
const children = new Set();

function check(isSo, what) {
  if (!isSo) problems.push(what);
}

/** Starts a process. Its output is part of the problem when it does not end, or ends with another code than expected. */
function start(words, cwd, env) {
  const child = spawn(process.execPath, words, { cwd, env: { ...environment, ...env } });
  children.add(child);
  let text = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk) => (text += String(chunk)));
  const ended = once(child, 'close').then(([code]) => {
    children.delete(child);
    return code;
  });
  return { child, ended, text: () => text };
}

async function inTime(process_, seconds, name) {
  const code = await Promise.race([process_.ended, sleep(seconds * 1000, 'late', { ref: false })]);
  check(code !== 'late', `${name} did not end in time:\n${process_.text().slice(-3000)}`);
  if (code === 'late') process_.child.kill('SIGKILL');
  return code;
}

function fuzz(index) {
  const folder = path.join(directory, `checkout-${index}`);
  writeProject(folder, SECONDS);
  const words = [require.resolve('jest/bin/jest'), `--runner=${path.join(dist, 'runner', 'index.js')}`];
  return start(words, folder, {
    FUZZ_DATABASE: `lmdb:${database}`,
    FUZZ_DASHBOARD: '0',
    FUZZ_FOR: `${SECONDS}s`,
    FUZZ_WORKERS: '2',
    FUZZ_REPORT: 'report.json',
    NODE_OPTIONS: `--require ${path.join(__dirname, 'together', 'noteWrites.js')}`,
    NOTED_DIST: dist,
    NOTED_WRITES: notesOf(index),
  });
}

async function dashboard() {
  const words = [path.join(dist, 'runner', 'bin.js'), 'dashboard', '--database', `lmdb:${database}`, '--port', '0'];
  const started = start(words, directory, {});
  while (!/http:\S+/.test(started.text())) {
    if (started.child.exitCode !== null) throw new Error(`A dashboard ended: ${started.text()}`);
    await sleep(50);
  }
  const page = new URL(/http:\S+/.exec(started.text())[0]);
  const headers = { Authorization: `Bearer ${page.searchParams.get('token')}` };
  return {
    ...started,
    /** The latest event of each kind. */
    async look() {
      const response = await fetch(new URL('/api/snapshot', page), { headers, signal: AbortSignal.timeout(10_000) });
      const { events } = await response.json();
      const of = (type) => events.filter((event) => event.type === type);
      return {
        totals: of('run').at(-1)?.run.totals,
        fuzzers: of('fuzzer').map(({ fuzzer }) => fuzzer.presence),
        failures: of('failure')
          .map(({ failure }) => `${failure.id} ${failure.state} ${failure.blob}`)
          .sort(),
        targets: of('target')
          .map(({ target }) => `${target.id} ${target.inputs} ${target.behaviors}`)
          .sort(),
      };
    },
  };
}

/** Waits until all fuzzers fuzz, then lets inputs fail, hang and end their threads. */
async function begin() {
  const records = new Records(await openDatabase(`lmdb:${database}`, { rootDir: directory }));
  const end = Date.now() + 60_000;
  while ((await records.runs.list()).filter(({ state }) => state === 'fuzzing').length < FUZZERS) {
    if (Date.now() > end) throw new Error('The fuzzers did not collect their files within a minute.');
    await sleep(100);
  }
  await records.close();
  for (let index = 0; index < FUZZERS; index += 1) {
    fs.writeFileSync(path.join(directory, `checkout-${index}`, 'begin'), String(Date.now()));
  }
}

async function main() {
  // Creates the database, as the first process does with `.fuzz-runner`.
  await (await openDatabase(`lmdb:${database}`, { rootDir: directory })).close();
  const dashboards = [await dashboard(), await dashboard()];
  const fuzzers = Array.from({ length: FUZZERS }, (_, index) => fuzz(index));
  await begin();
  let looks = 0;
  let isOver = false;
  const looking = (async () => {
    // Set below, when the fuzzers have ended.
    // oxlint-disable-next-line no-unmodified-loop-condition
    for (; !isOver; looks += 1) {
      for (const one of dashboards)
        await one.look().catch((error) => check(false, `A dashboard did not answer: ${error}`));
      await sleep(1000);
    }
  })();
  const codes = await Promise.all(fuzzers.map((one, at) => inTime(one, SECONDS + GRACE_SECONDS, `Fuzzer ${at}`)));
  isOver = true;
  await looking;
  check(
    codes.every((code) => code === 1),
    `The exit codes are ${codes.join(', ')}, not 1 for each: tests fail.\n${fuzzers.map((one) => one.text().slice(-3000)).join('\n')}`,
  );

  // Another process can still read and write.
  const opened = await openDatabase(`lmdb:${database}`, { rootDir: directory });
  await opened.write([{ type: 'put', key: 'new', value: Buffer.from('x') }]);
  await opened.write([{ type: 'delete', key: 'new' }]);
  const contents = new Map();
  for await (const [key, value] of opened.list('')) contents.set(key, value);
  const files = Array.from({ length: FUZZERS }, (_, index) => notesOf(index));
  const { count, lost } = lostWrites(files, contents);
  check(lost.length === 0, `Of ${count} records that were acknowledged:\n  ${lost.join('\n  ')}`);

  const records = new Records(opened, ({ message }) => check(false, message));
  const reports = fuzzers.map((_, index) =>
    JSON.parse(fs.readFileSync(path.join(directory, `checkout-${index}`, 'report.json'), 'utf8')),
  );
  const runs = await records.runs.list();
  const stored = new Map((await records.failures.list()).map((failure) => [failure.id, failure]));
  for (const { runId, totals, targets } of reports) {
    const run = runs.find((one) => one.runId === runId);
    check(
      run?.totals.inputs === totals.inputs,
      `${runId} reports ${totals.inputs} inputs, saved are ${run?.totals.inputs}`,
    );
    const failures = targets.flatMap((target) => target.failures);
    for (const { id } of failures) check(stored.has(id), `The failure ${id} is reported and not saved`);
  }
  const sum = reports.reduce((all, { totals }) => all + totals.inputs, 0);
  const state = await loadState(records);
  const ofTargets = [...state.targets.values()].reduce((all, target) => all + target.inputs, 0);
  check(state.run?.totals.inputs === sum, `The database says ${state.run?.totals.inputs} inputs, the reports ${sum}`);
  check(ofTargets === sum, `The targets have ${ofTargets} inputs, the reports ${sum}`);

  const expected = JSON.stringify({
    totals: state.run.totals,
    failures: [...stored.values()].map(({ id, state: its, blob }) => `${id} ${its} ${blob}`).sort(),
    targets: [...state.targets.values()].map(({ id, inputs, behaviors }) => `${id} ${inputs} ${behaviors}`).sort(),
  });
  for (const [at, one] of dashboards.entries()) {
    const end = Date.now() + 10_000;
    let shown = '';
    do {
      const { totals, failures, targets } = await one.look();
      shown = JSON.stringify({ totals, failures, targets });
      if (shown !== expected) await sleep(200);
    } while (shown !== expected && Date.now() < end);
    check(shown === expected, `Dashboard ${at} shows ${shown}\nand not ${expected}`);
  }
  const restarts = await sumOfRestarts(records);
  check(restarts > 0, 'No thread was ended');
  await records.close();
  for (const [at, one] of dashboards.entries()) {
    one.child.kill('SIGINT');
    const code = await inTime(one, 15, `Dashboard ${at}`);
    check(code === 0, `Dashboard ${at} ended with ${code}`);
  }
  process.stdout.write(
    `${SECONDS} s, ${FUZZERS} fuzzers, ${dashboards.length} dashboards (${looks} looks at each), one LMDB file\n` +
      `${restarts} threads were ended\n` +
      `${sum} inputs in ${state.targets.size} targets, ${state.run.totals.behaviors} behaviors, ${stored.size} failures\n` +
      `${count} records acknowledged, ${lost.length} lost\n`,
  );
}

async function sumOfRestarts(records) {
  let sum = 0;
  for (const worker of await records.runs.workers.list()) sum += worker.restarts;
  return sum;
}

main()
  .catch((error) => problems.push(String(error?.stack ?? error)))
  .finally(() => {
    for (const child of children) child.kill('SIGKILL');
    fs.rmSync(directory, { recursive: true, force: true, maxRetries: 3 });
    for (const problem of problems) process.stderr.write(`${problem}\n`);
    if (problems.length === 0) process.stdout.write('All is as it should be.\n');
    process.exitCode = problems.length === 0 ? 0 : 1;
  });
