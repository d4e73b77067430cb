import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import { afterAll, expect, test } from '@jest/globals';
import { namesFastCheck } from '../../../../runner/ordinary/nativeImports';

const root = fs.mkdtempSync(path.join(os.tmpdir(), 'fuzz-runner-native-'));
afterAll(() => fs.rmSync(root, { recursive: true }));

function project(files: Readonly<Record<string, string>>): string {
  const folder = fs.mkdtempSync(path.join(root, 'project-'));
  for (const [name, text] of Object.entries(files)) fs.writeFileSync(path.join(folder, name), text);
  return path.join(folder, 'a.test.js');
}

test.each<[string, Readonly<Record<string, string>>, boolean]>([
  ['itself', { 'a.test.js': "import fc from 'fast-check';" }, true],
  [
    'two files on',
    { 'a.test.js': "import './b.js';", 'b.js': "export * from './c.js';", 'c.js': "import 'fast-check';" },
    true,
  ],
  ['by import()', { 'a.test.js': "await import('./b.js');", 'b.js': "import 'fast-check';" }, true],
  ['nowhere', { 'a.test.js': "import './b.js';", 'b.js': 'export {};' }, false],
  ['in a file that it does not import', { 'a.test.js': '', 'b.js': "import 'fast-check';" }, false],
  ['in a part of a word', { 'a.test.js': "import 'fast-checkers';" }, false],
  ['after a circle', { 'a.test.js': "import './b.js';", 'b.js': "import './a.test.js';" }, false],
])('a test file names fast-check %s', (_name, files, expected) => {
  expect(namesFastCheck(project(files))).toBe(expected);
});

test('of very many files not all are read', () => {
  const files: Record<string, string> = { 'a.test.js': "import './0.js';" };
  for (let at = 0; at < 40; at += 1) files[`${at}.js`] = `import './${at + 1}.js';`;
  const far = project({ ...files, '40.js': "import 'fast-check';" });
  const near = project({ ...files, '20.js': "import 'fast-check';" });
  expect([namesFastCheck(far), namesFastCheck(near)]).toEqual([false, true]);
});
