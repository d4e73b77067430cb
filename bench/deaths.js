/**
 * Measures what a property whose inputs end their thread costs the other properties of a run:
 * `npm run bench:deaths [seconds] [seeds] [way]`, by default 12 seconds and 2 seeds.
 *
 * For each way to end a thread, the built package fuzzes two properties in one worker: one ends its thread, the other is
 * healthy. This is compared with runs in which the first property does not end its thread, and shares the worker with the
 * healthy one. The healthy property's inputs per second of the run must not fall by a tenth. Other processes disturb this
 * figure, so it is shown as two factors that they disturb less: the share of the run's time that the healthy property had,
 * and its inputs per second of its own CPU time.
 */
const { spawnSync } = require('node:child_process');
const fs = require('node:fs');
const os = require('node:os');
const path = require('node:path');

const ROOT = path.join(__dirname, '..');
const DIST = process.env.FUZZ_RUNNER_DIST ?? path.join(ROOT, 'dist');

const SYNC = '() => { fc.assert(fc.property(fc.nat(), (n) => { deadly(n); })); }';
const ASYNC =
  '() => fc.assert(fc.asyncProperty(fc.nat(), async (n) => { if (n > 5000) await new Promise(() => {}); deadly(n); }))';

/** By name: what the property does with a number above 5000. */
const WAYS = {
  'endless loop': { body: 'for (;;);' },
  'heap fills up': {
    body: 'const all = []; for (;;) all.push({ x: [1] });',
    env: { NODE_OPTIONS: '--max-old-space-size=400' },
  },
  'array grows without end': { body: 'const all = []; for (;;) all.push(0);' },
  'buffers outside the heap': { body: 'const all = []; for (;;) all.push(Buffer.alloc(2 ** 24, 1));' },
  'process.exit': { body: 'process.exit(3);' },
  'throws undefined': { body: 'throw undefined;' },
  'promise never settles': { body: '', property: ASYNC },
  'rejection not handled': { body: "Promise.reject(new Error('left'));" },
  'process.abort': { body: 'process.abort();' },
  SIGSEGV: { body: "process.kill(process.pid, 'SIGSEGV'); for (;;);" },
};

function project({ body, property = SYNC }) {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'fuzz-deaths-'));
  fs.symlinkSync(path.join(ROOT, 'node_modules'), path.join(folder, 'node_modules'));
  const files = {
    'package.json': '{ "private": true }',
    'jest.config.js': 'module.exports = {};',
    'deadly.js': `exports.deadly = (n) => { if (n > 5000) die(); };\nfunction die() { ${body} }\n`,
    'deadly.test.js': `const fc = require('fast-check');
const { deadly } = require('./deadly');
test('dies', ${property}, 2000);
test('healthy', () => { fc.assert(fc.property(fc.string(), (s) => { JSON.stringify(s); })); });`,
  };
  for (const [name, text] of Object.entries(files)) fs.writeFileSync(path.join(folder, name), text);
  return folder;
}

function run(way, seconds, seed) {
  const folder = project(way);
  try {
    const { JEST_WORKER_ID: _id, NODE_OPTIONS: _options, ...env } = process.env;
    const variables = { FUZZ_DASHBOARD: '0', FUZZ_SEED: String(seed), FUZZ_WORKERS: '1', FUZZ_FOR: `${seconds}s` };
    spawnSync(process.execPath, [path.join(DIST, 'runner', 'bin.js')], {
      cwd: folder,
      env: { ...env, ...variables, FUZZ_REPORT: 'report.json', ...way.env },
      stdio: 'ignore',
      timeout: (seconds + 120) * 1000,
    });
    const report = JSON.parse(fs.readFileSync(path.join(folder, 'report.json'), 'utf8'));
    const [dies, healthy] = ['dies', 'healthy'].map((name) => report.targets.find((t) => t.testName === name));
    return {
      perSecond: healthy.inputs / seconds,
      perCpuSecond: healthy.inputs / healthy.cpuSeconds,
      share: healthy.wallSeconds / seconds,
      late: report.wallSeconds - seconds,
      found: dies.failures.map(
        ({ kind, state, origin }) => `${kind === 'error' ? origin.errorClass : kind} (${state})`,
      ),
    };
  } finally {
    fs.rmSync(folder, { recursive: true, force: true });
  }
}

/** Means over the seeds. */
function runs(way, seconds, seeds) {
  const all = Array.from({ length: seeds }, (_, index) => run(way, seconds, index + 1));
  const mean = (field) => all.reduce((sum, one) => sum + one[field], 0) / all.length;
  const found = [...new Set(all.flatMap((one) => one.found))].join(', ');
  const [perSecond, perCpuSecond, share, late] = ['perSecond', 'perCpuSecond', 'share', 'late'].map(mean);
  return { perSecond, perCpuSecond, share, late, found };
}

function main() {
  const [seconds = 12, seeds = 2] = process.argv.slice(2, 4).map(Number);
  const wanted = process.argv[4];
  const names = Object.keys(WAYS).filter((name) => wanted === undefined || name.includes(wanted));
  const percent = (value) => `${Math.round(value * 100)} %`;
  const heads = [
    'The other property',
    'share of the time',
    'inputs per CPU second',
    'inputs/s',
    'found',
    'over the time, collecting included',
  ];
  console.log(`| ${heads.join(' | ')} |\n| ${heads.map(() => '---').join(' | ')} |`);
  const lives = runs({ body: '' }, seconds, seeds);
  const show = (name, { perSecond, perCpuSecond, share, found, late }) => {
    const speed = `${Math.round(perCpuSecond / 1000)}k`;
    const cells = [name, percent(share), speed, percent(perSecond / lives.perSecond), found, `${late.toFixed(1)} s`];
    console.log(`| ${cells.join(' | ')} |`);
  };
  show('lives', lives);
  for (const name of names) show(name, runs(WAYS[name], seconds, seeds));
}

main();
