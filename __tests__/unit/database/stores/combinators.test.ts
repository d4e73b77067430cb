import { describe, expect, test } from '@jest/globals';
import { backgroundWriter } from '../../../../src/database/stores/backgroundWriter';
import type { Database, WriteOperation } from '../../../../src/database/base/database';
import { openMemoryDatabase } from '../../../../src/database/stores/memory';
import { multiplex } from '../../../../src/database/stores/multiplex';
import { openDatabase } from '../../../../src/database/open';
import { readOnly } from '../../../../src/database/stores/readOnly';

function put(key: string, value: number): WriteOperation {
  return { type: 'put', key, value: Uint8Array.of(value) };
}

async function entries(database: Database, prefix = ''): Promise<string[]> {
  const found: string[] = [];
  for await (const [key, value] of database.list(prefix)) found.push(`${key}=${value.join()}`);
  return found;
}

describe('multiplex', () => {
  test('writes to all, and reads the union, of which the first is right', async () => {
    const [one, two, three] = [openMemoryDatabase(), openMemoryDatabase(), openMemoryDatabase()];
    await one.write([put('a', 1), put('c', 1)]);
    await two.write([put('a', 2), put('b', 2), put('z', 2)]);
    await three.write([put('b', 3), put('\u{1f600}', 3), put('\uffee', 3)]);
    const all = multiplex([one, two, three]);
    expect(await entries(all)).toEqual(['a=1', 'b=2', 'c=1', 'z=2', '\uffee=3', '\u{1f600}=3']);
    expect(await all.get('z')).toEqual(Uint8Array.of(2));
    await all.write([put('d', 4), { type: 'delete', key: 'a' }]);
    for (const database of [one, two, three]) {
      expect(await database.get('d')).toEqual(Uint8Array.of(4));
      expect(await database.get('a')).toBeUndefined();
    }
  });

  test('expects of the union', async () => {
    const [one, two] = [openMemoryDatabase(), openMemoryDatabase()];
    await two.write([put('a', 2)]);
    const all = multiplex([one, two]);
    await expect(all.write([{ type: 'expect', key: 'a', value: null }, put('a', 3)])).rejects.toMatchObject({
      code: 'conflict',
    });
    await all.write([{ type: 'expect', key: 'a', value: Uint8Array.of(2) }, put('a', 3)]);
    expect(await entries(one)).toEqual(['a=3']);
    expect(await entries(two)).toEqual(['a=3']);
  });

  test('goes on when another than the first fails, and tells it once', async () => {
    const notices: string[] = [];
    const [one, two] = [openMemoryDatabase(), openMemoryDatabase()];
    const all = multiplex([one, two], { onNotice: (message) => notices.push(message) });
    await two.close();
    await all.write([put('a', 1)]);
    await all.write([put('b', 1)]);
    expect(await entries(all)).toEqual(['a=1', 'b=1']);
    expect(notices).toEqual([expect.stringMatching(/used after it was closed\. The run goes on with memory:/)]);
    await one.close();
    await expect(all.write([put('c', 1)])).rejects.toMatchObject({ code: 'closed' });
    await expect(all.get('a')).rejects.toMatchObject({ code: 'closed' });
  });

  test('by URL: one that cannot be opened is left out, unless it is the first', async () => {
    const notices: string[] = [];
    const options = { rootDir: __dirname, onNotice: (message: string) => void notices.push(message) };
    const all = await openDatabase('multi:memory:, readonly:lmdb:nowhere', options);
    expect(notices).toEqual([
      expect.stringMatching(/There is no fuzz-runner database in .*nowhere.* It is left out\./),
    ]);
    await all.write([put('a', 1)]);
    expect(await entries(all)).toEqual(['a=1']);
    await all.close();
    await expect(openDatabase('multi:readonly:lmdb:nowhere,memory:', options)).rejects.toMatchObject({
      code: 'missing',
    });
    await expect(openDatabase('multi:memory:,mongo:x', options)).rejects.toMatchObject({ code: 'unknown-scheme' });
  });
});

test('readOnly refuses every write and reads on', async () => {
  const memory = openMemoryDatabase();
  const database = readOnly(memory);
  await memory.write([put('a', 1)]);
  await expect(database.write([put('b', 1)])).rejects.toMatchObject({ code: 'read-only' });
  await expect(database.write([])).rejects.toMatchObject({ code: 'read-only' });
  expect(await entries(database)).toEqual(['a=1']);
});

describe('backgroundWriter', () => {
  function counting(): { readonly database: Database; readonly sizes: number[] } {
    const memory = openMemoryDatabase();
    const sizes: number[] = [];
    const database: Database = {
      url: memory.url,
      get: (key) => memory.get(key),
      list: (prefix) => memory.list(prefix),
      watch: (listener) => memory.watch(listener),
      close: () => memory.close(),
      write(operations) {
        sizes.push(operations.length);
        return memory.write(operations);
      },
    };
    return { database, sizes };
  }
  const onError = (error: unknown): void => {
    throw error;
  };

  test('makes one write of many, in their order, and reads what was noted', async () => {
    const { database, sizes } = counting();
    const background = backgroundWriter(database, { intervalMs: 60_000, onError });
    for (let count = 0; count < 10; count += 1) await background.write([put('a', count)]);
    expect(sizes).toEqual([]);
    expect(await background.get('a')).toEqual(Uint8Array.of(9));
    expect(sizes).toEqual([10]);
  });

  test('is bounded, and flushes for durable writes and at its end', async () => {
    const { database, sizes } = counting();
    const background = backgroundWriter(database, { intervalMs: 60_000, maxOperations: 3, onError });
    for (let count = 0; count < 7; count += 1) await background.write([put(`k/${count}`, count)]);
    expect(sizes).toEqual([3, 3]);
    await background.write([put('d', 1)], { durable: true });
    expect(sizes).toEqual([3, 3, 1, 1]);
    await background.write([put('last', 1)]);
    await background.close();
    expect(sizes).toEqual([3, 3, 1, 1, 1]);
  });

  test('tells of a batch that is lost', async () => {
    const errors: unknown[] = [];
    const background = backgroundWriter(readOnly(openMemoryDatabase()), { onError: (error) => errors.push(error) });
    await background.write([put('a', 1)]);
    await background.close();
    expect(errors).toEqual([expect.objectContaining({ code: 'read-only' })]);
  });
});
