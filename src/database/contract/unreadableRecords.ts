import type { WriteOperation } from '../base/database';
import type { Codec } from '../records/codec';
import { Records } from '../records/records';
import { RecordTable } from '../records/recordTable';
import type { ContractTools } from './tools';
import { entries, keys, put } from './operations';

/** Records that this version cannot read. */
export function testUnreadableRecords({ it, expect }: ContractTools): void {
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
    // A write that replaces such a record keeps the old one under another key.
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
}

/** A codec that cannot decode any record. */
const NEVER: Codec<never> = {
  version: 1,
  encode: () => new Uint8Array(),
  decode: () => {
    throw new Error('it is of a newer version');
  },
};
