'use strict';
// How soon bugs are found: `npm run build`, then `npm run bench:find -- [--cases a,b] [--seeds 10] [--for 60]
// [--inputs 1000000] [--without technique] [--fast-check] [--json file] [--markdown file] [--folder dir]`.
// Runs each public case (bench/cases: real bugs in pinned packages; bench/probes: planted ones) with the engine and
// its loop in this process, without Jest; bench/accept.js measures the whole runner. `--fast-check` runs plain
// fast-check on the same seeds as well; without it, its figures are those recorded in bench/cases.
const { execFileSync } = require('node:child_process');
const fs = require('node:fs');
const path = require('node:path');
const { parseArgs } = require('node:util');
const { Worker } = require('node:worker_threads');
const { transformSync } = require('@swc/core');
const { probeNames } = require('./find/loadProbe');

const { values: options } = parseArgs({
  options: {
    cases: { type: 'string' },
    seeds: { type: 'string', default: '10' },
    for: { type: 'string', default: '60' },
    inputs: { type: 'string', default: '1000000' },
    without: { type: 'string', default: '' },
    'fast-check': { type: 'boolean', default: false },
    json: { type: 'string' },
    folder: { type: 'string', default: path.join(__dirname, '../tmp/bench-cases') },
    quiet: { type: 'boolean', default: false },
  },
});
const limit = { seconds: Number(options.for), inputs: Number(options.inputs) };
const seeds = Array.from({ length: Number(options.seeds) }, (_, index) => index + 1);
const recorded = JSON.parse(fs.readFileSync(path.join(__dirname, 'cases/results-random.json'), 'utf8'));
/** A case without progress for this time, in milliseconds, is taken for an endless loop. */
const SILENCE_MS = 15_000;
const HEAP_MIB = 700;

main().catch((error) => {
  console.error(error);
  process.exitCode = 1;
});

async function main() {
  const results = [];
  for (const work of selected()) {
    const runs = await runSeeds(work, false);
    const plainRuns = options['fast-check'] ? await runSeeds(work, true) : null;
    const result = { name: work.name, kind: work.kind, ...summary(runs), runs, fastCheck: baseline(work, plainRuns) };
    results.push(result);
    console.log(line(result));
  }
  for (const kind of ['easy', 'medium', 'hard', 'probe']) printMean(results, kind);
  if (options.json !== undefined) fs.writeFileSync(options.json, `${JSON.stringify({ options, results }, null, 1)}\n`);
}

