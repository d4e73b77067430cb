'use strict';
// Fuzzes one property until its first failure: the engine with its loop, without Jest around it.
const path = require('node:path');
const { engine } = require('./engine');
const { ComparisonLog } = engine('src/coverage/comparisons/comparisonLog');
const { CoverageMap } = engine('src/coverage/coverageMap');
const { mergeDictionaries } = engine('src/mutate/dictionary');
const { FlightRecorder } = engine('runner/channel/flightRecorder');
const { StackTraces } = engine('runner/worker/loop/stackTraces');
const { TargetLoop } = engine('runner/worker/loop/targetLoop');
const { threadClock } = engine('runner/worker/loop/threadClock');

/** `testFile`: of a case, or what stands for it. */
exports.tools = function tools(testFile) {
  const comparisons = new ComparisonLog();
  const stackTraces = new StackTraces({ sourceMapOf: () => undefined, insertionsOf: () => undefined });
  stackTraces.install();
  return {
    recorder: new FlightRecorder(),
    comparisons,
    coverage: new CoverageMap(comparisons),
    stackTraces,
    clock: threadClock(),
    origins: { rootDir: testFile },
  };
};

/**
 * @param limit `seconds` of CPU time and `inputs`
 * @param onSlice told the number of inputs so far, several times a second
 */
exports.fuzzOnce = async function fuzzOnce(property, { tools, dictionaries, seed, limit, onSlice, without }) {
  const { clock } = tools;
  const file = path.basename(tools.origins.rootDir);
  const target = { id: 'bench', path: '', file, titles: [], ordinal: 0, inputTimeoutMs: 10_000 };
  const loop = new TargetLoop(target, tools, seed, new Set(without));
  loop.bind(property, 10_000, (value) => JSON.stringify(value) ?? String(value));
  loop.useDictionary(mergeDictionaries(dictionaries));
  const start = clock.cpuSeconds();
  const spent = () => clock.cpuSeconds() - start;
  const hasFailed = () => [...loop.fuzzer.failures.all()].length > 0;
  loop.startSlice();
  while (spent() < limit.seconds && loop.inputs < limit.inputs && !loop.fuzzer.isExhausted) {
    const isAbandoned = () => {
      onSlice(loop.inputs);
      return hasFailed();
    };
    const until = clock.wallSeconds() + 0.25;
    await loop.pump({ until, inputs: limit.inputs, isAbandoned });
    if (hasFailed()) break;
  }
  const report = loop.report();
  const failure = report.failures[0] ?? null;
  return {
    found: failure !== null,
    inputs: failure?.found?.inputs ?? loop.inputs,
    cpuSeconds: failure?.found?.cpuSeconds ?? spent(),
    origin: failure?.origin.key ?? null,
    input: failure?.input ?? null,
    corpus: loop.fuzzer.corpus.length,
    behaviors: loop.fuzzer.behaviors.size,
    invalid: report.invalidInputs,
  };
};
