'use strict';
// What each technique of the engine buys: `npm run build`, then `npm run bench:ablate -- [--techniques a,b] [--cases …]
// [--seeds 5] [--for 10] [--inputs 30000] [--json file] [--markdown file]`. Runs bench/find.js once with everything and
// once without each technique, on the same cases and seeds; a figure is the ratio of the median inputs to the first
// failure, without to with: above 1, the technique helps. A bug that was not found counts with the limit.
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
  'no repeats',
  'biased',
  'mutate',
  'operands',
  'changeValue',
  'changeList',
  'spliceList',
  'useLiteral',
  'useOperand',
  'usePattern',
  'useProven',
  'useDangerous',
  'redrawSpan',
  'copySpan',
  'splice',
  'changeTail',
];
/** Found within seconds, each in another way. */
const CASES = [
  'btreejs-wrong-delete',
  'circular-json-tilde',
  'esprima-regex-eof',
  'etna-bst#insert_3',
  'etna-bst#delete_5',
  'etna-bst#union_6',
  'etna-bst#union_8',
  'filesize-1024',
  'fxp-stray-close',
  'ini-proto-section',
  'json5-proto',
  'omggif-truncated',
  'postcss-double-colon',
  'pretty-ms-60s',
  'magic4 mapped',
  'machine bare',
  'rel bare',
  'jsonkind bare',
  'kv tree',
  'nested mapped',
  'regex tree',
];
/** Ratios from which a technique is said to help or harm a case. */
const HELPS = 1.2;

const { values: options } = parseArgs({
  options: {
    techniques: { type: 'string', default: TECHNIQUES.join(',') },
    cases: { type: 'string', default: CASES.join(',') },
    seeds: { type: 'string', default: '5' },
    for: { type: 'string', default: '10' },
    inputs: { type: 'string', default: '30000' },
    json: { type: 'string' },
    markdown: { type: 'string' },
  },
});

const whole = medians('');
const rows = options.techniques.split(',').map((technique) => {
  const without = medians(technique);
  const ratios = Object.keys(whole).map((name) => ({ name, ratio: without[name] / whole[name] }));
  const row = {
    technique,
    mean: Math.exp(ratios.reduce((sum, { ratio }) => sum + Math.log(ratio), 0) / ratios.length),
    helps: ratios.filter(({ ratio }) => ratio >= HELPS),
    harms: ratios.filter(({ ratio }) => ratio <= 1 / HELPS),
  };
  console.log(lineOf(row));
  return row;
});
if (options.json !== undefined)
  fs.writeFileSync(options.json, `${JSON.stringify({ options, whole, rows }, null, 1)}\n`);
if (options.markdown !== undefined) fs.writeFileSync(options.markdown, table());

/** Median inputs by case. */
function medians(without) {
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
  return Object.fromEntries(results.map(({ name, inputs }) => [name, inputs]));
}

function lineOf({ technique, mean, helps, harms }) {
  return `${technique.padEnd(16)} ×${mean.toFixed(2)}  helps: ${shown(helps)}  harms: ${shown(harms)}`;
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
    ({ technique, mean, helps, harms }) => `| ${technique} | ${mean.toFixed(2)} | ${shown(helps)} | ${shown(harms)} |`,
  );
  return ['| without | mean ratio | slower without | faster without |', '| --- | --- | --- | --- |', ...lines, ''].join(
    '\n',
  );
}
