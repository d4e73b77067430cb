import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import { afterAll, expect, test } from '@jest/globals';
import { dependenciesOf } from '../../../../runner/scope/packageDependencies';

const root = fs.mkdtempSync(path.join(os.tmpdir(), 'fuzz-runner-dependencies-'));
afterAll(() => fs.rmSync(root, { recursive: true }));

function write(file: string, text: string): void {
  fs.mkdirSync(path.dirname(path.join(root, file)), { recursive: true });
  fs.writeFileSync(path.join(root, file), text);
}

write('node_modules/far/package.json', '{"dependencies":{"a":"1","@b/c":"2"},"devDependencies":{"d":"1"}}');
write('node_modules/both/package.json', '{"dependencies":{"of-root":"1"}}');
write('tests/node_modules/both/package.json', '{"dependencies":{"of-tests":"1"}}');
write('node_modules/none/package.json', '{"name":"none"}');
write('node_modules/text/package.json', '{"dependencies":"a"}');
write('node_modules/damaged/package.json', '{');

test.each<[string, string, string[]]>([
  ['a package further up', 'far', ['a', '@b/c']],
  ['the nearest of two copies', 'both', ['of-tests']],
  ['a package without dependencies', 'none', []],
  ['dependencies that are no object', 'text', []],
  ['a manifest that is no JSON', 'damaged', []],
  ['a package that is not installed', 'absent', []],
])('of %s', (_name, packageName, expected) => {
  expect(dependenciesOf(packageName, path.join(root, 'tests/deep/a.test.js'))).toEqual(expected);
});

test('each file has the copy that Node would load for it', () => {
  expect(dependenciesOf('both', path.join(root, 'a.test.js'))).toEqual(['of-root']);
});

test('a manifest is read once', () => {
  write('node_modules/once/package.json', '{"dependencies":{"first":"1"}}');
  expect(dependenciesOf('once', path.join(root, 'a.test.js'))).toEqual(['first']);
  write('node_modules/once/package.json', '{"dependencies":{"second":"1"}}');
  expect(dependenciesOf('once', path.join(root, 'a.test.js'))).toEqual(['first']);
});
