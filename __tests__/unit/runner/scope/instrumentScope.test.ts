import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import * as path from 'node:path';
import { afterAll, describe, expect, test } from '@jest/globals';
import { InstrumentScope, type ScopePatterns } from '../../../../runner/scope/instrumentScope';

const root = mkdtempSync(path.join(tmpdir(), 'fuzz-runner-'));
const testFile = path.join(root, 'a.test.js');
writeFileSync(testFile, "import 'qs'; import '@scope/used/deep'; require('fast-check'); import './own'");
afterAll(() => rmSync(root, { recursive: true }));

function namesOf(patterns: ScopePatterns, files: readonly string[]): (string | null)[] {
  const scope = new InstrumentScope(testFile, root, [path.join(root, 'setup.js')], patterns);
  return files.map((file) => scope.nameOf(path.join(root, file)));
}

describe('the scope', () => {
  const files = [
    'src/a.js',
    'src/generated/b.js',
    'setup.js',
    'node_modules/qs/lib/parse.js',
    'node_modules/qs/node_modules/other/index.js',
    'node_modules/@scope/used/index.js',
    'node_modules/@scope/unused/index.js',
    'node_modules/fast-check/index.js',
  ];
  const kept = (patterns: ScopePatterns): string[] =>
    namesOf(patterns, files).filter((name): name is string => name !== null);

  test('has own files and packages that the test file imports', () => {
    expect(kept({})).toEqual([
      'src/a.js',
      'src/generated/b.js',
      'node_modules/qs/lib/parse.js',
      'node_modules/@scope/used/index.js',
    ]);
  });

  test.each<[patterns: ScopePatterns, added: string[], removed: string[]]>([
    [{ include: ['other'] }, ['node_modules/other/index.js'], []],
    [{ include: ['@scope/*'] }, ['node_modules/@scope/unused/index.js'], []],
    [{ include: ['node_modules/other/**'] }, ['node_modules/other/index.js'], []],
    [{ include: ['fast-check'] }, ['node_modules/fast-check/index.js'], []],
    [{ exclude: ['qs'] }, [], ['node_modules/qs/lib/parse.js']],
    [{ exclude: ['qs/lib/*.js'] }, [], ['node_modules/qs/lib/parse.js']],
    [{ exclude: ['src/generated'] }, [], ['src/generated/b.js']],
    [{ exclude: ['./src/'] }, [], ['src/a.js', 'src/generated/b.js']],
    [{ exclude: ['src'] }, [], ['src/a.js', 'src/generated/b.js']],
    [{ exclude: ['**/generated/**'] }, [], ['src/generated/b.js']],
    [{ exclude: [path.join(root, 'src/a.js')] }, [], ['src/a.js']],
    [{ include: ['@scope/unused'], exclude: ['@scope/*'] }, [], ['node_modules/@scope/used/index.js']],
    [{ include: ['setup.js'] }, [], []],
  ])('%j', (patterns, added, removed) => {
    const before = kept({});
    const after = kept(patterns);
    expect(after.filter((name) => !before.includes(name))).toEqual(added);
    expect(before.filter((name) => !after.includes(name))).toEqual(removed);
  });
});

describe('dependencies of packages that the test file imports', () => {
  const project = path.join(root, 'project');
  const write = (file: string, content: unknown): void => {
    mkdirSync(path.dirname(path.join(project, file)), { recursive: true });
    writeFileSync(path.join(project, file), typeof content === 'string' ? content : JSON.stringify(content));
  };
  write('tests/deep/a.test.js', "import 'parser'; import '@scope/tool'; import 'broken'; import 'absent'");
  write('node_modules/parser/package.json', {
    dependencies: { sax: '1', '@scope/lexer': '1', 'fast-check': '4' },
    devDependencies: { linter: '1' },
  });
  write('node_modules/sax/package.json', { dependencies: { further: '1' } });
  write('tests/node_modules/@scope/tool/package.json', { dependencies: { near: '1' } });
  write('node_modules/@scope/tool/package.json', { dependencies: { hidden: '1' } });
  write('node_modules/broken/package.json', '{');
  const nameOf = (file: string, patterns?: ScopePatterns): string | null =>
    new InstrumentScope(path.join(project, 'tests/deep/a.test.js'), project, [], patterns).nameOf(
      path.join(project, file),
    );

  test.each<[string, boolean]>([
    ['node_modules/parser/index.js', true],
    ['node_modules/sax/lib/sax.js', true],
    ['node_modules/parser/node_modules/sax/lib/sax.js', true],
    ['node_modules/@scope/lexer/index.js', true],
    ['node_modules/near/index.js', true],
    ['node_modules/hidden/index.js', false],
    ['node_modules/further/index.js', false],
    ['node_modules/linter/index.js', false],
    ['node_modules/fast-check/lib/a.js', false],
    ['node_modules/broken/index.js', true],
  ])('%s: %s', (file, isInstrumented) => {
    expect(nameOf(file) !== null).toBe(isInstrumented);
  });

  test('can be left out, and more of them taken in', () => {
    expect(nameOf('node_modules/sax/lib/sax.js', { exclude: ['sax'] })).toBeNull();
    expect(nameOf('node_modules/further/index.js', { include: ['further'] })).toBe('node_modules/further/index.js');
  });
});
