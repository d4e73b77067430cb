'use strict';
// Measures how simple failures become, and in how many runs: `npm run build`, then `npm run bench:shrink -- [--seeds 200]
// [--cases a,b] [--json file] [--markdown file] [--ours]`. For each challenge (bench/shrinking/challenges.js) and seed
// a failing input is found at random, and our engine shrinks it. For comparison, fast-check shrinks from the same seed (not
// with `--ours`), and the recorded figures of Hypothesis are printed.
const fs = require('node:fs');
const { parseArgs } = require('node:util');
const fc = require('fast-check');
const { checkOne } = require('./shrinking/fastCheck');
const { shrinkOne } = require('./shrinking/ours');
const hypothesis = require('./shrinking/hypothesis.json').challenges;

const { values: options } = parseArgs({
  options: {
    seeds: { type: 'string', default: '200' },
    cases: { type: 'string' },
    json: { type: 'string' },
    markdown: { type: 'string' },
    ours: { type: 'boolean', default: false },
  },
});
const seeds = Array.from({ length: Number(options.seeds) }, (_, index) => index + 1);
const challenges = require('./shrinking/challenges')(fc);
const names = options.cases?.split(',') ?? Object.keys(challenges);

const results = names.map(measure);
const lines = [...table(results), '', ...summary(results)];
console.log(lines.join('\n'));
for (const { name, ours } of results) {
  for (const [text, count] of Object.entries(ours.wrong)) console.log(`not simplest: ${name} ${text} ×${count}`);
}
if (options.json !== undefined) fs.writeFileSync(options.json, `${JSON.stringify(results, null, 1)}\n`);
if (options.markdown !== undefined) fs.writeFileSync(options.markdown, `${lines.join('\n')}\n`);

function measure(name) {
  const challenge = challenges[name];
  if (challenge === undefined) throw new Error(`No challenge is called ${name}. There are ${Object.keys(challenges)}.`);
  const { p: property, ok } = challenge;
  const ours = statistics(
    seeds.map((seed) => shrinkOne(property, seed, fc.stringify)),
    ok,
  );
  const native = options.ours
    ? null
    : statistics(
        seeds.map((seed) => checkOne(fc, property, seed)),
        ok,
      );
  return { name, ours, fastCheck: native, hypothesis: hypothesis[name] ?? null };
}

function statistics(runs, isNormal) {
  const found = runs.filter((run) => run !== null);
  const evaluations = found.map((run) => run.evaluations).sort((a, b) => a - b);
  const wrong = {};
  for (const { text } of found) if (!isNormal(text)) wrong[text] = (wrong[text] ?? 0) + 1;
  return {
    seeds: found.length,
    normal: found.filter(({ text }) => isNormal(text)).length,
    median: quantile(evaluations, 0.5),
    p90: quantile(evaluations, 0.9),
    max: quantile(evaluations, 1),
    wrong,
  };
}

function quantile(sorted, share) {
  return sorted[Math.max(0, Math.ceil(sorted.length * share) - 1)] ?? 0;
}

function table(rows) {
  return [
    '| challenge | fuzz-runner: simplest | runs to shrink: median / p90 / max | fast-check: simplest | median / p90 / max | Hypothesis: simplest | median / p90 / max |',
    '| --- | --- | --- | --- | --- | --- | --- |',
    ...rows.map(
      ({ name, ours, fastCheck, hypothesis: other }) =>
        `| ${name} | ${[ours, fastCheck, other].map((figures) => cells(figures)).join(' | ')} |`,
    ),
  ];
}

function cells(figures) {
  if (figures === null) return '– | –';
  const { normal, seeds: count, median, p90, max } = figures;
  return `${normal}/${count} | ${median} / ${p90} / ${max}`;
}

function summary(rows) {
  const total = (key) =>
    rows.reduce((sum, row) => [sum[0] + (row[key]?.normal ?? 0), sum[1] + (row[key]?.seeds ?? 0)], [0, 0]);
  const common = rows.filter((row) => row.hypothesis !== null);
  const ratio = Math.exp(
    common.reduce((sum, { ours, hypothesis: other }) => sum + Math.log(Math.max(1, ours.median) / other.median), 0) /
      common.length,
  );
  return [
    `Simplest in all: fuzz-runner ${total('ours').join('/')}, fast-check ${total('fastCheck').join('/')}, Hypothesis ${total('hypothesis').join('/')}.`,
    `Our medians are ${ratio.toFixed(2)} times those of Hypothesis (geometric mean over ${common.length} challenges).`,
  ];
}
