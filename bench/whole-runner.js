'use strict';
// Measures what the whole runner costs. Needs `npm run build`. Prints one JSON object.
//
//   node bench/whole-runner.js speed          inputs per CPU second of a trivial property, against a bare fc.check loop
//   node bench/whole-runner.js start          seconds from the command to the first fuzzed input
//   node bench/whole-runner.js heap [minutes] heap of the worker after 2 minutes and after `minutes` (default 10)
//   node bench/whole-runner.js ordinary       plain jest on a passing suite, with the setup line and without
const { spawnSync } = require('node:child_process');
const fs = require('node:fs');
const os = require('node:os');
const path = require('node:path');

const root = path.join(__dirname, '..');
const built = path.resolve(root, process.env.FUZZ_RUNNER_DIST ?? 'dist');
const folder = fs.realpathSync(fs.mkdtempSync(path.join(os.tmpdir(), 'fuzz-runner-bench-')));
fs.symlinkSync(path.join(root, 'node_modules'), path.join(folder, 'node_modules'));
write('package.json', '{}');
write('jest.config.js', 'module.exports = {};');
const [mode = 'speed', argument] = process.argv.slice(2);
const result = { speed, start, heap, ordinary }[mode]();
console.log(JSON.stringify({ mode, ...result }, null, 2));
fs.rmSync(folder, { recursive: true, force: true });

function speed() {
  const samples = [];
  for (let round = 0; round < 3; round += 1) {
    write(
      'a.test.js',
      `const fc = require('fast-check'); test('t', () => { fc.assert(fc.property(fc.nat(), () => true)); });`,
    );
    fuzz('5s');
    const [target] = JSON.parse(fs.readFileSync(path.join(folder, 'report.json'), 'utf8')).targets;
    const runner = target.inputs / target.cpuSeconds;
    write(
      'bare.js',
      `const fc = require('fast-check'); const run = (numRuns) => fc.check(fc.property(fc.nat(), () => true), { numRuns });
run(1e5); const start = process.cpuUsage(); let runs = 0;
while (process.cpuUsage(start).user < 3e6) { run(1e5); runs += 1e5; }
const { user, system } = process.cpuUsage(start); console.log(runs / ((user + system) / 1e6));`,
    );
    const bare = Number(spawnSync(process.execPath, ['bare.js'], { cwd: folder, encoding: 'utf8' }).stdout);
    samples.push({
      runner: Math.round(runner),
      bareCheck: Math.round(bare),
      ratio: Number((runner / bare).toFixed(2)),
    });
  }
  return { unit: 'inputs per CPU second', samples };
}

function start() {
  write(
    'a.test.js',
    `const fc = require('fast-check'); const fs = require('fs'); let first = true;
test('t', () => { fc.assert(fc.property(fc.nat(), () => { if (first) { first = false; fs.writeFileSync('first.txt', String(Date.now())); } })); });`,
  );
  const seconds = [];
  for (let round = 0; round < 4; round += 1) {
    const asked = Date.now();
    fuzz('1s');
    seconds.push((Number(fs.readFileSync(path.join(folder, 'first.txt'), 'utf8')) - asked) / 1000);
  }
  return { unit: 'seconds', note: 'the first round also fills the cache of transforms', seconds };
}

function heap() {
  const minutes = Number(argument ?? 10);
  write(
    'a.test.js',
    `const fc = require('fast-check'); const fs = require('fs'); const { parse } = require('./parse');
const begin = Date.now(); let next = 0;
test('t', () => { fc.assert(fc.property(fc.array(fc.string()), fc.jsonValue(), (list, value) => {
  parse(list.join('')); JSON.stringify(value);
  if (Date.now() >= next) { next = Date.now() + 2000; fs.appendFileSync('heap.txt', (Date.now() - begin) / 60000 + ' ' + process.memoryUsage().heapUsed + '\\n'); }
})); });`,
  );
  write(
    'parse.js',
    `exports.parse = (s) => { let depth = 0; for (const c of s) { if (c === '(') depth += 1; else if (c === ')') depth -= 1; else if (c === '#') return -1; } return depth; };`,
  );
  fuzz(`${minutes * 60 + 5}s`);
  const rows = fs
    .readFileSync(path.join(folder, 'heap.txt'), 'utf8')
    .trim()
    .split('\n')
    .map((line) => line.split(' ').map(Number));
  // The smallest sample around a moment: the heap after a garbage collection.
  const around = (minute) =>
    Math.min(...rows.filter(([at]) => at >= minute - 0.5 && at <= minute).map(([, bytes]) => bytes)) / 2 ** 20;
  const at = Object.fromEntries(
    [1, 2, minutes / 2, minutes]
      .filter((minute) => minute <= minutes)
      .map((minute) => [`${minute} min`, Number(around(minute).toFixed(1))]),
  );
  return { unit: 'MiB, least of the half minute before', at };
}

function ordinary() {
  for (let file = 0; file < 20; file += 1) {
    write(
      `s${file}.test.js`,
      `const fc = require('fast-check'); for (let i = 0; i < 10; i++) test('t' + i, () => { fc.assert(fc.property(fc.string(), fc.nat(), () => true)); });`,
    );
  }
  const setup = path.join(built, 'runner', 'setup.js');
  const time = (config) => {
    write('jest.config.js', config);
    const begin = performance.now();
    jest(['-i', '--silent']);
    return performance.now() - begin;
  };
  const ratios = [];
  // Jest does not transform an installed package in node_modules, so it must not transform the build, either.
  const ignore = `transformIgnorePatterns: ['/node_modules/', ${JSON.stringify(built)}]`;
  time('module.exports = {};');
  for (let round = 0; round < 11; round += 1) {
    const without = time(`module.exports = { ${ignore} };`);
    const withSetup = time(`module.exports = { ${ignore}, setupFilesAfterEnv: [${JSON.stringify(setup)}] };`);
    ratios.push(Number((withSetup / without).toFixed(3)));
  }
  return {
    unit: 'wall time with the setup line / without, 20 files of 10 properties',
    median: ratios.sort((a, b) => a - b)[3],
    ratios,
  };
}

function fuzz(duration) {
  fs.rmSync(path.join(folder, '.fuzz-runner'), { recursive: true, force: true });
  return jest([`--runner=${path.join(built, 'runner', 'index.js')}`], {
    FUZZ_FOR: duration,
    FUZZ_SEED: '1',
    FUZZ_WORKERS: '1',
    FUZZ_DASHBOARD: '0',
    FUZZ_REPORT: 'report.json',
  });
}

function jest(args, env = {}) {
  return spawnSync(process.execPath, [require.resolve('jest/bin/jest'), ...args], {
    cwd: folder,
    env: { ...process.env, ...env },
  });
}

function write(name, text) {
  fs.writeFileSync(path.join(folder, name), text);
}
