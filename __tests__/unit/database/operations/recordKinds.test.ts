import { expect, test } from '@jest/globals';
import { openMemoryDatabase, Records } from '../../../../src/database';
import { recordKinds } from '../../../../src/database/operations/recordKinds';
import { RecordTable } from '../../../../src/database/records/recordTable';

test('all kinds of records are known to the commands for the database', () => {
  const records = new Records(openMemoryDatabase());
  const parts = Object.values(records).filter((part) => typeof part === 'object' && part !== null);
  const tables = [records, ...parts]
    .flatMap((part) => Object.values(part as object) as unknown[])
    .filter((value) => value instanceof RecordTable);
  expect(tables.length).toBeGreaterThanOrEqual(10);
  const known = recordKinds(records).map(({ prefix }) => prefix);
  // A new kind needs a line in recordKinds.ts, and perhaps a rule in mergeRecords.ts.
  expect([...new Set(tables.map(({ prefix }) => prefix))].sort()).toEqual(known.sort());
  // What is found by its prefix must not be taken for another kind.
  for (const one of known) for (const other of known) expect(one !== other && one.startsWith(other)).toBe(false);
});
