import { afterEach, beforeEach, expect, jest, test } from '@jest/globals';
import { setTimeout as sleep } from 'node:timers/promises';
import { openDatabase } from '../../src/database/open';
import type { Database } from '../../src/database/base/database';
import { startRedis, type TestRedis } from '../contract/redisServer';
import { temporaryDirectory } from '../unit/database/samples';

jest.setTimeout(60_000);

let redis: TestRedis;
let opened: Database[];

beforeEach(async () => {
  redis = await startRedis();
  opened = [];
});

afterEach(async () => {
  for (const database of opened) await database.close();
  await redis.stop();
});

async function open(): Promise<Database> {
  const database = await openDatabase(redis.url(), { rootDir: temporaryDirectory() });
  opened.push(database);
  return database;
}

test('a watcher of some kinds of records is not told of others by the server, one of all is', async () => {
  const [writer, some, all] = [await open(), await open(), await open()];
  const heard: Record<'some' | 'all' | 'late', string[]> = { some: [], all: [], late: [] };
  let ready = 0;
  const listener =
    (who: keyof typeof heard) =>
    ({ keys }: { readonly keys: readonly string[] | null }): void => {
      if (keys === null) ready += 1;
      else heard[who].push(...keys);
    };
  some.watch(listener('some'), { kinds: ['corpus', 'failure'] });
  all.watch(listener('all'));
  const until = async (isSo: () => boolean): Promise<void> => {
    while (!isSo()) await sleep(5);
  };
  await until(() => ready === 2);
  const put = (key: string) => ({ type: 'put', key, value: Uint8Array.of(1) }) as const;
  await writer.write([put('run/1'), put('corpus/t/1'), put('failure/t/1'), put('points/1')]);
  await writer.write([{ type: 'delete', key: 'corpus/t/1' }]);
  await until(() => heard.all.length === 5 && heard.some.length === 3);
  expect(heard.all.toSorted()).toEqual(['corpus/t/1', 'corpus/t/1', 'failure/t/1', 'points/1', 'run/1']);
  expect(heard.some.toSorted()).toEqual(['corpus/t/1', 'corpus/t/1', 'failure/t/1']);

  // Somebody else in the same process wants to hear of more.
  some.watch(listener('late'), { kinds: ['run'] });
  await until(() => ready === 4);
  await writer.write([put('run/2')]);
  await until(() => heard.late.length > 0);
  expect(heard.late).toEqual(['run/2']);
});
