'use strict';
// Several bugs in one property, through the whole runner: packs this checkout, installs it beside Jest and fast-check,
// fuzzes each case for a while without stopping at the first failure, then runs plain Jest on what was saved.
//
//   npm run bench:multi -- [--cases a,b] [--seeds 20] [--for 15] [--jobs 1] [--dir folder] [--tarball file] [--json file]
//
// A run is whole when every failure that case.json names was found, each is minimal, and plain Jest shows each again.
const fs = require('node:fs');
const os = require('node:os');
const path = require('node:path');
const { parseArgs } = require('node:util');
const { matches } = require('./accept/judge');
const { fuzz, jest } = require('./accept/runOnce');
const { allSubjects } = require('./accept/subjects');
const { grid } = require('./accept/tables');
const { prepareWorkDirectory } = require('./accept/workDirectory');

const text = { type: 'string' };
const { values: options } = parseArgs({
  options: {
    cases: text,
    seeds: { ...text, default: '20' },
    for: { ...text, default: '15' },
    jobs: { ...text, default: '1' },
    dir: text,
    tarball: text,
    json: text,
  },
});

main().catch((error) => {
  console.error(`multi: ${error.message}`);
  process.exitCode = 1;
});

async function main() {
  const wanted = options.cases?.split(',');
  const subjects = allSubjects().filter(({ id, failures }) =>
    wanted === undefined ? failures !== null && failures.length > 1 : wanted.includes(id),
  );
  if (subjects.length === 0) throw new Error(`There is no case ${options.cases}.`);
  const folder = fs.realpathSync(
    options.dir === undefined ? fs.mkdtempSync(path.join(os.tmpdir(), 'fuzz-runner-multi-')) : prepared(options.dir),
  );
  prepareWorkDirectory(folder, subjects, options.tarball && path.resolve(options.tarball));
  const queue = Array.from({ length: Number(options.seeds) }, (_, index) =>
    subjects.map((subject) => ({ subject, seed: index + 1 })),
  ).flat();
  const runs = [];
  const work = async () => {
    for (let next = queue.shift(); next !== undefined; next = queue.shift()) {
      const run = await runOnce(folder, next.subject, next.seed);
      runs.push(run);
      console.error(`${run.id} seed ${run.seed}: ${run.missing.length === 0 ? 'all found' : `missing ${run.missing}`}`);
    }
  };
  await Promise.all(Array.from({ length: Number(options.jobs) }, work));
  console.log(table(subjects, runs));
  for (const subject of subjects) console.log(`\n${subject.id}\n${inputs(runs.filter(({ id }) => id === subject.id))}`);
  if (options.json !== undefined) fs.writeFileSync(options.json, `${JSON.stringify(runs, null, 1)}\n`);
  if (options.dir === undefined) fs.rmSync(folder, { recursive: true, force: true });
}

/** What one fuzz run found, and how much of it plain Jest showed again. */
async function runOnce(folder, subject, seed) {
  const { report } = await fuzz(folder, subject, seed, ['--for', `${options.for}s`], Number(options.for));
  if (report === null) throw new Error(`${subject.id} seed ${seed} left no report.`);
  const failures = report.targets
    .flatMap((target) => target.failures)
    .filter(({ state }) => state !== 'fixed')
    .map(({ state, message, errorName, kind, origin, input }) => ({ state, message, errorName, kind, origin, input }));
  const missing = subject.failures
    .filter((expected) => !failures.some((failure) => matches(expected, failure)))
    .map(({ error, message }) => `${error} ${message}`);
  // Plain Jest names failures that end their process, and does not run them.
  const shown = await jest(folder, subject, seed);
  const lost = failures.filter(({ kind, input }) => kind === 'error' && !shown.includes(firstLine(input)));
  return { id: subject.id, seed, failures, missing, lost: lost.map(({ input }) => input) };
}

function firstLine(input) {
  return input.split('\n')[0];
}

function table(subjects, runs) {
  return grid(
    ['case', 'failures named', 'runs with all', 'failures in all', 'not minimal', 'not shown by plain Jest'],
    subjects.map(({ id, failures }) => {
      const own = runs.filter((run) => run.id === id);
      const found = own.flatMap((run) => run.failures);
      const count = (list) => String(list.length);
      return [
        id,
        count(failures),
        `${own.filter(({ missing }) => missing.length === 0).length}/${own.length}`,
        count(found),
        count(found.filter(({ state }) => state !== 'minimal')),
        count(own.flatMap(({ lost }) => lost)),
      ];
    }),
  );
}

/** Text: for each failure, by its message, its simplest inputs, with the number of runs that ended with each. */
function inputs(runs) {
  const byOrigin = new Map();
  for (const { origin, message, input } of runs.flatMap((run) => run.failures)) {
    const place = origin.place === null ? '' : ` at ${path.basename(origin.place.file)}:${origin.place.line}`;
    const name = `${message.split('\n')[0].slice(0, 60)}${place}`;
    const ends = byOrigin.get(name) ?? new Map();
    byOrigin.set(name, ends.set(input, (ends.get(input) ?? 0) + 1));
  }
  return [...byOrigin]
    .map(([name, ends]) => `- ${name}: ${[...ends].map(([input, times]) => `${input} ×${times}`).join(', ')}`)
    .join('\n');
}

function prepared(dir) {
  fs.mkdirSync(dir, { recursive: true });
  return path.resolve(dir);
}
