'use strict';
// How much of a parser is reached, and how soon: `npm run build`, then `node bench/coverage.js [seeds=5] [inputs=10000]`.
// Compares the edges of bench/probes/parser.js that plain fast-check covers with 200,000 strings with those that the engine
// covers with far fewer inputs. The same instrumentation counts both. In a measurement of 2026, which counted blocks,
// Jazzer.js with 75,000 to 137,000 inputs covered as much of this parser as fast-check with 200,000.
const Module = require('node:module');
const path = require('node:path');
const fs = require('node:fs');
const fc = require('fast-check');
const { engine } = require('./find/engine');
const { tools: makeTools } = require('./find/fuzzOnce');
const { mergeDictionaries } = engine('src/mutate/dictionary');
const { instrument } = engine('src/coverage/instrument');
const { COVERAGE_GLOBAL } = engine('src/coverage/source/names');
const { TargetLoop } = engine('runner/worker/loop/targetLoop');

const FILE = path.join(__dirname, 'probes/parser.js');
const FAST_CHECK_INPUTS = 200_000;
const [seeds = 5, inputs = 10_000] = process.argv.slice(2).map(Number);

const engineEdges = Array.from({ length: seeds }, (_, index) => fuzzed(index + 1));
const plainEdges = Array.from({ length: Math.min(3, seeds) }, (_, index) => plain(index + 1));
console.log(`engine, ${inputs} inputs:            ${shown(engineEdges)} edges`);
console.log(`fast-check, ${FAST_CHECK_INPUTS} inputs:       ${shown(plainEdges)} edges`);

function load(tools) {
  const changed = instrument(fs.readFileSync(FILE, 'utf8'), { file: 'parser.js' });
  tools.coverage.register(changed);
  globalThis[Symbol.for(COVERAGE_GLOBAL)] = (key, count) => tools.coverage.open(key, count);
  const module = new Module(FILE, null);
  module._compile(changed.code, FILE);
  const parser = module.exports;
  const run = parser.parse ?? parser.run ?? parser;
  const property = fc.property(fc.string(), (text) => {
    try {
      run(text);
    } catch (error) {
      if (error.name !== 'SynErr') throw error;
    }
  });
  return { property, changed };
}

function fuzzed(seed) {
  const tools = makeTools(__dirname);
  const { property, changed } = load(tools);
  const loop = new TargetLoop({ id: 'bench', inputTimeoutMs: 10_000 }, tools, seed);
  loop.bind(property, 10_000, String);
  loop.useDictionary(mergeDictionaries([changed.dictionary]));
  loop.startSlice();
  loop.pump({ until: Infinity, inputs, isAbandoned: () => false });
  return loop.fuzzer.behaviors.size;
}

function plain(seed) {
  const tools = makeTools(__dirname);
  const { property } = load(tools);
  const seen = new Set();
  const run = property.run.bind(property);
  property.run = (...values) => {
    tools.coverage.reset();
    const result = run(...values);
    const count = tools.coverage.scan();
    for (let at = 0; at < count; at += 1) seen.add(tools.coverage.hits[at] >>> 3);
    return result;
  };
  fc.check(property, { seed, numRuns: FAST_CHECK_INPUTS });
  return seen.size;
}

function shown(counts) {
  const sorted = counts.toSorted((a, b) => a - b);
  return `${sorted[sorted.length >> 1]} (${sorted[0]}–${sorted.at(-1)})`;
}
