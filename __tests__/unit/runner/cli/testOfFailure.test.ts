import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import { expect, test } from '@jest/globals';
import { byTestFile, ordinalOf, rootOfFile } from '../../../../runner/cli/testOfFailure';
import { sampleFailure } from '../../database/samples';

test('failures of one file are together, in their order', () => {
  const all = ['b 1', 'a 2', 'b 3'].map((id) => sampleFailure({ id, file: id[0]! }));
  expect([...byTestFile(all)].map(([file, ofFile]) => [file, ofFile.map(({ id }) => id)])).toEqual([
    ['b', ['b 1', 'b 3']],
    ['a', ['a 2']],
  ]);
});

test.each([
  ['a.js :: x :: 0', 0],
  ['a.js :: x :: 12', 12],
  ['a.js :: has :: 5 :: 2', 2],
])('the call of %s', (targetId, ordinal) => {
  expect(ordinalOf(sampleFailure({ targetId }))).toBe(ordinal);
});

test('a file is looked for in the working directory, then in the folder of the database', () => {
  const root = fs.mkdtempSync(path.join(os.tmpdir(), 'fuzz-runner-roots-'));
  try {
    const sub = path.join(root, 'sub');
    fs.mkdirSync(sub);
    fs.writeFileSync(path.join(sub, 'inner.js'), '');
    fs.writeFileSync(path.join(sub, 'both.js'), '');
    fs.writeFileSync(path.join(root, 'both.js'), '');
    expect(['inner.js', 'both.js', 'gone.js'].map((file) => rootOfFile(file, root, 'sub/db'))).toEqual([
      sub,
      root,
      null,
    ]);
  } finally {
    fs.rmSync(root, { recursive: true });
  }
});
