import { afterEach, beforeEach, expect, jest, test } from '@jest/globals';
import type { ChildProcess } from 'node:child_process';
import { createHash } from 'node:crypto';
import * as fs from 'node:fs';
import * as path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { openDatabase } from '../../../src/database/open';
import { Records } from '../../../src/database/records/records';
import type { FailureSnapshot } from '../../../src/protocol/failure';
import type { FuzzerSnapshot } from '../../../src/protocol/run';
import type { Snapshot } from '../../../src/protocol/sockets';
import { emptyState, applyEvent, type CampaignState } from '../../../src/protocol/state';
import { startRedis, type TestRedis } from '../../contract/redisServer';
import { lostWritesOf, notingWrites } from './notedWrites';
import { finished, makeProjects, type Project } from './project';

jest.setTimeout(300_000);

/** Nobody comes to it by chance: who takes this branch was told the number. */
const SECRET = 987654321;

const FILES = {
  ...Object.fromEntries(
    ['one', 'two', 'three'].map((name) => [
      `${name}.test.js`,
      `const fc = require('fast-check');
test('${name}', () => {
  fc.assert(fc.property(fc.string(), (s) => { if (s.includes('${name}')) throw new Error('${name} is wrong'); }), { numRuns: 3 });
});
`,
    ]),
  ),
  'gate.test.js': `const fc = require('fast-check');
const { createHash } = require('node:crypto');
const fs = require('node:fs');
test('gate', () => {
  fc.assert(
    fc.property(fc.integer(), (n) => {
      const hash = createHash('sha1').update(String(n)).digest('hex');
      if (hash === '${createHash('sha1').update(String(SECRET)).digest('hex')}') fs.writeFileSync('reached', '');
    }),
    { examples: process.env.HINT ? [[Number(process.env.HINT)]] : [] },
  );
});
`,
  'wrong.test.js': `const fc = require('fast-check');
test('wrong', () => {
  fc.assert(fc.property(fc.integer(), (n) => process.env.HINT === undefined || n !== 123456), { numRuns: 3 });
});
`,
};

const makeProject = makeProjects();
const running = new Set<ChildProcess>();
let redis: TestRedis;
/** Of all processes of a test. */
let url: string;
let records: Records;

beforeEach(async () => {
  redis = await startRedis('--appendonly', 'yes');
  url = redis.url();
  records = await observe();
});

async function observe(): Promise<Records> {
  return new Records(await openDatabase(url, { rootDir: makeProject({}).folder, readOnly: true }));
}

async function useDatabase(other: string): Promise<void> {
  await records.close();
  url = other;
  // What is only read must be there.
  await (await openDatabase(url, { rootDir: makeProject({}).folder })).close();
  records = await observe();
}

afterEach(async () => {
  for (const child of running) await end(child, 'SIGKILL');
  await records.close();
  await redis.stop();
});

function fuzz(project: Project, files: string, env: Readonly<Record<string, string>> = {}): ChildProcess {
  const child = project.start([files], {
    FUZZ_DATABASE: url,
    FUZZ_FOR: '280s',
    FUZZ_WORKERS: '1',
    ...env,
  });
  running.add(child);
  return child;
}

async function end(child: ChildProcess, signal: NodeJS.Signals): Promise<void> {
  running.delete(child);
  if (child.exitCode !== null || child.signalCode !== null) return;
  const ended = new Promise((resolve) => child.once('close', resolve));
  child.kill(signal);
  await ended;
}

interface Dashboard {
  /** Its address, with the token. */
  readonly address: string;
  /** What its page would show. */
  readonly look: () => Promise<CampaignState>;
}

/** `fuzz-runner dashboard`. */
async function dashboard(): Promise<Dashboard> {
  const child = makeProject({}).startCommand(['dashboard', '--database', url, '--port', '0']);
  running.add(child);
  const page = await new Promise<URL>((resolve, reject) => {
    let text = '';
    child.stderr!.on('data', (chunk: Buffer) => {
      text += chunk.toString();
      const [printed] = /http:\S+/.exec(text) ?? [];
      if (printed !== undefined) resolve(new URL(printed));
    });
    child.once('close', () => reject(new Error(`The dashboard ended: ${text}`)));
  });
  const headers = { Authorization: `Bearer ${page.searchParams.get('token')}` };
  return {
    address: page.href,
    look: async () => {
      const response = await fetch(new URL('/api/snapshot', page), { headers });
      const snapshot = (await response.json()) as Snapshot;
      const state = emptyState();
      for (const event of snapshot.events) applyEvent(state, event);
      return state;
    },
  };
}

async function until<T>(what: string, look: () => Promise<T | undefined | false>): Promise<T> {
  const until_ = Date.now() + 120_000;
  for (;;) {
    const seen = await look();
    if (seen !== undefined && seen !== false) return seen;
    if (Date.now() > until_) throw new Error(`Not seen for two minutes: ${what}`);
    await sleep(50);
  }
}

