import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import { expect, test } from '@jest/globals';
import {
  importedPackages,
  isTestTool,
  packageNameOf,
  testedPackagesOf,
} from '../../../../runner/scope/importedPackages';

test('importedPackages finds packages by every import style, without test tools', () => {
  const source = `
    import a from 'alpha'; import { b } from "@scope/beta/deep.js"; const c = require('gamma/sub');
    const d = await import('delta'); import './local'; import 'node:fs'; import fc from 'fast-check'; import { test } from '@jest/globals';
  `;
  expect([...importedPackages(source)].sort()).toEqual(['@scope/beta', 'alpha', 'delta', 'gamma']);
});

test.each<[string, string | null]>([
  ['qs', 'qs'],
  ['qs/lib/parse.js', 'qs'],
  ['@scope/name', '@scope/name'],
  ['@scope/name/deep.js', '@scope/name'],
  ['./qs', null],
  ['../qs', null],
  ['/qs', null],
  ['node:fs', null],
])('the package of %s is %s', (specifier, name) => {
  expect(packageNameOf(specifier)).toBe(name);
});

test.each<[string, boolean]>([
  ['jest-circus', true],
  ['@jest/globals', true],
  ['fast-check-monorepo', true],
  ['jester', false],
  ['expectations', false],
  ['@scope/jest', false],
])('%s is a test tool: %s', (name, isTool) => {
  expect(isTestTool(name)).toBe(isTool);
});

test('a test file that is gone imports nothing, and one that is there is read once', () => {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'fuzz-runner-imports-'));
  const file = path.join(folder, 'a.test.js');
  fs.writeFileSync(file, "import 'qs';");
  const isTested = testedPackagesOf(file);
  expect([isTested('qs'), isTested('other')]).toEqual([true, false]);
  fs.rmSync(folder, { recursive: true });
  expect(isTested('qs')).toBe(true);
  expect(testedPackagesOf(file)('qs')).toBe(false);
});
