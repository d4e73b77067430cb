import type { ContractTools } from './tools';
import { entries, keys, put, remove } from './operations';

/** Values are kept as they were written, whole and apart from each other. */
export function testValues({ it, expect }: ContractTools): void {
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
    // Not `toEqual`, which needs a second for this many bytes.
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
}
