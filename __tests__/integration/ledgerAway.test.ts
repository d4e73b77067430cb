import fs from 'node:fs';
import path from 'node:path';
import { afterEach, beforeEach, expect, jest, test } from '@jest/globals';
import { Ledger } from '../../runner/ledger';
import { openDatabase } from '../../src/database/open';
import { readSavedFailures } from '../../src/database/journal';
import { Records } from '../../src/database/records';
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
  const ledger = await Ledger.open(redis.url(), rootDir, bus);
  const failure = sampleFailure();
  await ledger.saveFailure({ ...failure, id: 'before' }, 'found');
  await redis.kill();
  await ledger.saveFailure({ ...failure, id: 'away' }, 'found');
  const choices = Uint8Array.of(1, 2, 3);
  ledger.saveCorpus(failure.targetId, [{ key: 'k', choices, behaviors: ['00000000000000ff'] }], []);
  await ledger.flush();
  expect(await ledger.loadCorpus(failure.targetId)).toEqual([]);
  expect(announced).toEqual(['before', 'away']);
  // Ordinary runs know it at once.
  const directory = path.join(rootDir, '.fuzz-runner');
  expect(readSavedFailures(directory, FILE).failures.map(({ id }) => id)).toEqual(['before', 'away']);
  await redis.start();
  await ledger.close();
  expect(
    notices.filter((notice) => notice.includes('server 127.0.0.1') && notice.includes('is back after a restart')),
  ).toHaveLength(1);
  const records = new Records(await openDatabase(redis.url(), { rootDir, readOnly: true }));
  expect((await records.failures.list()).map(({ id }) => id).sort()).toEqual(['away', 'before']);
  expect(await records.corpus.list(failure.targetId)).toHaveLength(1);
  await records.close();
});
