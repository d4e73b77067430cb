import fs from 'node:fs';
import path from 'node:path';
import { afterEach, beforeEach, expect, jest, test } from '@jest/globals';
import { RunStore } from '../../runner/store/runStore';
import { openDatabase } from '../../src/database/open';
import { readSavedFailures } from '../../src/database/journal/savedFailures';
import { Records } from '../../src/database/records/records';
import { createBus } from '../../src/protocol/bus';
import { startRedis, type TestRedis } from '../contract/redisServer';
import { FILE, sampleFailure, temporaryDirectory } from '../unit/database/samples';

jest.setTimeout(60_000);

let rootDir: string;
let redis: TestRedis;

beforeEach(async () => {
  rootDir = temporaryDirectory();
  // With "everysec", the usual, a slow disk lets a killed server lose the last two seconds.
  redis = await startRedis('--appendonly', 'yes', '--appendfsync', 'always');
});

afterEach(async () => {
  await redis.stop();
  fs.rmSync(rootDir, { recursive: true, force: true });
});

test('a fuzz run goes on while its Redis server is away, and loses neither failures nor corpus', async () => {
  const bus = createBus();
  const announced: string[] = [];
  const notices: string[] = [];
  bus.subscribe((event) => {
    if (event.type === 'failure') announced.push(event.failure.id);
    if (event.type === 'notice') notices.push(event.notice.message);
  });
  const store = await RunStore.open(redis.url(), rootDir, bus);
  const failure = sampleFailure();
  await store.failureWriter.save({ ...failure, id: 'before' }, 'found');
  await redis.kill();
  await store.failureWriter.save({ ...failure, id: 'away' }, 'found');
  const choices = Uint8Array.of(1, 2, 3);
  store.saveCorpus(failure.targetId, [{ key: 'k', choices, behaviors: ['00000000000000ff'] }], []);
  await store.flush();
  expect(await store.corpus.load(failure.targetId)).toEqual([]);
  expect(announced).toEqual(['before', 'away']);
  // Ordinary runs know it at once.
  const directory = path.join(rootDir, '.fuzz-runner');
  expect(readSavedFailures(directory, FILE).failures.map(({ id }) => id)).toEqual(['before', 'away']);
  await redis.start();
  await store.close();
  expect(
    notices.filter((notice) => notice.includes('server 127.0.0.1') && notice.includes('is back after a restart')),
  ).toHaveLength(1);
  const records = new Records(await openDatabase(redis.url(), { rootDir, readOnly: true }));
  expect((await records.failures.list()).map(({ id }) => id).sort()).toEqual(['away', 'before']);
  expect(await records.corpus.list(failure.targetId)).toHaveLength(1);
  await records.close();
});

test('a server that comes back without its data is given again what the run has saved', async () => {
  await redis.stop();
  redis = await startRedis();
  const bus = createBus();
  const notices: string[] = [];
  bus.subscribe((event) => void (event.type === 'notice' && notices.push(event.notice.message)));
  const store = await RunStore.open(redis.url(), rootDir, bus);
  const failure = sampleFailure();
  await store.failureWriter.save({ ...failure, id: 'one', state: 'found' }, 'found');
  await store.failureWriter.save({ ...failure, id: 'one', state: 'minimal' }, 'minimal');
  await store.failureWriter.save({ ...failure, id: 'two' }, 'found');
  const entry = (byte: number) => ({ key: `k${byte}`, choices: Uint8Array.of(1, 2, byte), behaviors: [] });
  store.saveCorpus(failure.targetId, [entry(1), entry(2)], []);
  store.saveCorpus(failure.targetId, [], ['k2']);
  await store.flush();
  await redis.restart();
  const records = new Records(await openDatabase(redis.url(), { rootDir }));
  const saved = async () => Promise.all([records.failures.list(), records.corpus.list(failure.targetId)]);
  for (;;) {
    const [failures, corpus] = await saved();
    if (failures.length === 2 && corpus.length === 1) break;
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  expect(notices.at(-1)).toContain('is back without its data');
  const [failures, corpus] = await saved();
  expect(failures.map(({ id, state }) => [id, state])).toEqual([
    ['one', 'minimal'],
    ['two', 'minimal'],
  ]);
  expect(corpus[0]!.choices).toEqual(entry(1).choices);
  const history = await records.failures.history(failure.targetId, 'one');
  expect(history.map(({ event }) => event)).toEqual(['found', 'minimal']);
  await store.close();
  await records.close();
});

test('what the server does not take waits in memory, and is told once', async () => {
  await redis.ask('CONFIG', 'SET', 'maxmemory', '0');
  const bus = createBus();
  const notices: string[] = [];
  bus.subscribe((event) => void (event.type === 'notice' && notices.push(event.notice.message)));
  const store = await RunStore.open(redis.url('?buffer=1b'), rootDir, bus);
  const { targetId } = sampleFailure();
  await redis.ask('CONFIG', 'SET', 'maxmemory', '1');
  for (const byte of [1, 2, 3]) {
    store.saveCorpus(targetId, [{ key: `k${byte}`, choices: Uint8Array.of(1, 2, byte), behaviors: [] }], []);
    await store.flush();
  }
  expect(notices.filter((notice) => notice.startsWith('The database could not be written.'))).toHaveLength(1);
  await redis.ask('CONFIG', 'SET', 'maxmemory', '0');
  await store.close();
  const records = new Records(await openDatabase(redis.url(), { rootDir, readOnly: true }));
  expect(await records.corpus.list(targetId)).toHaveLength(3);
  await records.close();
});
