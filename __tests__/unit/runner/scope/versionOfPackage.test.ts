import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import { afterAll, expect, test } from '@jest/globals';
import { versionOfPackage } from '../../../../runner/scope/versionOfPackage';

const root = fs.mkdtempSync(path.join(os.tmpdir(), 'fuzz-runner-version-'));
afterAll(() => fs.rmSync(root, { recursive: true }));

function write(file: string, text: string): void {
  fs.mkdirSync(path.dirname(path.join(root, file)), { recursive: true });
  fs.writeFileSync(path.join(root, file), text);
}

write('a/package.json', '{"version":"1.2.3"}');
write('a/lib/esm/package.json', '{"type":"module"}');
write('a/lib/broken/package.json', '{');
write('a/node_modules/b/package.json', '{"version":"4.0.0"}');

test.each([
  ['a/index.js', '1.2.3'],
  ['a/lib/esm/index.js', '1.2.3'],
  ['a/lib/broken/index.js', '1.2.3'],
  ['a/node_modules/b/lib/index.js', '4.0.0'],
])('of %s', (file, version) => {
  expect(versionOfPackage(path.join(root, file))).toBe(version);
});
