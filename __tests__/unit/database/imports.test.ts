import fs from 'node:fs';
import path from 'node:path';
import { expect, test } from '@jest/globals';
import '../../../src/database/index';
import '../../../src/database/journal';

test('importing the database loads no native code', () => {
  const loaded = Object.keys(require.cache);
  expect(loaded.filter((file) => file.endsWith('lmdb.ts'))).toHaveLength(1);
  expect(loaded.filter((file) => file.includes('node_modules/lmdb'))).toEqual([]);
});

test('what ordinary runs import is small', () => {
  const folder = path.join(__dirname, '../../../src/database');
  const reached = new Set<string>();
  const visit = (name: string): void => {
    if (reached.has(name)) return;
    reached.add(name);
    const source = fs.readFileSync(path.join(folder, `${name}.ts`), 'utf8');
    for (const [, next] of source.matchAll(/^import (?!type)[^;]* from '\.\/(\w+)';/gm)) visit(next!);
  };
  visit('journal');
  expect([...reached].sort()).toEqual(['atomicFile', 'databaseError', 'directory', 'journal', 'replayFile']);
});
