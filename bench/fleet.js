'use strict';
/*
 * Measures whether three fuzzers that share a Redis server find as much as one fuzzer in the same processor time. Both sides
 * get the same number of CPU seconds in all, with the start and the main threads (read from /proc: Linux only). Printed
 * is what the database holds at the end, and how much each distinct failure cost. The test takes one fuzzer minutes: it
 * parses strings with acorn, and each kind of syntax in a text is a failure. Both sides run at the same time, each on a
 * core of its own (`taskset`), so that a second means the same for both: two busy cores are slower than one.
 *
 * `npm run bench:fleet [-- CPU seconds [seeds [first seed]]]`; build first. Needs two cores, and `redis-server`, which it
 * starts on 127.0.0.1 and stops.
 */
const { spawn } = require('node:child_process');
const { once } = require('node:events');
const fs = require('node:fs');
const os = require('node:os');
const path = require('node:path');
const { setTimeout: sleep } = require('node:timers/promises');
const { freePort } = require('./freePort');

const dist = process.env.FUZZ_RUNNER_DIST ?? path.join(__dirname, '..', 'dist');
const { loadState, openDatabase, Records } = require(path.join(dist, 'src/database'));
const CPU_SECONDS = Number(process.argv[2] ?? 90);
const SEEDS = Number(process.argv[3] ?? 2);
const FIRST_SEED = Number(process.argv[4] ?? 1);
const FUZZERS = 3;
const LOOK_MS = 250;
/** Fuzzers that share a core take turns of this length. At the same time, each would slow the others down by a third. */
const TURN_MS = 2000;
/** The unit of times in /proc. */
const TICKS_PER_SECOND = 100;

/** Kinds of syntax that the parser finds in a text. Each is a failure of its own. */
const KINDS = (
  'ArrayExpression ArrayPattern ArrowFunctionExpression AssignmentPattern AwaitExpression BlockStatement ' +
  'BreakStatement CatchClause ClassDeclaration ConditionalExpression ContinueStatement DebuggerStatement ' +
  'DoWhileStatement ForInStatement ForOfStatement ForStatement FunctionDeclaration IfStatement ' +
  'LabeledStatement LogicalExpression MemberExpression MetaProperty NewExpression ObjectExpression ' +
  'ObjectPattern RestElement ReturnStatement SequenceExpression SpreadElement StaticBlock SwitchCase ' +
  'TaggedTemplateExpression TemplateLiteral ThrowStatement TryStatement UpdateExpression WhileStatement ' +
  'WithStatement YieldExpression'
).split(' ');

const FILES = {
  'package.json': '{ "name": "fleet", "private": true }',
  // As for an installed package in node_modules, Jest must not transform the build.
  'jest.config.js': `module.exports = { transformIgnorePatterns: ['/node_modules/', ${JSON.stringify(dist)}] };\n`,
  'fleet.test.js': `const fc = require('fast-check');
const acorn = require('acorn');
const ecmaVersion = 2022;
const kinds = (text) => {
  const found = new Set();
  let tree;
  try { tree = acorn.parse(text, { ecmaVersion }); } catch { return found; }
  const walk = (node) => {
    if (node === null || typeof node !== 'object') return;
    if (typeof node.type === 'string') found.add(node.type);
    for (const value of Object.values(node)) walk(value);
  };
  walk(tree);
  return found;
};
test('syntax', () => {
  fc.assert(fc.property(fc.string({ maxLength: 60 }), (text) => {
    const found = kinds(text);
${KINDS.map((kind) => `    if (found.has('${kind}')) throw new Error('${kind}');`).join('\n')}
  }));
});
`,
};

void main();

