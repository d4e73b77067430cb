import type { ContractTools } from './tools';
import { keys, put, remove } from './operations';

/** Lists have each key once, in the order of its bytes. */
export function testLists({ it, expect }: ContractTools): void {
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
}