function selected() {
  const all = [
    ...fs
      .readdirSync(path.join(__dirname, 'cases'), { withFileTypes: true })
      .filter((entry) => entry.isDirectory())
      .flatMap(casesOf),
    ...probeNames().map((name) => ({ name, kind: 'probe', probe: name, property: 0, env: {} })),
  ];
  if (options.cases === undefined) return all;
  const wanted = options.cases.split(',');
  return all.filter((work) => wanted.some((name) => [work.name, work.kind, work.name.split(/[ #]/)[0]].includes(name)));
}

function casesOf({ name }) {
  const description = JSON.parse(fs.readFileSync(path.join(__dirname, 'cases', name, 'case.json'), 'utf8'));
  const variants = description.variants ?? [{ name: null, env: {}, property: 0 }];
  return variants.map((variant) => {
    const full = variant.name === null ? name : `${name}#${variant.name}`;
    return {
      name: full,
      kind: recorded[full].difficulty,
      folder: name,
      testFile: path.join(options.folder, name, description.testFile),
      property: variant.property,
      env: variant.env,
    };
  });
}

/** Copies a case out of the checkout and installs what it pins. */
function install({ folder }) {
  const to = path.join(options.folder, folder);
  if (fs.existsSync(path.join(to, '.installed'))) return;
  fs.cpSync(path.join(__dirname, 'cases', folder), to, { recursive: true });
  execFileSync('npm', ['install', '--ignore-scripts', '--no-audit', '--no-fund', '--loglevel=error'], { cwd: to });
  fs.writeFileSync(path.join(to, '.installed'), '');
}

async function runSeeds(work, isBaseline) {
  if (work.folder !== undefined) install(work);
  const runs = [];
  while (runs.length < seeds.length) {
    const rest = seeds.slice(runs.length);
    const done = await runThread(work, rest, isBaseline);
    runs.push(...done);
  }
  return runs;
}

/** Runs seeds in a thread until all are done or one ends the thread; that one then counts as found. */
function runThread(work, rest, isBaseline) {
  return new Promise((resolve, reject) => {
    const shared = new SharedArrayBuffer(16);
    const progress = new Float64Array(shared);
    const runs = [];
    const before = process.cpuUsage();
    const { probe, testFile, property, env } = work;
    const testCode = testFile === undefined ? undefined : commonJs(testFile);
    const without = options.without === '' ? undefined : options.without.split(',');
    const worker = new Worker(path.join(__dirname, 'find/worker.js'), {
      workerData: {
        probe,
        testFile,
        testCode,
        property,
        env,
        limit,
        seeds: rest,
        baseline: isBaseline,
        without,
        shared,
      },
      resourceLimits: { maxOldGenerationSizeMb: HEAP_MIB },
    });
    let last = [-1, -1];
    const watch = setInterval(() => {
      if (progress[0] === last[0] && progress[1] === last[1]) died('hang');
      last = [progress[0], progress[1]];
    }, SILENCE_MS);
    const finish = () => (clearInterval(watch), worker.terminate().then(() => resolve(runs)));
    const died = (origin) => {
      const { user, system } = process.cpuUsage(before);
      runs.push({
        seed: rest[runs.length],
        found: true,
        inputs: progress[1],
        cpuSeconds: (user + system) / 1e6,
        origin,
      });
      void finish();
    };
    worker.on('message', (run) => {
      if (run.error !== undefined) return reject(new Error(`${work.name}: ${run.error}`));
      if (run.isSpoiled) return void finish();
      runs.push(run);
      if (!options.quiet) process.stderr.write(run.found ? '.' : 'x');
      if (runs.length === rest.length) void finish();
    });
    worker.on('error', (error) => (error.code === 'ERR_WORKER_OUT_OF_MEMORY' ? died('out of memory') : reject(error)));
  });
}

/** Called in the main thread: a thread that has loaded this native add-on would end the process with it. */
function commonJs(file) {
  const parser = { syntax: file.endsWith('.ts') ? 'typescript' : 'ecmascript' };
  const jsc = { parser, target: 'es2022' };
  return transformSync(fs.readFileSync(file, 'utf8'), { module: { type: 'commonjs' }, jsc }).code;
}

function summary(runs) {
  const found = runs.filter((run) => run.found);
  return {
    found: found.length,
    of: runs.length,
    // A seed without the failure counts with all its inputs and time: the failure would need at least as much.
    inputs: median(runs.map((run) => run.inputs)),
    cpuSeconds: median(runs.map((run) => run.cpuSeconds)),
  };
}

function baseline(work, plainRuns) {
  if (plainRuns !== null) return summary(plainRuns);
  const known = recorded[work.name];
  if (known === undefined) return null;
  return { found: known.found, of: known.of, inputs: median(known.runs.map((run) => run.execs)), cpuSeconds: null };
}

function median(numbers) {
  const sorted = numbers.toSorted((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
}

function line({ name, kind, found, of, inputs, cpuSeconds, fastCheck, runs }) {
  const range = `${Math.min(...runs.map((run) => run.inputs))}–${Math.max(...runs.map((run) => run.inputs))}`;
  const other = fastCheck === null ? '' : `  fast-check ${fastCheck.found}/${fastCheck.of} ${fastCheck.inputs}`;
  return `${name.padEnd(26)} ${kind.padEnd(6)} ${`${found}/${of}`.padStart(5)} ${String(inputs).padStart(9)} (${range})  ${cpuSeconds.toFixed(2)} CPU s${other}`;
}

function printMean(results, kind) {
  const chosen = results.filter((result) => result.kind === kind);
  if (chosen.length === 0) return;
  const found = chosen.reduce((sum, result) => sum + result.found, 0);
  const of = chosen.reduce((sum, result) => sum + result.of, 0);
  const mean = geometric(chosen.map((result) => result.inputs));
  const compared = chosen.filter((result) => result.fastCheck !== null);
  const ratio = geometric(compared.map((result) => result.inputs / result.fastCheck.inputs));
  const shown = compared.length === 0 ? '' : `, ${ratio.toFixed(3)} of plain fast-check`;
  console.log(`${kind}: ${found} of ${of} found, geometric mean of medians ${Math.round(mean)} inputs${shown}`);
}

function geometric(numbers) {
  return Math.exp(numbers.reduce((sum, number) => sum + Math.log(number), 0) / Math.max(1, numbers.length));
}
