import { retryConflicts } from '../records/retryConflicts';
import type { ContractTools } from './tools';
import { entries, expecting, keys, put, remove } from './operations';

/** A write changes nothing when one of its expectations is not met. */
export function testExpectations({ it, expect }: ContractTools): void {
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
      // The write is rejected even if the expectation comes last, and whatever the write itself does to the key.
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
}
