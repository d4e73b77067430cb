'use strict';
// The public benchmark through the whole runner: packs this checkout, installs it beside Jest and fast-check, and lets
// `npx fuzz-runner --stop-on-failure` look for the known failure of each case and probe. `--help` lists the options.
const fs = require('node:fs');
const os = require('node:os');
const path = require('node:path');
const { parseOptions } = require('./accept/options');
const { runOnce } = require('./accept/runOnce');
const { allSubjects, chooseSubjects } = require('./accept/subjects');
const { summarize, verdicts } = require('./accept/summary');
const { oddities, tables } = require('./accept/tables');
const { prepareWorkDirectory } = require('./accept/workDirectory');

main(process.argv.slice(2)).catch((error) => {
  console.error(`accept: ${error.message}`);
  process.exitCode = 1;
});

async function main(words) {
  const options = parseOptions(words);
  if (options.help !== undefined) {
    process.stdout.write(options.help);
    return;
  }
  const subjects = chooseSubjects(allSubjects(), options);
  // Without links: Jest reports real paths, and the temporary folder of macOS is a link.
  const folder = options.dir
    ? path.resolve(options.dir)
    : fs.realpathSync(fs.mkdtempSync(path.join(os.tmpdir(), 'fuzz-runner-accept-')));
  prepareWorkDirectory(folder, subjects, options.tarball && path.resolve(options.tarball));
  const runs = await runAll(folder, subjects, options);
  const rows = subjects.map((subject) => summarize(subject, runs.get(subject)));
  const { seeds, forSeconds } = options;
  const result = { rows, seeds, forSeconds, versions: versions(folder) };
  const text = tables(result);
  process.stdout.write(`${text}\n`);
  const odd = oddities(rows);
  if (odd.length > 0) console.log(`Odd:\n${odd.map((line) => `- ${line}`).join('\n')}`);
  if (options.markdown !== undefined) fs.writeFileSync(options.markdown, text);
  if (options.json !== undefined) {
    const detailed = rows.map((row, index) => ({ ...row, runs: runs.get(subjects[index]) }));
    const all = { version: 1, ...result, rows: detailed, verdicts: verdicts(rows) };
    fs.writeFileSync(options.json, `${JSON.stringify(all, null, 2)}\n`);
  }
  if (options.dir === undefined && odd.length === 0) fs.rmSync(folder, { recursive: true, force: true });
  else console.error(`accept: the projects and the output of each run are in ${folder}`);
}

/** The runs of each subject, by seed. All subjects run with the first seed, then with the second, and so on. */
async function runAll(folder, subjects, { seeds, forSeconds, jobs }) {
  const runs = new Map(subjects.map((subject) => [subject, []]));
  const queue = Array.from({ length: seeds }, (_, index) => subjects.map((subject) => [subject, index + 1])).flat();
  const total = queue.length;
  const work = async () => {
    for (let next = queue.shift(); next !== undefined; next = queue.shift()) {
      const [subject, seed] = next;
      const run = await runOnce(folder, subject, seed, forSeconds);
      runs.get(subject)[seed - 1] = run;
      console.error(`${total - queue.length}/${total} ${line(subject, run)}`);
    }
  };
  await Promise.all(Array.from({ length: jobs }, work));
  return runs;
}

function line({ id }, { seed, outcome, executions, cpuSeconds, wallSeconds, problems }) {
  const cost = executions === null ? '' : `, ${executions} executions, ${cpuSeconds.toFixed(1)} CPU s`;
  const odd = problems.length > 0 ? ` — ${problems.join('; ')}` : '';
  return `${id} seed ${seed}: ${outcome}${cost}, ${wallSeconds.toFixed(1)} s in all${odd}`;
}

function versions(folder) {
  const version = (name) =>
    JSON.parse(fs.readFileSync(path.join(folder, 'node_modules', name, 'package.json'), 'utf8')).version;
  const names = ['fuzz-runner', 'jest', 'fast-check'];
  return { ...Object.fromEntries(names.map((name) => [name, version(name)])), Node: process.versions.node };
}
