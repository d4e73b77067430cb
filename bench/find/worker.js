'use strict';
// One case in a thread of its own: it may hang, or fill the heap.
const { parentPort, workerData } = require('node:worker_threads');

/** The port of a thread has no origin to name. */
const send = parentPort.postMessage.bind(parentPort);
const fc = require('fast-check');
const { loadCase } = require('./loadCase');
const { fuzzOnce, tools: makeTools } = require('./fuzzOnce');
const { loadProbe } = require('./loadProbe');

const { testFile, testCode, probe, property, seeds, limit, baseline, env, without, shared } = workerData;
Object.assign(process.env, env);
const progress = new Float64Array(shared);

const namesOfObjects = () => Reflect.ownKeys(Object.prototype).length;

async function main() {
  const names = namesOfObjects();
  const load =
    probe === undefined ? (options) => loadCase(testFile, testCode, options) : (options) => loadProbe(probe, options);
  for (const seed of seeds) {
    progress[0] = seed;
    progress[1] = 0;
    send({ seed, ...(await (baseline ? plain(load, seed) : fuzzed(load, seed))) });
    // Pollution is what some cases are about; the next run must not begin with it.
    if (namesOfObjects() !== names) return send({ isSpoiled: true });
  }
}

function fuzzed(load, seed) {
  const tools = makeTools(testFile ?? __dirname);
  const dictionaries = [];
  const onInstrumented = (instrumented) => dictionaries.push(instrumented.dictionary);
  const target = load({ coverage: tools.coverage, onInstrumented })[property];
  return fuzzOnce(target, { tools, dictionaries, seed, limit, without, onSlice: (inputs) => (progress[1] = inputs) });
}

/** fast-check alone, on the code as it is. */
async function plain(load, seed) {
  const target = load()[property];
  const before = process.cpuUsage();
  let inputs = 0;
  const options = {
    seed,
    numRuns: limit.inputs,
    interruptAfterTimeLimit: limit.seconds * 1000,
    endOnFailure: true,
    maxSkipsPerRun: 1000,
  };
  const { run } = target;
  target.run = (...values) => ((progress[1] = inputs += 1), run.apply(target, values));
  const details = await fc.check(target, options);
  const { user, system } = process.cpuUsage(before);
  return { found: details.failed && !details.interrupted, inputs, cpuSeconds: (user + system) / 1e6 };
}

main().catch((error) => send({ error: String(error?.stack ?? error) }));
