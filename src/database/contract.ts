import type jestGlobals from '@jest/globals';
import type { Database, DatabaseChange, WriteOperation } from './base/database';
import { MAX_KEY_BYTES } from './base/key';
import type { Codec } from './records/codec';
import { Records } from './records/records';
import { RecordTable } from './records/recordTable';
import { retryConflicts } from './records/retryConflicts';

export interface DatabaseContract {
  readonly name: string;
  /** Opens an empty database. */
  open(): Promise<Database>;
  /** Removes what `open` left, after the database was closed. */
  cleanUp?(): void;
  /** Tests that this database cannot pass, each with its reason. */
  readonly skip?: readonly { readonly test: string; readonly reason: string }[];
}

/**
 * `fuzz-runner/contract`: what every database must do, as tests of Jest. For a database of your own, call it in a test
 * file. Only then is Jest needed: Jest itself answers the `require`.
 */
export function describeDatabase(contract: DatabaseContract): void {
  const { afterEach, describe, expect, test } = require('@jest/globals') as typeof jestGlobals;
  const it = (name: string, body: (database: Database) => Promise<void>): void => {
    const skipped = contract.skip?.find((entry) => entry.test === name);
    if (skipped !== undefined) {
      test.skip(`${name} (skipped: ${skipped.reason})`, () => {});
      return;
    }
    test(name, async () => {
      open = await contract.open();
      await body(open);
    });
  };
  let open: Database | null = null;

  describe(contract.name, () => {
    afterEach(async () => {
      await open?.close();
      open = null;
      contract.cleanUp?.();
    });

    it('has a url', async (database) => {
      expect(database.url).toMatch(/^[a-z]+:/);
    });

    it('returns undefined for a key that was never written', async (database) => {
      expect(await database.get('a')).toBeUndefined();
      expect(await entries(database, '')).toEqual([]);
    });

    it('returns what was written', async (database) => {
      await database.write([put('a', 1, 2, 0, 255)]);
      expect(await database.get('a')).toEqual(Uint8Array.of(1, 2, 0, 255));
    });

    it('keeps empty values and large ones', async (database) => {
      const large = new Uint8Array(300_000).map((_, index) => index);
      await database.write([put('empty'), { type: 'put', key: 'large', value: large }]);
      expect(await database.get('empty')).toEqual(new Uint8Array());
      // Not toEqual: it takes a second for so many bytes.
      expect(Buffer.compare((await database.get('large')) ?? new Uint8Array(), large)).toBe(0);
    });

    it('replaces and deletes', async (database) => {
      await database.write([put('a', 1), put('b', 2)]);
      await database.write([put('a', 3), remove('b'), remove('never')]);
      expect(await entries(database, '')).toEqual([['a', [3]]]);
    });

    it('applies operations of one write in their order', async (database) => {
      await database.write([put('a', 1), remove('a'), put('b', 1), put('b', 2), remove('c'), put('c', 3)]);
      expect(await entries(database, '')).toEqual([
        ['b', [2]],
        ['c', [3]],
      ]);
    });

    it('accepts a write of nothing, and durable writes', async (database) => {
      await database.write([]);
      await database.write([], { durable: true });
      await database.write([put('a', 1)], { durable: true });
      expect(await database.get('a')).toEqual(Uint8Array.of(1));
    });

    it('lists exactly the keys that start with the prefix', async (database) => {
      await database.write(['a', 'a/', 'a/1', 'a/1/2', 'a0', 'b/1', 'A/1'].map((key) => put(key, 1)));
      expect(await keys(database, 'a/')).toEqual(['a/', 'a/1', 'a/1/2']);
      expect(await keys(database, 'b')).toEqual(['b/1']);
      expect(await keys(database, 'c')).toEqual([]);
      expect(await keys(database, '')).toEqual(['A/1', 'a', 'a/', 'a/1', 'a/1/2', 'a0', 'b/1']);
    });

    it('orders keys by their UTF-8 bytes', async (database) => {
      // In UTF-16 order the last two would change places.
      const sorted = ['\u0001', '10', '9', 'Z', 'a', '\u00e4', '\uffee', '\u{1f600}'];
      await database.write(sorted.toReversed().map((key) => put(`k/${key}`, 1)));
      expect(await keys(database, 'k/')).toEqual(sorted.map((key) => `k/${key}`));
      expect(await keys(database, 'k/\u{1f600}')).toEqual(['k/\u{1f600}']);
    });

    it('lists more entries than fit into one batch', async (database) => {
      const names = Array.from({ length: 1000 }, (_, index) => `k/${String(index).padStart(4, '0')}`);
      await database.write(names.map((key, index) => put(key, index % 256)));
      expect(await keys(database, 'k/')).toEqual(names);
      const listed: string[] = [];
      for await (const [key] of database.list('k/')) {
        listed.push(key);
        if (listed.length === 300) await database.write([remove('k/0500'), remove('k/0100'), put('k/00005', 1)]);
      }
      expect(listed.filter((key) => key !== 'k/0500')).toEqual(names.filter((key) => key !== 'k/0500'));
    });

    it('may be left in the middle of a list', async (database) => {
      await database.write([put('a', 1), put('b', 1)]);
      for await (const [key] of database.list('')) {
        expect(key).toBe('a');
        break;
      }
      await database.write([put('c', 1)]);
      expect(await keys(database, '')).toEqual(['a', 'b', 'c']);
    });

    it('neither keeps nor hands out memory of others', async (database) => {
      const value = Buffer.from([1, 2, 3]);
      const written = database.write([{ type: 'put', key: 'a', value }]);
      value.fill(9);
      await written;
      const read = await database.get('a');
      read?.fill(8);
      for await (const [, listed] of database.list('a')) listed.fill(7);
      expect(await database.get('a')).toEqual(Uint8Array.of(1, 2, 3));
    });

    it('keeps apart writes that run at once', async (database) => {
      await Promise.all(
        Array.from({ length: 50 }, (_, index) => database.write([put(`k/${index}`, index), put('last', index)])),
      );
      expect(await keys(database, 'k/')).toHaveLength(50);
      expect(await database.get('last')).toEqual(Uint8Array.of(49));
    });

    it('writes only when what it expects is there', async (database) => {
      await database.write([put('a', 1), put('empty')]);
      await database.write([
        expecting('a', [1]),
        expecting('empty', []),
        expecting('none', null),
        put('a', 2),
        put('none', 1),
      ]);
      expect(await entries(database, '')).toEqual([
        ['a', [2]],
        ['empty', []],
        ['none', [1]],
      ]);
      for (const unmet of [
        expecting('a', [1]),
        expecting('a', null),
        expecting('no', [1]),
        expecting('no', []),
        expecting('empty', null),
      ]) {
        // Also when it comes last, and whatever the write itself does to the key.
        const rejected = database.write([put('b', 1), put('a', 1), remove('empty'), unmet]);
        await expect(rejected).rejects.toMatchObject({ code: 'conflict', message: expect.stringContaining(unmet.key) });
      }
      expect(await keys(database, '')).toEqual(['a', 'empty', 'none']);
      expect(await database.get('a')).toEqual(Uint8Array.of(2));
    });

    it('loses no update of many at once that expect what they read', async (database) => {
      const increment = async (): Promise<void> => {
        const value = (await database.get('count')) ?? null;
        await database.write([{ type: 'expect', key: 'count', value }, put('count', (value?.[0] ?? 0) + 1)]);
      };
      await Promise.all(Array.from({ length: 20 }, () => retryConflicts(increment)));
      expect(await database.get('count')).toEqual(Uint8Array.of(20));
    });

    it('takes keys of the greatest length', async (database) => {
      const key = 'k'.repeat(MAX_KEY_BYTES);
      await database.write([put(key, 1)]);
      expect(await database.get(key)).toEqual(Uint8Array.of(1));
      expect(await keys(database, 'kk')).toEqual([key]);
    });

    for (const [what, key] of [
      ['an empty key', ''],
      ['a longer key', 'k'.repeat(MAX_KEY_BYTES + 1)],
      ['a key with too many bytes', 'ä'.repeat(MAX_KEY_BYTES / 2 + 1)],
      ['half a surrogate pair', 'k/\ud83d'],
    ] as const) {
      it(`refuses ${what} and then writes nothing`, async (database) => {
        await expect(database.write([put('a', 1), put(key, 1)])).rejects.toMatchObject({ code: 'bad-key' });
        await expect(database.get(key)).rejects.toMatchObject({ code: 'bad-key' });
        expect(await keys(database, '')).toEqual([]);
      });
    }

    it('leaves a damaged record, and one of a newer version, where they are, and reads the others', async (database) => {
      const problems: string[] = [];
      const records = new Records(database, (problem) => problems.push(problem.key));
      const word = (target: string): WriteOperation => records.words.put(target, ['word']);
      const [good, damaged, newer] = [word('good'), word('damaged'), word('newer')] as const;
      await database.write([good, put(damaged.key, 1, 2, 3), put(newer.key, 99, 1), put(`${newer.key}-empty`)]);
      expect(await records.words.get('good')).toEqual(['word']);
      expect(await records.words.get('damaged')).toEqual([]);
      expect(await records.words.get('newer')).toEqual([]);
      expect(problems.sort()).toEqual([damaged.key, newer.key].sort());
      expect(await database.get(newer.key)).toEqual(Uint8Array.of(99, 1));
      expect(await keys(database, 'words/')).toHaveLength(4);
      // Whoever writes such a record anew keeps it under another key.
      const {
        value,
        expect: unchanged,
        aside,
      } = await new RecordTable(database, 'words/', NEVER, () => {}).getForUpdate('x');
      expect([value, aside]).toEqual([undefined, []]);
      const table = new RecordTable(database, '', NEVER, () => {});
      const found = await table.getForUpdate(newer.key);
      await database.write([unchanged, found.expect, ...found.aside, put(newer.key, 1)]);
      expect(await entries(database, 'damaged/')).toEqual([[`damaged/${newer.key}`, [99, 1]]]);
    });

    it('tells watchers of a change until they leave', async (database) => {
      const seen: DatabaseChange[] = [];
      let leave = (): void => {};
      const changed = new Promise<void>((resolve) => {
        leave = database.watch((change) => {
          seen.push(change);
          resolve();
        });
      });
      await database.write([put('a', 1)]);
      await changed;
      expect(seen[0]?.keys ?? ['a']).toEqual(['a']);
      leave();
      const count = seen.length;
      // A second watcher shows that the change was noticed.
      const again = new Promise<void>((resolve) => database.watch(() => resolve()));
      await database.write([put('b', 1)]);
      await again;
      expect(seen).toHaveLength(count);
    });

    it('finishes writes before it closes, and refuses work afterwards', async (database) => {
      const written = database.write([put('a', 1)]);
      await database.close();
      await expect(written).resolves.toBeUndefined();
      await database.close();
      await expect(database.get('a')).rejects.toMatchObject({ code: 'closed' });
      await expect(database.write([put('a', 1)])).rejects.toMatchObject({ code: 'closed' });
      await expect(keys(database, '')).rejects.toMatchObject({ code: 'closed' });
      expect(() => database.watch(() => {})).toThrow(expect.objectContaining({ code: 'closed' }));
    });
  });
}

/** Of records that nobody can read. */
const NEVER: Codec<never> = {
  version: 1,
  encode: () => new Uint8Array(),
  decode: () => {
    throw new Error('it is of a newer version');
  },
};

function put(key: string, ...bytes: readonly number[]): WriteOperation {
  return { type: 'put', key, value: Uint8Array.from(bytes) };
}

function expecting(key: string, bytes: readonly number[] | null): WriteOperation {
  return { type: 'expect', key, value: bytes && Uint8Array.from(bytes) };
}

function remove(key: string): WriteOperation {
  return { type: 'delete', key };
}

async function entries(database: Database, prefix: string): Promise<[string, number[]][]> {
  const found: [string, number[]][] = [];
  for await (const [key, value] of database.list(prefix)) found.push([key, [...value]]);
  return found;
}

async function keys(database: Database, prefix: string): Promise<string[]> {
  return (await entries(database, prefix)).map(([key]) => key);
}
