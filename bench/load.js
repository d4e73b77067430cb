'use strict';
/*
 * Measures what many fuzzers cost one Redis server: operations and bytes per fuzzer and second, and the processor time of the
 * server. The workers are simulated: they write and read all that a fuzzer does, with its real store, fleet, leases and
 * live sharing and two connections each, but they do not fuzz. `npm run bench:load [-- workers [seconds [processes]]]`;
 * build first. Needs `redis-server`, which it starts on 127.0.0.1 and stops. Prints a table for docs/fleets.md.
 */
const { fork, spawn } = require('node:child_process');
const fs = require('node:fs');
const net = require('node:net');
const os = require('node:os');
const path = require('node:path');
const { once } = require('node:events');
const { setTimeout: sleep } = require('node:timers/promises');
const { freePort } = require('./freePort');

const dist = process.env.FUZZ_RUNNER_DIST ?? path.join(__dirname, '..', 'dist');
const WORKERS = Number(process.argv[2] ?? 1000);
const SECONDS = Number(process.argv[3] ?? 30);
const PROCESSES = Number(process.argv[4] ?? 4);
const TARGETS = 20;
/** What each worker finds after the first minutes of a run. */
const ENTRIES_PER_SECOND = Number(process.env.ENTRIES ?? 1 / 60);
const FAILURES_PER_SECOND = Number(process.env.FAILURES ?? 1 / 3600);
const WARM_UP_SECONDS = 20;
/** Workers that start in a second, of all processes. */
const STARTS_PER_SECOND = 40;

void main();

async function main() {
  const directory = fs.mkdtempSync(path.join(os.tmpdir(), 'fuzz-runner-load-'));
  const port = await freePort();
  const settings = ['--port', port, '--bind', '127.0.0.1', '--dir', directory, '--save', '', '--appendonly', 'yes'];
  const server = spawn('redis-server', settings.map(String), { stdio: 'ignore' });
  const children = [];
  try {
    await until(async () => (await info(port, 'server').catch(() => null)) !== null);
    for (let index = 0; index < PROCESSES; index += 1) {
      const share = Math.ceil(WORKERS / PROCESSES);
      const setup = {
        dist,
        url: `redis://127.0.0.1:${port}/0?prefix=load&timeout=60s`,
        from: index * share,
        count: Math.min(share, WORKERS - index * share),
        targets: TARGETS,
        entriesPerSecond: ENTRIES_PER_SECOND,
        failuresPerSecond: FAILURES_PER_SECOND,
        perSecond: STARTS_PER_SECOND / PROCESSES,
      };
      children.push(fork(path.join(__dirname, 'load', 'workers.js'), [JSON.stringify(setup)]));
    }
    await until(async () => {
      const { started } = await figures(children);
      process.stderr.write(`\r${started} of ${WORKERS} workers `);
      return started === WORKERS;
    }, 600);
    // The first minutes, in which all workers find the same things, are not measured.
    await sleep(WARM_UP_SECONDS * 1000);
    const before = { at: performance.now(), ...(await snapshot(port)), ...(await figures(children)) };
    await sleep(SECONDS * 1000);
    const after = { at: performance.now(), ...(await snapshot(port)), ...(await figures(children)) };
    report(before, after);
  } finally {
    for (const child of children) child.send('end', () => {});
    server.kill('SIGKILL');
    await Promise.all(
      [server, ...children].map((child) =>
        child.exitCode === null && child.signalCode === null ? once(child, 'exit') : null,
      ),
    );
    fs.rmSync(directory, { recursive: true, force: true });
  }
}

function report(before, after) {
  const seconds = (after.at - before.at) / 1000;
  const each = (name) => (after[name] - before[name]) / seconds / WORKERS;
  const rows = [
    ['writes (scripts)', `${each('writes').toFixed(2)}/s`],
    ['reads (GET, MGET, ZRANGEBYLEX)', `${each('reads').toFixed(2)}/s`],
    ['commands in all, those in scripts too', `${each('commands').toFixed(1)}/s`],
    ['bytes to the server', `${(each('input') / 1000).toFixed(2)} kB/s`],
    ['bytes from the server', `${(each('output') / 1000).toFixed(2)} kB/s`],
    ['corpus entries of others, taken in', `${each('entries').toFixed(2)}/s`],
  ];
  process.stdout.write(`\n| For each of ${WORKERS} workers | |\n| --- | --- |\n`);
  for (const [what, value] of rows) process.stdout.write(`| ${what} | ${value} |\n`);
  const cpu = (after.cpu - before.cpu) / seconds;
  const all = [
    [
      'processor of the server',
      `${(cpu * 100).toFixed(0)} % of a core, ${((cpu / WORKERS) * 1e6).toFixed(0)} µs for each worker and second`,
    ],
    ['connections', after.connections],
    [
      'memory of the server',
      `${(after.memory / 1e6).toFixed(0)} MB, ${(after.memory / WORKERS / 1000).toFixed(0)} kB for each worker`,
    ],
    ['measured for', `${seconds.toFixed(0)} s`],
  ];
  for (const [what, value] of all) process.stdout.write(`| ${what} | ${value} |\n`);
}

/** What the workers have counted. */
async function figures(children) {
  const answers = await Promise.all(
    children.map((child) => {
      const answer = once(child, 'message');
      child.send('figures');
      return answer;
    }),
  );
  const total = { started: 0, entries: 0, failures: 0 };
  for (const [{ seen, started }] of answers) {
    total.started += started;
    total.entries += seen.entries;
    total.failures += seen.failures;
  }
  return total;
}

async function snapshot(port) {
  const text = await info(port, 'everything');
  const number = (name) => Number(new RegExp(`^${name}:([\\d.]+)`, 'm').exec(text)?.[1] ?? 0);
  const calls = (name) => Number(new RegExp(`^cmdstat_${name}:calls=(\\d+)`, 'm').exec(text)?.[1] ?? 0);
  return {
    writes: calls('evalsha') + calls('eval'),
    reads: calls('get') + calls('mget') + calls('zrangebylex'),
    commands: number('total_commands_processed'),
    input: number('total_net_input_bytes'),
    output: number('total_net_output_bytes'),
    cpu: number('used_cpu_sys') + number('used_cpu_user'),
    connections: number('connected_clients'),
    memory: number('used_memory'),
  };
}

/** Text of the server's command INFO. */
async function info(port, section) {
  const socket = net.connect(port, '127.0.0.1');
  try {
    await once(socket, 'connect');
    socket.write(`INFO ${section}\r\n`);
    let text = '';
    for await (const chunk of socket) {
      text += chunk;
      const [head] = text.split('\r\n', 1);
      if (!head.startsWith('$')) throw new Error(head);
      if (text.length >= head.length + 2 + Number(head.slice(1))) return text;
    }
    return text;
  } finally {
    socket.destroy();
  }
}

async function until(isSo, seconds = 10) {
  const end = performance.now() + seconds * 1000;
  while (!(await isSo())) {
    if (performance.now() > end) throw new Error('It takes too long.');
    await sleep(200);
  }
}
