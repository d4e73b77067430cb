/*
 * Writers, and servers, that are killed at random moments. `KILLS=200 npx jest integration/killed` for as many.
 */
import fs from 'node:fs';
import path from 'node:path';
import { afterAll, afterEach, beforeEach, describe, expect, jest, test } from '@jest/globals';
import { openDatabase } from '../../src/database/open';
import { startRedis, type TestRedis } from '../contract/redisServer';
import { temporaryDirectory } from '../unit/database/samples';
import { expectAcknowledged } from './acknowledged';
import { endChildren, startChild } from './child';

const KILLS = Number(process.env['KILLS'] ?? 5);
const SEED = Number(process.env['SEED'] ?? Date.now() % 1_000_000);

jest.setTimeout(60_000 + KILLS * 5000);

let rootDir: string;
let redis: TestRedis | null = null;

beforeEach(() => {
  rootDir = temporaryDirectory();
});

afterEach(async () => {
  await redis?.stop();
  redis = null;
  fs.rmSync(rootDir, { recursive: true, force: true });
});

afterAll(endChildren);

function randomOf(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
}

const NOTHING_SAID = (): void => {};

describe(`a writer that is killed ${KILLS} times (SEED=${SEED})`, () => {
  test.each(['lmdb', 'dir', 'redis'])('loses nothing it acknowledged: %s', async (scheme) => {
    const random = randomOf(SEED);
    let url = `${scheme}:${path.join(rootDir, 'data')}`;
    if (scheme === 'redis') {
      redis = await startRedis('--appendonly', 'yes');
      url = redis.url();
    }
    const env = { DATABASE_ROOT: rootDir };
    for (let round = 0; round < KILLS; round += 1) {
      const child = startChild({ env }, 'write', url);
      await child.said(Math.ceil(random() ** 2 * 300));
      await child.kill();
      const database = await openDatabase(url, { rootDir, onNotice: NOTHING_SAID });
      await expectAcknowledged(database, child.lines);
      await database.close();
    }
  });
});

test(`Redis servers that are killed ${KILLS} times under a writer lose nothing it was told is written (SEED=${SEED})`, async () => {
  const random = randomOf(SEED + 1);
  redis = await startRedis('--appendonly', 'yes', '--appendfsync', 'always');
  const url = redis.url('?timeout=2s');
  const child = startChild({ env: { DATABASE_ROOT: rootDir, PAUSE_MS: '1' } }, 'write', url);
  for (let round = 0; round < KILLS; round += 1) {
    await child.said(child.lines.length + Math.ceil(random() ** 2 * 200));
    await redis.kill();
    // It writes on without the server.
    await child.said(child.lines.length + Math.ceil(random() * 20));
    await redis.start();
  }
  await child.said(child.lines.length + 1);
  await child.kill();
  // What it had not given to the server yet is on the disk, and opening it brings it there.
  const database = await openDatabase(url, { rootDir, onNotice: NOTHING_SAID });
  await expectAcknowledged(database, child.lines);
  await database.close();
  expect(fs.existsSync(path.join(rootDir, '.fuzz-runner'))).toBe(true);
});
