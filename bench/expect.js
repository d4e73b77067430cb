'use strict';
// Measures how much faster properties with passing assertions are fuzzed by default than with Jest's own `expect`. Needs
// `npm run build`.
//
//   node bench/expect.js [seconds]   one line for each matcher: inputs per second both ways, and their ratio
//
// Each matcher is a property of ten assertions in a test file, fuzzed by the whole runner in real Jest: once with
// `--expect=fast`, the default, and once with `--expect=jest`. `seconds` is the time for each of the two, 20 by default.
// The rate is the median of the last batches of 16 inputs, with all the work of the fuzzer: the start of the engine and
// the turns of the scheduler do not count. Exits with 1 if fewer than ten matchers are 5 times as fast.
const { spawnSync } = require('node:child_process');
const fs = require('node:fs');
const os = require('node:os');
const path = require('node:path');

const dist = process.env.FUZZ_RUNNER_DIST ?? path.join(__dirname, '..', 'dist');
const seconds = Number(process.argv[2] ?? 20);

const ASSERTIONS = {
  toBe: 'expect(n).toBe(n)',
  'not.toBe': 'expect(n).not.toBe(-1)',
  toEqual: 'expect({ id: n, tags: [text, "b"] }).toEqual({ id: n, tags: [text, "b"] })',
  toStrictEqual: 'expect([n, { text }]).toStrictEqual([n, { text }])',
  toBeTruthy: 'expect(n + 1).toBeTruthy()',
  toBeFalsy: 'expect(n < 0).toBeFalsy()',
  toBeNull: 'expect(null).toBeNull()',
  toBeUndefined: 'expect(undefined).toBeUndefined()',
  toBeDefined: 'expect(n).toBeDefined()',
  toBeNaN: 'expect(NaN).toBeNaN()',
  toBeGreaterThan: 'expect(n).toBeGreaterThan(-1)',
  toBeGreaterThanOrEqual: 'expect(n).toBeGreaterThanOrEqual(0)',
  toBeLessThan: 'expect(-1).toBeLessThan(n)',
  toBeLessThanOrEqual: 'expect(0).toBeLessThanOrEqual(n)',
  toBeCloseTo: 'expect(n / 3).toBeCloseTo(n / 3)',
  toBeInstanceOf: 'expect([n]).toBeInstanceOf(Array)',
  toContain: 'expect([n, 1, 2]).toContain(2)',
  toHaveLength: 'expect([n, 1, 2]).toHaveLength(3)',
  toHaveProperty: 'expect({ n }).toHaveProperty("n", n)',
  toMatch: 'expect("abc").toMatch(/b/)',
  toThrow: 'expect(() => { throw ERROR; }).toThrow("no")',
};

const folder = fs.realpathSync(fs.mkdtempSync(path.join(os.tmpdir(), 'fuzz-runner-bench-')));
fs.symlinkSync(path.join(__dirname, '..', 'node_modules'), path.join(folder, 'node_modules'));
write('package.json', '{}');
write('jest.config.js', 'module.exports = {};');
// The first test is not counted: while it runs, Node compiles Jest's code.
const all = Object.values(ASSERTIONS).join(';\n');
const tests = Object.entries({ 'warm up': all, ...ASSERTIONS }).map(([name, code]) => {
  const body = `${code};\n`.repeat(10);
  return `test('${name}', () => { fc.assert(fc.property(fc.nat(), fc.string(), (n, text) => {\ninput('${name}');\n${body}})); });`;
});
write(
  'a.test.js',
  `const fc = require('fast-check');
const ERROR = new Error('no');
const batches = {};
function input(name) {
  const own = (batches[name] ??= { inputs: 0, begin: 0, times: [] });
  if (own.inputs++ % 16 !== 0) return;
  const now = performance.now();
  own.times.push(now - own.begin);
  if (own.times.length > 64) own.times.shift();
  if (own.inputs < 100 || own.inputs % 4096 < 16) require('fs').writeFileSync('rates-' + name, JSON.stringify(own));
  own.begin = performance.now();
}
${tests.join('\n')}`,
);

const fast = rates('fast');
const jest = rates('jest');
fs.rmSync(folder, { recursive: true, force: true });
const rows = Object.keys(ASSERTIONS).map((matcher) => ({
  matcher,
  fast: Math.round(fast[matcher]),
  jest: Math.round(jest[matcher]),
  ratio: Number((fast[matcher] / jest[matcher]).toFixed(1)),
}));
const atLeast5 = rows.filter(({ ratio }) => ratio >= 5).length;
console.log(
  JSON.stringify({ unit: 'inputs per second, of ten assertions each', matchers: rows.length, atLeast5, rows }, null, 2),
);
process.exitCode = atLeast5 >= 10 ? 0 : 1;

function rates(how) {
  fs.rmSync(path.join(folder, '.fuzz-runner'), { recursive: true, force: true });
  const run = spawnSync(
    process.execPath,
    [require.resolve('jest/bin/jest'), `--runner=${path.join(dist, 'runner', 'index.js')}`],
    {
      cwd: folder,
      encoding: 'utf8',
      env: {
        ...process.env,
        FUZZ_FOR: `${seconds}s`,
        FUZZ_SEED: '1',
        FUZZ_WORKERS: '1',
        FUZZ_DASHBOARD: '0',
        FUZZ_EXPECT: how,
      },
    },
  );
  if (run.status !== 0) throw new Error(`The run with --expect=${how} ended with ${run.status}:\n${run.stderr}`);
  const measured = Object.keys(ASSERTIONS).map((name) => {
    const times = JSON.parse(fs.readFileSync(path.join(folder, `rates-${name}`), 'utf8')).times.sort((a, b) => a - b);
    return [name, 16_000 / times[times.length >> 1]];
  });
  return Object.fromEntries(measured);
}

function write(name, text) {
  fs.writeFileSync(path.join(folder, name), text);
}
