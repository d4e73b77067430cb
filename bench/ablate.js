'use strict';
// What each technique of the engine buys: `npm run build`, then `npm run bench:ablate -- [--techniques a,b] [--cases …]
// [--seeds 20] [--for 10] [--inputs 30000] [--json file] [--markdown file]`. Runs bench/find.js once with everything and
// once without each technique, on the same cases and seeds. A figure is the number of inputs until the first failure
// without the technique, divided by the number with it (geometric means over the seeds): above 1, the technique helps. A
// bug that was not found counts with the limit. A case is listed only when its ratio is 1.2 or more and at least twice its
// standard error. The mean is given with twice its standard error.
const { spawnSync } = require('node:child_process');
const fs = require('node:fs');
const os = require('node:os');
const path = require('node:path');
const { parseArgs } = require('node:util');

/** What src/fuzz/techniques.ts names. */
const TECHNIQUES = [
  'input-to-state',
  'operator bandit',
  'arm bandit',
  'rarity',
  'validity',
  'operand states',
  'no repeats',
  'reduction',
  'generalization',
  'fillings',
  'biased',
  'mutate',
  'operands',
  'changeValue',
  'changeList',
  'spliceList',
  'useWord',
  'changeSpan',
  'fillGap',
];
/** Cases that are found within seconds, each in another way. None changes `Object.prototype` for the next run. */
const CASES = [
  'btreejs-wrong-delete',
  'esprima-regex-eof',
  'etna-bst#insert_3',
  'etna-bst#delete_5',
  'etna-bst#union_7',
  'etna-bst#union_8',
  'etna-rbt#swap_cd',
  'etna-rbt#insert_3',
  'etna-rbt#delete_5',
  'etna-rbt#miscolor_join_1-built',
  'etna-stlc#shift_var_none',
  'etna-stlc#shift_var_leq',
  'etna-stlc#subst_abs_no_shift',
  'etna-stlc#subst_app_no_rec_1',
  'filesize-1024',
  'fxp-stray-close',
  'image-size-truncated',
  'natural-sort-antisymmetry',
  'omggif-truncated',
  'postcss-double-colon',
  'pretty-ms-60s',
  'ret-control-escape',
  'sorted-btree-commands',
  'yaml-plain-colon',
  'machine bare',
  'rel bare',
  'jsonkind bare',
  'kv tree',
  'table bare',
  'table mapped',
];
/** Limits from which a technique counts as helping or harming a case: a ratio, and a number of standard errors. */
const HELPS = Math.log(1.2);
const ERRORS = 2;

const { values: options } = parseArgs({
  options: {
    techniques: { type: 'string', default: TECHNIQUES.join(',') },
    cases: { type: 'string', default: CASES.join(',') },
    seeds: { type: 'string', default: '20' },
    for: { type: 'string', default: '10' },
    inputs: { type: 'string', default: '30000' },
    json: { type: 'string' },
    markdown: { type: 'string' },
  },
});

const whole = logInputs('');
const rows = options.techniques.split(',').map((technique) => {
  const without = logInputs(technique);
  const changes = Object.keys(whole).map((name) => change(name, whole[name], without[name]));
  const logMean = mean(changes.map(({ log }) => log));
  const error = Math.sqrt(changes.reduce((sum, one) => sum + one.error ** 2, 0)) / changes.length;
  const clear = changes.filter((one) => Math.abs(one.log) >= Math.max(HELPS, ERRORS * one.error));
  const row = {
    technique,
    mean: Math.exp(logMean),
    low: Math.exp(logMean - ERRORS * error),
    high: Math.exp(logMean + ERRORS * error),
    helps: clear.filter(({ log }) => log > 0),
    harms: clear.filter(({ log }) => log < 0),
  };
  console.log(lineOf(row));
  return row;
});
if (options.json !== undefined)
  fs.writeFileSync(options.json, `${JSON.stringify({ options, whole, rows }, null, 1)}\n`);
if (options.markdown !== undefined) fs.writeFileSync(options.markdown, table());

/** How a case changes without a technique: the logarithm of the ratio, and its standard error. */
function change(name, withIt, without) {
  const log = mean(without) - mean(withIt);
  return { name, ratio: Math.exp(log), log, error: Math.sqrt(variance(withIt) + variance(without)) };
}

function mean(numbers) {
  return numbers.reduce((sum, number) => sum + number, 0) / numbers.length;
}

/** The variance of the mean of the numbers. */
function variance(numbers) {
  const center = mean(numbers);
  return numbers.reduce((sum, number) => sum + (number - center) ** 2, 0) / (numbers.length - 1) / numbers.length;
}

/** Logarithms of the inputs of each seed, by case. */
function logInputs(without) {
  const file = path.join(fs.mkdtempSync(path.join(os.tmpdir(), 'ablate-')), 'found.json');
  const limits = ['seeds', 'for', 'inputs', 'cases'].flatMap((name) => [`--${name}`, options[name]]);
  const { status } = spawnSync(
    process.execPath,
    [path.join(__dirname, 'find.js'), '--quiet', ...limits, '--without', without, '--json', file],
    { stdio: ['ignore', 'ignore', 'inherit'] },
  );
  if (status !== 0) throw new Error(`bench/find.js without "${without}" ended with status ${status}.`);
  const { results } = JSON.parse(fs.readFileSync(file, 'utf8'));
  fs.rmSync(path.dirname(file), { recursive: true });
  return Object.fromEntries(results.map(({ name, runs }) => [name, runs.map(({ inputs }) => Math.log(inputs))]));
}

function lineOf({ technique, helps, harms, ...row }) {
  return `${technique.padEnd(16)} ${meanOf(row)}  helps: ${shown(helps)}  harms: ${shown(harms)}`;
}

function meanOf({ mean, low, high }) {
  return `×${mean.toFixed(2)} (${low.toFixed(2)}–${high.toFixed(2)})`;
}

function shown(ratios) {
  if (ratios.length === 0) return '–';
  return ratios
    .toSorted((a, b) => Math.abs(Math.log(b.ratio)) - Math.abs(Math.log(a.ratio)))
    .map(({ name, ratio }) => `${name} ×${ratio.toPrecision(2)}`)
    .join(', ');
}

function table() {
  const lines = rows.map(
    ({ technique, helps, harms, ...row }) => `| ${technique} | ${meanOf(row)} | ${shown(helps)} | ${shown(harms)} |`,
  );
  return ['| without | mean ratio | slower without | faster without |', '| --- | --- | --- | --- |', ...lines, ''].join(
    '\n',
  );
}