test('what any of three fuzzers finds is shown at once and replayed by a developer; killing them loses nothing', async () => {
  const names = ['one', 'two', 'three'];
  const [first, second] = [await dashboard(), await dashboard()];
  expect((await first.look()).fuzzers.size).toBe(0);
  const projects = names.map(() => makeProject(FILES));
  const fuzzers = projects.map((project, at) => fuzz(project, `${names[at]}|gate`, notingWrites(project)));
  /** Signs of life of all fuzzers that the test had seen when a failure was recorded, and when it was shown. */
  const recordedAt = new Map<string, number>();
  const shownAt = new Map<string, number>();
  const signs = new Set<string>();
  await until('three failures', async () => {
    for (const { runId, updatedAt } of await records.runs.list()) signs.add(`${runId} ${updatedAt}`);
    for (const { id } of await records.failures.list()) if (!recordedAt.has(id)) recordedAt.set(id, signs.size);
    for (const id of (await first.look()).failures.keys()) if (!shownAt.has(id)) shownAt.set(id, signs.size);
    return shownAt.size === 3;
  });
  const delays = [...recordedAt].map(([id, at]) => shownAt.get(id)! - at);
  // Shown before each fuzzer has given one more sign of life. The test may look late once, so the median counts.
  expect(delays.sort((a, b) => a - b)[1]).toBeLessThan(names.length);
  const messages = (failures: Iterable<FailureSnapshot>): string[] =>
    [...failures].map(({ message }) => message).sort();
  // Each dashboard looks by itself.
  const others = await until('them on the other', async () => {
    const { failures } = await second.look();
    return failures.size === 3 && messages(failures.values());
  });
  expect(others).toEqual(['one is wrong', 'three is wrong', 'two is wrong']);

  // All of them are listed with who they are, and the totals are of all.
  const state = await until('three fuzzers', async () => {
    const seen = await second.look();
    return seen.run?.fleet?.alive === 3 && seen.targets.size === 4 && seen;
  });
  const list: FuzzerSnapshot[] = [...state.fuzzers.values()];
  expect(list.map(({ presence }) => presence)).toEqual(['alive', 'alive', 'alive']);
  expect(new Set(list.map(({ run }) => run.pid))).toEqual(new Set(fuzzers.map(({ pid }) => pid)));
  expect(new Set(list.map(({ run }) => run.campaign)).size).toBe(1);
  const inputs = list.reduce((sum, { run }) => sum + run.totals.inputs, 0);
  expect(state.run?.totals).toMatchObject({ targets: 4, inputs });

  // One after the other is killed: what each was told is written is there, and everybody can see that it is gone.
  for (const [at, killed] of fuzzers.entries()) {
    await end(killed, 'SIGKILL');
    const { count, lost } = await lostWritesOf([projects[at]!], url);
    expect(lost).toEqual([]);
    expect(count).toBeGreaterThan(5);
    await until('that one is gone', async () => {
      const { fuzzers: seen, run } = await first.look();
      const its = [...seen.values()].find(({ run: { pid } }) => pid === killed.pid);
      return its?.presence === 'gone' && run?.fleet?.alive === fuzzers.length - 1 - at;
    });
  }

  // A developer who does not reach the database, over the address of a dashboard.
  const developer = makeProject(FILES);
  const replay = await developer.jest(['one', 'two', 'three', '--runInBand'], { FUZZ_DATABASE: second.address });
  expect(replay.code).toBe(1);
  for (const name of names) expect(replay.output).toContain(`${name} is wrong`);
  expect(replay.output.split('Replayed by fuzz-runner')).toHaveLength(names.length + 1);
});

test.each(['redis', 'lmdb'])('what one fuzzer finds reaches the others while they run: %s', async (kind) => {
  if (kind === 'lmdb') await useDatabase(`lmdb:${path.join(makeProject({}).folder, 'shared')}`);
  const other = makeProject(FILES);
  const fuzzer = fuzz(other, 'gate|wrong', { FUZZ_REPORT: 'report.json' });
  const result = finished(fuzzer);
  await until('the first fuzzer', async () => (await records.runs.list()).some(({ state }) => state === 'fuzzing'));
  expect(fs.existsSync(path.join(other.folder, 'reached'))).toBe(false);
  fuzz(makeProject(FILES), 'gate|wrong', { HINT: String(SECRET) });
  await until('the input of another', async () => fs.existsSync(path.join(other.folder, 'reached')));
  // With this code it does not fail here: it is known from the other, which has the same code as far as can be told.
  await until('the failure', async () => (await records.failures.list()).some(({ state }) => state === 'minimal'));
  const [failure] = await records.failures.list();
  await sleep(5000);
  await end(fuzzer, 'SIGINT');
  const { code, output } = await result;
  const report = JSON.parse(other.read('report.json')) as {
    fleet: { fuzzers: number; inputs: number };
    totals: { inputs: number };
    targets: { failures: { id: string }[] }[];
  };
  expect(report.targets.flatMap(({ failures }) => failures.map(({ id }) => id))).toEqual([failure!.id]);
  expect(report.fleet.fuzzers).toBe(2);
  expect(report.fleet.inputs).toBeGreaterThan(report.totals.inputs);
  expect(output).toContain('2 fuzzers of this database together');
  expect(code).toBe(1);
  // It was neither replayed nor made simpler a second time.
  const events = (await records.failures.history(failure!.targetId, failure!.id)).map(({ event }) => event);
  expect(events.filter((event) => event === 'minimal')).toHaveLength(1);
});
