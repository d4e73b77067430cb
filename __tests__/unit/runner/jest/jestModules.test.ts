import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import { afterAll, expect, test } from '@jest/globals';
import { findJestModules, jestModulesFrom } from '../../../../runner/jest/jestModules';

const root = fs.mkdtempSync(path.join(fs.realpathSync(os.tmpdir()), 'fuzz-runner-jest-'));
afterAll(() => fs.rmSync(root, { recursive: true }));

/** Writes a package, in `node_modules` of another one or of the root. */
function install(place: string, name: string, version: string): void {
  const folder = path.join(root, place, 'node_modules', name);
  fs.mkdirSync(folder, { recursive: true });
  fs.writeFileSync(path.join(folder, 'package.json'), JSON.stringify({ name, version, main: 'index.js' }));
  fs.writeFileSync(path.join(folder, 'index.js'), '');
}

test('the modules are those of the Jest of the project, not those beside it', () => {
  install('', 'jest', '1.0.0');
  install('', 'jest-runner', '2.0.0');
  install('node_modules/jest', '@jest/core', '1.0.0');
  install('node_modules/jest', 'jest-runner', '3.0.0');
  const { anchor, jestVersion } = findJestModules(root);
  expect(jestVersion).toBe('3.0.0');
  expect(anchor).toBe(path.join(root, 'node_modules/jest/node_modules/jest-runner/index.js'));
});

test('a module that is not there is our own copy', () => {
  const modules = jestModulesFrom(path.join(root, 'a.js'));
  expect(modules.load('jest-util')).toHaveProperty('formatTime');
});
