/*
 * Two fuzzers of one Redis server, and what may happen to the server: they go on, say it once, lose nothing that they
 * were told is written, and their counts agree in the end.
 */
import { afterEach, expect, jest, test } from '@jest/globals';
import type { ChildProcess } from 'node:child_process';
import * as fs from 'node:fs';
import * as path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { loadState } from '../../../src/database/live/campaignState';
import { openDatabase } from '../../../src/database/open';
import { Records } from '../../../src/database/records/records';
import type { JsonReport } from '../../../src/protocol/report';
import { startRedis, type TestRedis } from '../../contract/redisServer';
import { proxyOf, type TestProxy } from '../../contract/tcpProxy';
import { finished, makeProjects, type Finished, type Project } from './project';
import { lostWritesOf, notingWrites } from './notedWrites';

jest.setTimeout(180_000);

const makeProject = makeProjects();
const running = new Set<ChildProcess>();
const ends: (() => Promise<void> | void)[] = [];

afterEach(async () => {
  for (const child of running) child.kill('SIGKILL');
  running.clear();
  for (const end of ends.splice(0).reverse()) await end();
});

/** Steps to be found one after the other: for minutes there is always a new entry for the corpus. */
const LONG = 400;
const CHAIN = `const fc = require('fast-check');
const fs = require('node:fs');
const wait = new Int32Array(new SharedArrayBuffer(4));
const is = (numbers, at) => Math.imul((numbers[at] ?? 0) ^ (at * 40503), 0x9e3779b1) >>> 28 === 0;
let inputs = 0;
test('chain', () => {
  fc.assert(fc.property(fc.array(fc.nat(255), { minLength: ${LONG}, maxLength: ${LONG} }), (numbers) => {
    Atomics.wait(wait, 0, 0, 1);
    inputs += 1;
    if (inputs % 50 === 0) fs.appendFileSync('inputs', '.');
    ${Array.from({ length: LONG }, (_, at) => `if (!is(numbers, ${at})) return;`).join('\n    ')}
  }));
});
`;

/** Fails in three ways, each once there is a file of that name in the folder and not before. */
function failing(name: string): string {
  return `const fc = require('fast-check');
const fs = require('node:fs');
const wait = new Int32Array(new SharedArrayBuffer(4));
test('${name}', () => {
  fc.assert(fc.property(fc.array(fc.nat(2), { minLength: 1 }), (numbers) => {
    Atomics.wait(wait, 0, 0, 1);
    if (numbers[0] === 0 && fs.existsSync('before')) throw new Error('${name} before');
    if (numbers[0] === 1 && fs.existsSync('during')) throw new Error('${name} during');
    if (numbers[0] === 2 && fs.existsSync('after')) throw new Error('${name} after');
  }));
});
`;
}

interface Fuzzer {
  readonly name: string;
  readonly project: Project;
  readonly child: ChildProcess;
  readonly result: Promise<Finished>;
  /** What it has printed so far. */
  readonly output: () => string;
}

function fuzz(name: string, url: string): Fuzzer {
  const project = makeProject({ 'chain.test.js': CHAIN, [`${name}.test.js`]: failing(name) });
  const child = project.start([], {
    FUZZ_DATABASE: url,
    FUZZ_FOR: '170s',
    FUZZ_WORKERS: '2',
    FUZZ_REPORT: 'report.json',
    ...notingWrites(project),
  });
  running.add(child);
  let output = '';
  child.stderr!.on('data', (chunk: Buffer) => (output += chunk.toString()));
  return { name, project, child, result: finished(child), output: () => output };
}

async function until(
  what: string,
  isSo: () => boolean | Promise<boolean>,
  now: () => unknown = () => '',
): Promise<void> {
  const end = Date.now() + 60_000;
  while (!(await isSo())) {
    if (Date.now() > end) throw new Error(`Not seen for a minute: ${what} ${JSON.stringify(await now())}`);
    await sleep(50);
  }
}

/** Inputs of the long property, told by itself. */
function inputsOf({ project }: Fuzzer): number {
  const file = path.join(project.folder, 'inputs');
  return fs.existsSync(file) ? 50 * fs.statSync(file).size : 0;
}

/** What it said of the server. */
function saidBy({ output }: Fuzzer): string[] {
  return output()
    .split('\n')
    .filter((line) => /^fuzz-runner: .*Redis server/.test(line));
}

interface Trouble {
  readonly name: string;
  readonly seconds: number;
  readonly begin: (redis: TestRedis, proxy: TestProxy) => Promise<void> | void;
  readonly end: (redis: TestRedis, proxy: TestProxy) => Promise<void> | void;
  /** The lines of each fuzzer. */
  readonly said: readonly RegExp[];
}

/** Parts of an outage, in each of which every fuzzer must run inputs. */
const PARTS = 3;

const WAITS = 'Writes wait on this machine until';

