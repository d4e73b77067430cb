'use strict';
/*
 * Whether three fuzzers that share a Redis server find as much as one in the same processor time. One fuzzer with one
 * worker runs for three times as long as each of three; for each seed it is told how many behaviors and failures the
 * database holds in the end, and what processor time it took. `npm run bench:fleet [-- seconds [seeds]]`; build first. Needs
 * `redis-server`, which is started on 127.0.0.1 and stopped.
 */
const { spawn } = require('node:child_process');
const fs = require('node:fs');
const os = require('node:os');
const path = require('node:path');
const { once } = require('node:events');
const { freePort } = require('./freePort');

const dist = process.env.FUZZ_RUNNER_DIST ?? path.join(__dirname, '..', 'dist');
const { openDatabase, Records } = require(path.join(dist, 'src/database'));
const SECONDS = Number(process.argv[2] ?? 15);
const SEEDS = Number(process.argv[3] ?? 2);
const FUZZERS = 3;

/** Properties that take a while: each holds what must be found one after the other. */
const FILES = {
  'package.json': '{ "name": "fleet", "private": true }',
  'jest.config.js': 'module.exports = {};\n',
  'machine.js': `exports.run = (commands) => {
  let state = 0;
  let depth = 0;
  for (const { name, n } of commands) {
    if (name === 'open' && state === 0) state = 1;
    else if (name === 'auth' && state === 1 && n % 1000 === 137) state = 2;
    else if (name === 'push' && state === 2) { depth += 1; if (depth > 3) state = 3; }
    else if (name === 'pop' && depth > 0) depth -= 1;
    else if (name === 'seal' && state === 3 && n > 90000) state = 4;
    else if (name === 'close' && state === 4) throw new Error('closed while sealed');
    else if (name === 'reset') { state = 0; depth = 0; }
    if (state === 3 && depth === 0) throw new RangeError('sealed without depth');
  }
  return state;
};
exports.parse = (text) => {
  let at = 0;
  const word = () => { const m = /^[a-z]+/.exec(text.slice(at)); if (m === null) return ''; at += m[0].length; return m[0]; };
  const expr = (level) => {
    if (text[at] === '(') { at += 1; const value = expr(level + 1); if (text[at] !== ')') throw new SyntaxError('expected )'); at += 1; return value; }
    if (text[at] === '[') { at += 1; const list = []; while (text[at] !== ']' && at < text.length) { list.push(expr(level + 1)); if (text[at] === ',') at += 1; else break; } at += 1; return list; }
    const name = word();
    if (name === 'let') { if (text[at] === ' ') { at += 1; const key = word(); if (text[at] === '=') { at += 1; const value = expr(level + 1); if (key === 'self' && level > 2) throw new Error('self in depth'); return { key, value }; } } return null; }
    if (name === 'repeat' && text[at] === '*') { at += 1; if (level > 1) throw new RangeError('nested repeat'); return expr(level + 1); }
    return name;
  };
  return expr(0);
};
`,
  'fleet.test.js': `const fc = require('fast-check');
const { run, parse } = require('./machine');
const command = fc.record({ name: fc.constantFrom('open', 'auth', 'push', 'pop', 'seal', 'close', 'reset'), n: fc.nat() });
test('machine', () => { fc.assert(fc.property(fc.array(command), (commands) => { run(commands); })); });
test('parse', () => { fc.assert(fc.property(fc.string(), (text) => { try { parse(text); } catch (error) { if (!(error instanceof SyntaxError)) throw error; } })); });
`,
};

void main();

async function main() {
  process.stdout.write(
    '| seed | fuzzers | CPU seconds | inputs | behaviors | failures | CPU seconds of all until each failure |\n| --- | --- | --- | --- | --- | --- | --- |\n',
  );
  for (let seed = 1; seed <= SEEDS; seed += 1) {
    for (const count of [1, FUZZERS]) {
      const { cpu, inputs, behaviors, failures, found } = await campaign(count, (SECONDS * FUZZERS) / count, seed);
      process.stdout.write(
        `| ${seed} | ${count} | ${cpu.toFixed(1)} | ${inputs} | ${behaviors} | ${failures} | ${found.join(', ')} |\n`,
      );
    }
  }
}

async function campaign(count, seconds, seed) {
  const directory = fs.mkdtempSync(path.join(os.tmpdir(), 'fuzz-runner-fleet-'));
  const port = await freePort();
  const settings = ['--port', port, '--bind', '127.0.0.1', '--dir', directory, '--save', ''];
  const server = spawn('redis-server', settings.map(String), { stdio: 'ignore' });
  try {
    const url = `redis://127.0.0.1:${port}/0`;
    const reports = await Promise.all(
      Array.from({ length: count }, (_, index) =>
        fuzz(path.join(directory, `copy-${index}`), url, seconds, seed * 100 + index),
      ),
    );
    const records = new Records(await openDatabase(url, { rootDir: directory, readOnly: true }));
    const saved = await records.failures.list();
    // Of the target, in the fuzzer that was first; the others had about as much by then.
    const found = saved
      .map(({ firstFound }) => firstFound.cpuSeconds * count)
      .sort((a, b) => a - b)
      .map((cpu) => cpu.toFixed(2));
    await records.close();
    const sum = (pick) => reports.reduce((total, report) => total + pick(report), 0);
    const last = reports.reduce(
      (best, report) => Math.max(best, report.fleet?.behaviors ?? report.totals.behaviors),
      0,
    );
    return {
      cpu: sum(({ totals }) => totals.cpuSeconds),
      inputs: sum(({ totals }) => totals.inputs),
      behaviors: last,
      failures: saved.length,
      found,
    };
  } finally {
    server.kill('SIGKILL');
    await once(server, 'exit');
    fs.rmSync(directory, { recursive: true, force: true });
  }
}

async function fuzz(folder, url, seconds, seed) {
  fs.mkdirSync(folder);
  fs.symlinkSync(path.join(__dirname, '..', 'node_modules'), path.join(folder, 'node_modules'));
  for (const [name, text] of Object.entries(FILES)) fs.writeFileSync(path.join(folder, name), text);
  const { NODE_OPTIONS: _options, ...inherited } = process.env;
  const env = {
    ...inherited,
    FUZZ_DATABASE: url,
    FUZZ_DASHBOARD: '0',
    FUZZ_FOR: `${seconds}s`,
    FUZZ_WORKERS: '1',
    FUZZ_SEED: String(seed),
    FUZZ_REPORT: 'report.json',
  };
  const words = [require.resolve('jest/bin/jest'), `--runner=${path.join(dist, 'runner', 'index.js')}`];
  const child = spawn(process.execPath, words, { cwd: folder, env, stdio: 'ignore' });
  await once(child, 'exit');
  return JSON.parse(fs.readFileSync(path.join(folder, 'report.json'), 'utf8'));
}
