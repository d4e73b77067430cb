'use strict';
// Measures what the fuzz loop costs per input, in one process and without Jest. Needs `npm run build`.
//
//   node bench/overhead.js [seconds per target, default 20] [target ...]
//   node --cpu-prof bench/overhead.js --loop ...    the guided loop alone, for a profile
//
// loop: executions per CPU second of the guided loop on the instrumented target; bare: of the plain target called in a
// loop on inputs sampled from that very run, in turns with it; check: of fast-check's own `check` on the plain target.
// A figure is the median over the rounds. `loop/bare` compares with a bare loop at Node's own limit of 10 stack frames,
// `no frames` with one at a limit of 0, as in the fuzz loop: the difference is what a throwing target gains by the limit.
// `probes`: the instrumented target called in a loop, against the plain one, both without frames.
const { spawnSync } = require('node:child_process');
const fs = require('node:fs');
const { createRequire } = require('node:module');
const path = require('node:path');
const vm = require('node:vm');
const fc = require('fast-check');

const built = path.resolve(__dirname, '..', process.env.FUZZ_RUNNER_DIST ?? 'dist');
const use = (name) => require(path.join(built, name));
const { ComparisonLog } = use('src/coverage/comparisons/comparisonLog');
const { CoverageMap } = use('src/coverage/coverageMap');
const { instrument } = use('src/coverage/instrument');
const { COVERAGE_GLOBAL } = use('src/coverage/source/names');
const { mergeDictionaries } = use('src/mutate/dictionary');
const { FlightRecorder } = use('runner/channel/flightRecorder');
const { StackTraces } = use('runner/worker/loop/stackTraces');
const { FUZZING_FRAMES } = use('runner/worker/loop/errorFrames');
const { TargetLoop } = use('runner/worker/loop/targetLoop');
const { threadClock } = use('runner/worker/loop/threadClock');

/** Packages measured, installed once into a folder that git ignores. */
const PACKAGES = ['js-yaml@5.5', 'qs@6.17', 'marked@12'];
const packagesFolder = path.join(__dirname, '..', 'tmp', 'bench-packages');

/** Name: the arbitrary, the module, and how it is called. What a target throws by design is caught, as a test would. */
const TARGETS = {
  nat: [fc.nat(), './targets/empty.js', (m) => m.parse],
  empty: [fc.string(), './targets/empty.js', (m) => m.parse],
  parser: [fc.string(), './probes/parser.js', (m) => caught(m.parse, 'SynErr')],
  'js-yaml': [fc.string(), 'js-yaml', (m) => caught(m.load, 'YAMLException')],
  qs: [fc.string(), 'qs', (m) => caught(m.parse)],
  // Its regular expressions take minutes for some longer texts, which a fuzz run reports as hangs.
  marked: [fc.string({ maxLength: 40 }), 'marked', (m) => caught(m.parse)],
};
const ROUNDS = 9;
const SAMPLE = 500;
/** Time of the loop in a round, in multiples of the time of each other measurement. */
const LOOP_SLICES = 8;
const NODE_FRAMES = 10;

const isLoopOnly = process.argv.includes('--loop');
const [secondsText, ...wanted] = process.argv.slice(2).filter((argument) => !argument.startsWith('--'));
const seconds = Number(secondsText ?? 20);
installPackages();
const results = {};
for (const name of wanted.length > 0 ? wanted : Object.keys(TARGETS)) {
  results[name] = measure(...TARGETS[name], seconds);
  const shown = Object.entries(results[name]).map(([key, value]) => `${key} ${show(key, value)}`);
  console.log(`${name.padEnd(8)} ${shown.join('  ')}`);
}

