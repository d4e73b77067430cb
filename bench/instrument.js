'use strict';
// Measures what instrumentation costs: `npm run build`, then `node bench/instrument.js [seconds per library]`.
// Plain and instrumented copies of a library run in turns in one process, in a vm context as under Jest, over the
// same inputs; a figure is the median of the ratios of CPU time. `scan`: with one scan of the counters after each input.
// `recording`: comparisons are recorded and read as well. The time to instrument is given in CPU ms per 1,000 lines.
const fs = require('node:fs');
const { createRequire, isBuiltin } = require('node:module');
const path = require('node:path');
const vm = require('node:vm');
const { ComparisonLog } = require('../dist/src/coverage/comparisons/comparisonLog');
const { CoverageMap } = require('../dist/src/coverage/coverageMap');
const { instrument } = require('../dist/src/coverage/instrument');
const { COVERAGE_GLOBAL } = require('../dist/src/coverage/source/names');

const JSON_TEXT = JSON.stringify({ list: [1, 2.5, 'three', null, { nested: [true, false] }], text: 'a "b" c' });
const LIBRARIES = {
  acorn: [(acorn, code) => acorn.parse(code, { ecmaVersion: 'latest' }), [fs.readFileSync(__filename, 'utf8')]],
  'js-yaml': [(yaml, text) => yaml.load(text), ['a: 1\nb:\n  - x\n  - {y: z, w: [1, 2]}\nc: |\n  text\n', JSON_TEXT]],
  semver: [(semver, range) => semver.satisfies('1.9.3', range), ['>=1.2.3 <2 || ~3.4', '1.x - 2.0.0-rc.1']],
  picomatch: [(picomatch, glob) => picomatch(glob)('src/a/b.js'), ['**/{a,b}/[!c]?.ts', '!(x|y)*.+(z)']],
  json5: [(json5, text) => json5.parse(text), [JSON_TEXT, "{a: 'b', c: +.5, /* d */ e: [0x1F,]}"]],
};
const ROUNDS = 25;

const seconds = Number(process.argv[2] ?? 4);
const log = new ComparisonLog();
const map = new CoverageMap(log);
const context = vm.createContext({ console });
context[Symbol.for(COVERAGE_GLOBAL)] = (key, edgeCount) => map.open(key, edgeCount);

for (const [name, [run, inputs]] of Object.entries(LIBRARIES)) {
  const cost = { lines: 0, ms: 0 };
  const plain = load(name, (code) => code);
  const counted = load(name, (code, file) => changed(code, file, cost, false));
  const probed = load(name, (code, file) => changed(code, file, cost, true));
  const once = (library) => inputs.forEach((input) => run(library, input));
  const variants = {
    plain: () => once(plain),
    counters: () => once(counted),
    probes: () => once(probed),
    scan: () => inputs.forEach((input) => (run(probed, input), map.scan())),
    recording: () => {
      log.enabled = true;
      inputs.forEach((input) => (run(probed, input), map.scan(), log.take()));
      log.enabled = false;
    },
  };
  const ratios = measure(variants, (seconds * 1000) / (ROUNDS * Object.keys(variants).length));
  const shown = Object.entries(ratios).map(([variant, ratio]) => `${variant} ${ratio.toFixed(2)}`);
  console.log(
    `${name.padEnd(9)} ${shown.join('  ')}  instrument ${((cost.ms / cost.lines) * 1000).toFixed(1)} ms/kline`,
  );
}

function changed(code, file, cost, comparisons) {
  const before = process.cpuUsage();
  const result = instrument(code, { file: path.relative(process.cwd(), file), comparisons });
  const { user, system } = process.cpuUsage(before);
  if ('failed' in result) throw new Error(result.failed);
  cost.ms += (user + system) / 1000;
  cost.lines += code.split('\n').length;
  map.register(result);
  return result.code;
}

/** Median over the rounds of each variant's CPU time per pass, divided by that of `plain` in the same round. */
function measure(variants, sliceMs) {
  const ratios = {};
  for (let round = 0; round < ROUNDS; round += 1) {
    const perPass = {};
    for (const [name, pass] of Object.entries(variants)) perPass[name] = cpuPerPass(pass, sliceMs);
    // In the first rounds Node compiles the code.
    if (round < 5) continue;
    for (const name of Object.keys(variants)) (ratios[name] ??= []).push(perPass[name] / perPass.plain);
  }
  delete ratios.plain;
  return Object.fromEntries(Object.entries(ratios).map(([name, all]) => [name, median(all)]));
}

function cpuPerPass(pass, sliceMs) {
  const before = process.cpuUsage();
  for (let passes = 1; ; passes += 1) {
    pass();
    const { user, system } = process.cpuUsage(before);
    if (user + system >= sliceMs * 1000) return (user + system) / passes;
  }
}

function median(values) {
  return values.toSorted((one, other) => one - other)[values.length >> 1];
}

function load(name, change) {
  const registry = new Map();
  const loadFile = (file) => {
    if (registry.has(file)) return registry.get(file).exports;
    const module = { exports: {} };
    registry.set(file, module);
    const { resolve } = createRequire(file);
    const requireIt = (wanted) => (isBuiltin(wanted) ? require(wanted) : loadFile(resolve(wanted)));
    const code = fs.readFileSync(file, 'utf8');
    if (file.endsWith('.json')) return (module.exports = JSON.parse(code));
    const parameters = ['module', 'exports', 'require', '__filename', '__dirname'];
    const compiled = vm.compileFunction(change(code, file), parameters, { parsingContext: context, filename: file });
    compiled.call(module.exports, module, module.exports, requireIt, file, path.dirname(file));
    return module.exports;
  };
  return loadFile(require.resolve(name));
}