const TROUBLES: readonly Trouble[] = [
  {
    name: 'frozen for 30 seconds',
    seconds: 30,
    begin: (redis) => redis.signal('SIGSTOP'),
    end: (redis) => redis.signal('SIGCONT'),
    said: [/is frozen or overloaded \(no answer for 10 s\)\. Writes/, /is back\. \d+ writes that waited are saved\.$/],
  },
  {
    name: 'restarted',
    seconds: 5,
    begin: (redis) => redis.kill(),
    end: (redis) => redis.start(),
    said: [
      /(?:was cut|cannot be reached \(ECONNREFUSED\))\. Writes/,
      /is back after a restart\. \d+ writes? that waited/,
    ],
  },
  {
    name: 'its connections cut again and again',
    seconds: 5,
    async begin(_redis, proxy) {
      proxy.refuse(true);
    },
    end: (_redis, proxy) => proxy.refuse(false),
    said: [/was cut\. Writes/, /is back\. \d+ writes? that waited/],
  },
  {
    name: 'out of memory',
    seconds: 5,
    begin: async (redis) => void (await redis.ask('CONFIG', 'SET', 'maxmemory', '1')),
    end: async (redis) => void (await redis.ask('CONFIG', 'SET', 'maxmemory', '0')),
    said: [
      /has reached its memory limit \(maxmemory\) and refuses writes\. Writes/,
      /is back\. \d+ writes? that waited/,
    ],
  },
  {
    name: 'given another password',
    seconds: 5,
    async begin(redis, proxy) {
      await redis.ask('CONFIG', 'SET', 'requirepass', 'new');
      proxy.cut();
    },
    end: async (redis) => void (await redis.askAs('new', 'CONFIG', 'SET', 'requirepass', '')),
    said: [/was cut\. Writes/, /wants a password\. Writes/, /is back\. \d+ writes? that waited/],
  },
];

test.each(TROUBLES)('two fuzzers, and a Redis server that is $name', async ({ begin, end, seconds, said }) => {
  const redis = await startRedis('--appendonly', 'yes', '--appendfsync', 'always');
  ends.push(() => redis.stop());
  const proxy = await proxyOf(redis.port);
  ends.push(() => proxy.close());
  const fuzzers = ['one', 'two'].map((name) => fuzz(name, `redis://127.0.0.1:${proxy.port}/0`));
  const records = new Records(await openDatabase(redis.url(), { rootDir: makeProject({}).folder, readOnly: true }));
  ends.push(() => records.close());
  const found = async (): Promise<string[]> => (await records.failures.list()).map(({ message }) => message).sort();
  const fail = (when: string): void => {
    for (const { project } of fuzzers) project.write({ [when]: '' });
  };
  await until('two fuzzers', async () => {
    return (await records.runs.list()).filter(({ state }) => state === 'fuzzing').length === 2;
  });
  fail('before');
  await until('failures before', async () => (await found()).length === 2);

  await begin(redis, proxy);
  fail('during');
  // Workers go on in each part of the outage, and what they find is reported, though the server is away.
  for (let part = 0; part < PARTS; part += 1) {
    const before = fuzzers.map(inputsOf);
    await sleep((seconds * 1000) / PARTS);
    for (const [at, fuzzer] of fuzzers.entries()) expect(inputsOf(fuzzer)).toBeGreaterThan(before[at]!);
  }
  for (const { name, output } of fuzzers) await until('it is told', () => output().includes(`${name} during`));
  await end(redis, proxy);
  for (const fuzzer of fuzzers) await until('it is back', () => saidBy(fuzzer).length >= said.length);
  fail('after');
  const wanted = ['one', 'two'].flatMap((name) => [`${name} after`, `${name} before`, `${name} during`]);
  // Also what was found meanwhile, without waiting for the end of the run.
  await until(
    'all failures',
    async () => (await found()).length === wanted.length,
    async () => [await found(), ...fuzzers.map(({ output }) => output())],
  );
  expect(await found()).toEqual(wanted);

  const reports: JsonReport[] = [];
  for (const { child, project, result } of fuzzers) {
    child.kill('SIGINT');
    const { code } = await result;
    expect(code).toBe(1);
    reports.push(JSON.parse(project.read('report.json')) as JsonReport);
  }
  for (const fuzzer of fuzzers) {
    const lines = saidBy(fuzzer).filter((line) => !line.includes('keeps nothing'));
    expect(lines).toEqual(said.map((pattern) => expect.stringMatching(pattern)));
    for (const line of lines.slice(0, -1)) expect(line).toContain(WAITS);
  }
  const { count, lost } = await lostWritesOf(
    fuzzers.map(({ project }) => project),
    redis.url(),
  );
  expect(lost).toEqual([]);
  expect(count).toBeGreaterThan(50);
  // The counts agree: of each run, of both together as the last one saw them, and as a dashboard shows them.
  const runs = new Map((await records.runs.list()).map((run) => [run.runId, run]));
  const inputs = reports.map(({ totals }) => totals.inputs);
  expect(reports.map(({ runId }) => runs.get(runId)!.totals.inputs)).toEqual(inputs);
  const sum = inputs[0]! + inputs[1]!;
  expect(reports[1]!.fleet).toMatchObject({ fuzzers: 2, inputs: sum });
  const { run, targets } = await loadState(records);
  expect(run!.totals).toMatchObject({ inputs: sum, targets: 3, failures: wanted.length });
  expect([...targets.values()].reduce((total, target) => total + target.inputs, 0)).toBe(sum);
});

test('two fuzzers with a password that is wrong: one message each, and they fuzz without a database', async () => {
  const redis = await startRedis('--requirepass', 'secret');
  ends.push(() => redis.stop());
  const fuzzers = ['one', 'two'].map((name) => fuzz(name, `redis://:wrong@127.0.0.1:${redis.port}/0`));
  for (const { project } of fuzzers) project.write({ before: '' });
  for (const { name, output } of fuzzers) await until('it is told', () => output().includes(`${name} before`));
  for (const fuzzer of fuzzers) {
    fuzzer.child.kill('SIGINT');
    expect((await fuzzer.result).code).toBe(1);
    expect(saidBy(fuzzer)).toEqual([
      expect.stringMatching(/^(?!.*wrong).*does not accept the password\. Correct the user and password in the URL/),
    ]);
    expect(saidBy(fuzzer)[0]).toContain('This run goes on without a database: nothing it finds is kept.');
  }
  expect(await redis.askAs('secret', 'DBSIZE')).toBe(':0');
});