async function main() {
  const shares = [1 / 8, 1 / 4, 1 / 2, 1];
  const columns = shares.map((share) => `failures / behaviors at ${Math.round(CPU_SECONDS * share)} s`);
  const head = [
    'seed',
    'fuzzers',
    'CPU seconds',
    'wall seconds',
    'inputs',
    ...columns,
    'CPU seconds to each 5th failure',
  ];
  process.stdout.write(`| ${head.join(' | ')} |\n|${head.map(() => ' --- |').join('')}\n`);
  for (let seed = FIRST_SEED; seed < FIRST_SEED + SEEDS; seed += 1) {
    const counts = [1, FUZZERS];
    const campaigns = await Promise.all(counts.map((count, core) => campaign(count, seed, core)));
    for (const [index, looks] of campaigns.entries()) {
      const last = looks.at(-1);
      const cells = shares.map((share) => {
        const look = looks.findLast(({ cpu }) => cpu <= CPU_SECONDS * share) ?? looks[0];
        return `${look.failures} / ${look.behaviors}`;
      });
      const each = [];
      for (let wanted = 5; wanted <= last.failures; wanted += 5) {
        each.push(looks.find(({ failures }) => failures >= wanted).cpu.toFixed(0));
      }
      const figures = [last.cpu.toFixed(0), last.wall.toFixed(0), last.inputs];
      process.stdout.write(`| ${[seed, counts[index], ...figures, ...cells, each.join(', ')].join(' | ')} |\n`);
    }
  }
}

/** Runs one side. Returns how much had been found at each look. */
async function campaign(count, seed, core) {
  const directory = fs.mkdtempSync(path.join(os.tmpdir(), 'fuzz-runner-fleet-'));
  const port = await freePort();
  const settings = ['--port', port, '--bind', '127.0.0.1', '--dir', directory, '--save', ''];
  const server = spawn('redis-server', settings.map(String), { stdio: 'ignore' });
  const fuzzers = [];
  const startedAt = performance.now();
  try {
    const url = `redis://127.0.0.1:${port}/0`;
    for (let index = 0; index < count; index += 1) {
      fuzzers.push(fuzz(path.join(directory, `copy-${index}`), url, seed * 100 + index, core));
    }
    const records = new Records(await openDatabase(url, { rootDir: directory }));
    const looks = [];
    for (let cpu = 0, look = 0; cpu < CPU_SECONDS; look += 1) {
      const turn = Math.floor((look * LOOK_MS) / TURN_MS) % count;
      for (const [index, child] of fuzzers.entries()) child.kill(index === turn ? 'SIGCONT' : 'SIGSTOP');
      await sleep(LOOK_MS);
      cpu = fuzzers.reduce((sum, child) => sum + cpuSecondsOf(child.pid), 0);
      const { run, failures } = await loadState(records);
      looks.push({
        cpu,
        wall: (performance.now() - startedAt) / 1000,
        inputs: run?.totals.inputs ?? 0,
        behaviors: run?.totals.behaviors ?? 0,
        failures: failures.size,
      });
    }
    await records.close();
    return looks;
  } finally {
    // Killed, so that the end of a run adds nothing to what was found until here.
    for (const child of [...fuzzers, server]) {
      const ended = once(child, 'exit');
      child.kill('SIGKILL');
      await ended;
    }
    fs.rmSync(directory, { recursive: true, force: true });
  }
}

/** User and system time of all threads of a process. */
function cpuSecondsOf(pid) {
  const text = fs.readFileSync(`/proc/${pid}/stat`, 'utf8');
  // Fields 14 and 15 of proc(5), counted after the name, which may contain spaces.
  const fields = text.slice(text.lastIndexOf(')') + 2).split(' ');
  return (Number(fields[11]) + Number(fields[12])) / TICKS_PER_SECOND;
}

function fuzz(folder, url, seed, core) {
  fs.mkdirSync(folder);
  fs.symlinkSync(path.join(__dirname, '..', 'node_modules'), path.join(folder, 'node_modules'));
  for (const [name, text] of Object.entries(FILES)) fs.writeFileSync(path.join(folder, name), text);
  const { NODE_OPTIONS: _options, ...inherited } = process.env;
  const env = {
    ...inherited,
    FUZZ_DATABASE: url,
    FUZZ_DASHBOARD: '0',
    FUZZ_FOR: '24h',
    FUZZ_WORKERS: '1',
    FUZZ_SEED: String(seed),
  };
  const words = [
    '-c',
    String(core),
    process.execPath,
    require.resolve('jest/bin/jest'),
    `--runner=${path.join(dist, 'runner', 'index.js')}`,
  ];
  return spawn('taskset', words, { cwd: folder, env, stdio: 'ignore' });
}