function measure(arbitrary, file, callOf, limitSeconds) {
  const log = new ComparisonLog();
  const coverage = new CoverageMap(log);
  const context = vm.createContext({ console, URL });
  const contextError = vm.runInContext('Error', context);
  context[Symbol.for(COVERAGE_GLOBAL)] = (key, edgeCount) => coverage.open(key, edgeCount);
  const dictionaries = [];
  const change = (code, name) => {
    const changed = instrument(code, { file: path.relative(process.cwd(), name) });
    if ('failed' in changed) throw new Error(changed.failed);
    coverage.register(changed);
    dictionaries.push(changed.dictionary);
    return changed.code;
  };
  const covered = callOf(load(file, context, change));
  const plain = callOf(load(file, context, (code) => code));

  const stackTraces = new StackTraces({ sourceMapOf: () => undefined, insertionsOf: () => undefined });
  const clock = threadClock();
  const tools = {
    recorder: new FlightRecorder(),
    coverage,
    comparisons: log,
    stackTraces,
    clock,
    origins: { rootDir: process.cwd() },
  };
  const found = { id: 'bench', inputTimeoutMs: 5000 };
  const loop = new TargetLoop(found, tools, 1);
  loop.useDictionary(mergeDictionaries(dictionaries));
  let sample = [];
  let every = 1;
  let count = 0;
  const property = fc.property(arbitrary, (value) => {
    count += 1;
    if (count % every === 0) sample.push(value);
    return covered(value);
  });
  const plainProperty = fc.property(arbitrary, plain);
  loop.bind(property, 5000, String);

  const setFrames = (limit) => (Error.stackTraceLimit = contextError.stackTraceLimit = limit);
  // The loop gets the most time: at first it is busy with new behaviors.
  const slice = (limitSeconds * 1000) / ROUNDS / (isLoopOnly ? LOOP_SLICES : LOOP_SLICES + 4);
  const rows = [];
  for (let round = 0; round < ROUNDS; round += 1) {
    const before = loop.inputs;
    // A look at the CPU clock costs as much as several inputs.
    const pass = Math.max(400, Math.floor(((rows.at(-1)?.fuzzing ?? 0) * slice) / 1000 / 10));
    stackTraces.install();
    setFrames(FUZZING_FRAMES);
    loop.startSlice();
    const fuzzing = rate(LOOP_SLICES * slice, () => {
      const from = loop.inputs;
      loop.pump({ until: Infinity, inputs: from - before + pass, isAbandoned: () => false, keepFrames: setFrames });
      for (const failure of loop.fuzzer.failures.all()) failure.isConfirmed = true;
      return loop.inputs - from;
    });
    every = Math.max(1, Math.floor(((loop.inputs - before) * 1) / SAMPLE));
    if (isLoopOnly) {
      rows.push({ fuzzing });
      continue;
    }
    Error.prepareStackTrace = undefined;
    setFrames(0);
    const inputs = sample.slice(-SAMPLE);
    sample = [];
    const bareWithoutFrames = rate(slice, () => callAll(plain, inputs));
    const instrumented = rate(slice, () => callAll(covered, inputs));
    setFrames(NODE_FRAMES);
    const bare = rate(slice, () => callAll(plain, inputs));
    const check = rate(slice, () => (fc.check(plainProperty, { numRuns: 1000 }), 1000));
    rows.push({ fuzzing, bare, bareWithoutFrames, instrumented, check });
  }
  if (process.argv.includes('--rounds')) console.table(rows);
  // In the first rounds Node compiles the code.
  const of = (figure) => median(rows.slice(3).map(figure));
  const loopOnly = { loop: of((row) => row.fuzzing) };
  if (isLoopOnly) return loopOnly;
  return {
    ...loopOnly,
    bare: of((row) => row.bare),
    check: of((row) => row.check),
    'loop/check': of((row) => row.fuzzing / row.check),
    'loop/bare': of((row) => row.fuzzing / row.bare),
    probes: of((row) => row.instrumented / row.bareWithoutFrames),
    'no frames': of((row) => row.fuzzing / row.bareWithoutFrames),
  };
}

function callAll(call, inputs) {
  for (const input of inputs) call(input);
  return inputs.length;
}

/** Executions per CPU second; `pass` returns how many it made. */
function rate(ms, pass) {
  const before = process.cpuUsage();
  let executions = 0;
  for (;;) {
    executions += pass();
    const { user, system } = process.cpuUsage(before);
    if (user + system >= ms * 1000) return (executions / (user + system)) * 1e6;
  }
}

/** Calls with a text; the result does not count, nor does an error of this name. */
function caught(call, errorName) {
  return (text) => {
    try {
      call(text);
    } catch (error) {
      if (error.name !== errorName) throw error;
    }
  };
}

function median(values) {
  return values.toSorted((one, other) => one - other)[values.length >> 1];
}

function show(key, value) {
  return value < 100 ? value.toFixed(2) : Math.round(value).toLocaleString('en').padStart(9);
}

function installPackages() {
  if (PACKAGES.every((name) => fs.existsSync(path.join(packagesFolder, 'node_modules', name.split('@')[0])))) return;
  fs.mkdirSync(packagesFolder, { recursive: true });
  fs.writeFileSync(path.join(packagesFolder, 'package.json'), '{"private":true}');
  const flags = ['--no-audit', '--no-fund', '--ignore-scripts', '--no-package-lock'];
  const { status } = spawnSync('npm', ['install', ...flags, ...PACKAGES], { cwd: packagesFolder, stdio: 'ignore' });
  if (status !== 0) throw new Error(`npm could not install ${PACKAGES.join(', ')} into ${packagesFolder}.`);
}

/** Loads a module and its own files into the context, their code changed; its dependencies as Node loads them. */
function load(name, context, change) {
  const registry = new Map();
  const loadFile = (file) => {
    if (registry.has(file)) return registry.get(file).exports;
    const module = { exports: {} };
    registry.set(file, module);
    const requireAsNode = createRequire(file);
    const requireIt = (wanted) =>
      wanted.startsWith('.') ? loadFile(requireAsNode.resolve(wanted)) : requireAsNode(wanted);
    const code = fs.readFileSync(file, 'utf8');
    if (file.endsWith('.json')) return (module.exports = JSON.parse(code));
    const parameters = ['module', 'exports', 'require', '__filename', '__dirname'];
    const compiled = vm.compileFunction(change(code, file), parameters, { parsingContext: context, filename: file });
    compiled.call(module.exports, module, module.exports, requireIt, file, path.dirname(file));
    return module.exports;
  };
  return loadFile(createRequire(name.startsWith('.') ? __filename : path.join(packagesFolder, 'x.js')).resolve(name));
}
