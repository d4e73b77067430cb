import { expect, test } from '@jest/globals';
import { Renames } from '../../../../runner/store/renames';
import { hashKey, openMemoryDatabase, Records } from '../../../../src/database';
import { sampleFailure, temporaryDirectory } from '../../database/samples';

test('a record that cannot be read is kept when a failure takes its place', async () => {
  const records = new Records(openMemoryDatabase());
  const failure = sampleFailure({ file: 'old.test.ts', testName: 'adds', targetId: 'old.test.ts :: adds :: 0' });
  await records.write(records.failures.put(failure));
  const moved = { id: 'new.test.ts :: adds :: 0', file: 'new.test.ts', testName: 'adds', titles: ['adds'], ordinal: 0 };
  const originKey = failure.origin.key.replaceAll(failure.file, moved.file);
  const id = hashKey(`${moved.id}\n${originKey}`);
  const key = records.failures.put({ ...failure, targetId: moved.id, id })[0]!.key;
  const unknown = Buffer.from([9, 9, 9]);
  await records.write([{ type: 'put', key, value: unknown }]);
  const rootDir = temporaryDirectory();
  const renames = new Renames(records, null, rootDir, () => ({}));
  const found = { ...moved, inputTimeoutMs: 5000 } as never;
  await renames.adopt({
    file: moved.file,
    targets: [found],
    testNames: new Set(['adds']),
    roots: new Set([rootDir]),
  });
  expect(await records.failures.list(moved.id)).toMatchObject([{ file: 'new.test.ts', testName: 'adds' }]);
  expect(Buffer.from((await records.database.get(`damaged/${key}`))!)).toEqual(unknown);
});
