import { describe, expect, test } from '@jest/globals';
import { filePattern } from '../../../../runner/scope/filePattern';

describe('a pattern', () => {
  test.each<[pattern: string, path: string, matches: boolean]>([
    ['src/*.js', 'src/a.js', true],
    ['src/*.js', 'src/b/a.js', false],
    ['src/**/*.js', 'src/a.js', true],
    ['src/**/*.js', 'src/b/c/a.js', true],
    ['src/{a,b}.[jt]s', 'src/a.js', false],
    ['src/{a,b}.?s', 'src/b.ts', true],
    ['src/a+(b).js', 'src/a+(b).js', true],
    ['src/a', 'src/ab.js', false],
    ['src/[id]', 'src/[id]/a.js', true],
    ['src/(group)', 'src/(group)/a.js', true],
    ['src/*', 'src/.hidden/a.js', true],
    ['legacy/**', 'legacy/a/b.js', true],
    ['legacy/**', 'legacy2/b.js', false],
    ['{src,lib/{a,b}}/*.js', 'lib/b/c.js', true],
    ['@scope/name', '@scope/name/a.js', true],
    ['lib', 'src/lib/a.js', false],
    ['**/*.gen.js', '../sib/x.gen.js', true],
    ['../sib', '../sib/x.js', true],
    ['../sib/*.js', '../sib/x.js', true],
    ['../*/x.js', '../sib/x.js', true],
    ['*/sib', '../sib/x.js', true],
    ['../../a', '../a/x.js', false],
    ['src\\a', 'src/a/x.js', true],
    // picomatch does not return from a brace and many backslashes.
    ['src/{a,b}\\\\', 'src/a/x.js', true],
  ])('%s on %s: %s', (pattern, file, matches) => {
    expect(filePattern(pattern)({ path: file, packageName: null })).toBe(matches);
  });

  test('of nothing is refused', () => {
    expect(() => filePattern('./')).toThrow("received './'");
  });

  test.each<[pattern: string, path: string, packageName: string, matches: boolean]>([
    ['lodash', 'node_modules/lodash/a.js', 'lodash', true],
    ['lodash', 'node_modules/lodash-es/a.js', 'lodash-es', false],
    ['lodash/', 'node_modules/lodash/a.js', 'lodash', true],
    ['./lodash', 'node_modules/lodash/a.js', 'lodash', true],
    ['@scope/name', 'node_modules/@scope/name/a.js', '@scope/name', true],
    ['@scope/*', 'node_modules/@scope/name/a.js', '@scope/name', true],
    ['eslint-*', 'node_modules/eslint-a/b.js', 'eslint-a', true],
    ['eslint-*', 'node_modules/eslint/b.js', 'eslint', false],
    ['lodash/lib', 'node_modules/lodash/lib/a.js', 'lodash', true],
    ['lodash/lib', 'node_modules/lodash/a.js', 'lodash', false],
    ['node_modules/lodash/lib', 'node_modules/lodash/lib/a.js', 'lodash', true],
    ['src', 'node_modules/lodash/src/a.js', 'lodash', false],
  ])('%s on %s of a package: %s', (pattern, file, packageName, matches) => {
    expect(filePattern(pattern)({ path: file, packageName })).toBe(matches);
  });
});
