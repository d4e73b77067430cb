import fs from 'node:fs';
import path from 'node:path';
import { describe, expect, test } from '@jest/globals';
import '../../../src/database/index';
import '../../../src/database/journal/journal';
import { importsOf, loadedBy } from './loadedModules';

/*
 * What an ordinary run of Jest may load. When files move, this is the one place to edit; paths are relative to the root
 * of the repository. Think twice before you add to it: every test file of every ordinary run pays for the first part.
 */

/** In every test file. */
const AT_ONCE = {
  files: ['runner/setup.ts', 'src/database/base/url.ts'],
  packages: ['node:crypto', 'node:fs', 'node:path', 'node:timers', 'node:vm'],
};

/** In all, when there is something to replay, to save or to fetch. */
const IN_ALL = {
  /** fast-check is the copy that the tests use; regexpp reads patterns for the search. Nothing native. */
  packages: [
    ...AT_ONCE.packages,
    '@eslint-community/regexpp',
    'fast-check',
    'node:child_process',
    'node:os',
    'node:timers/promises',
    'node:util',
    'node:worker_threads',
  ],
  /** Files of these folders: only these. Replay files and journal, no database and no record. */
  exactly: {
    'src/coverage/source': ['hash.ts'],
    'src/database/base': ['atomicFile.ts', 'databaseError.ts', 'directory.ts', 'url.ts'],
    'src/database/journal': ['journal.ts', 'journalEvent.ts', 'replayFile.ts', 'savedFailures.ts'],
    'src/database/merge': ['gitCommit.ts'],
    'src/protocol': ['explanation.ts', 'failureRate.ts'],
  },
  /** How many files of these folders at most. Those of no other folder. */
  atMost: {
    runner: 1,
    'runner/fastCheck': 3,
    'runner/ordinary': 17,
    'runner/ordinary/print': 4,
    'runner/replay': 3,
    'runner/scope': 1,
    'src/choice': 4,
    'src/explain': 10,
    'src/failure': 3,
    'src/mutate': 15,
    'src/mutate/regExp': 3,
    'src/patch': 4,
    'src/property': 25,
    'src/schedule': 1,
    'src/search': 5,
    'src/shrink': 1,
    'src/shrink/attempts': 8,
    'src/shrink/passes': 21,
  },
};

const ROOT = path.join(__dirname, '../../..');

/** The source file of `fuzz-runner/<name>`, which is where plain Jest begins. */
function entry(name: string): string {
  const { exports } = JSON.parse(fs.readFileSync(path.join(ROOT, 'package.json'), 'utf8')) as {
    readonly exports: Readonly<Record<string, { readonly default: string }>>;
  };
  return exports[`./${name}`]!.default.replace('./dist/', '').replace(/\.js$/, '.ts');
}

describe('an ordinary run loads', () => {
  const { atOnce, inAll } = loadedBy(entry('setup'));

  test('in every test file next to nothing', () => {
    expect(atOnce).toEqual(AT_ONCE);
  });

  test('with the preset nothing but the name of the setup file', () => {
    expect(loadedBy(entry('jest-preset')).inAll).toEqual({ files: [entry('jest-preset')], packages: [] });
  });

  test('no package but fast-check and the parser of patterns', () => {
    expect(inAll.packages).toEqual([...IN_ALL.packages].sort());
  });

  test('what replays, saves and searches, and nothing of the databases', () => {
    const byFolder = new Map<string, string[]>();
    for (const file of inAll.files) {
      const folder = path.posix.dirname(file);
      byFolder.set(folder, [...(byFolder.get(folder) ?? []), path.posix.basename(file)]);
    }
    const allowed: Readonly<Record<string, readonly string[]>> = IN_ALL.exactly;
    const most: Readonly<Record<string, number>> = IN_ALL.atMost;
    for (const [folder, files] of byFolder) {
      if (allowed[folder] !== undefined) expect({ folder, files }).toEqual({ folder, files: allowed[folder] });
      // With more, the message lists them.
      else expect({ folder, files: files.slice(most[folder] ?? 0) }).toEqual({ folder, files: [] });
    }
    expect([...byFolder.keys()].sort()).toEqual([...Object.keys(allowed), ...Object.keys(most)].sort());
  });
});

test('importing the database loads no native code', () => {
  const loaded = Object.keys(require.cache);
  expect(loaded.filter((file) => file.endsWith('lmdb.ts'))).toHaveLength(1);
  expect(loaded.filter((file) => /node_modules\/(?:lmdb|@redis)\//.test(file))).toEqual([]);
});

describe('of a source text', () => {
  const list = (source: string): string[] =>
    importsOf(source).map(({ name, isLazy }) => `${name ?? 'computed'}${isLazy ? ' later' : ''}`);

  test.each([
    [`import './a';`, 'a'],
    [`import a from './a';`, 'a'],
    [`import * as a from '../b/a';`, '../b/a'],
    [`import {\n  type T,\n  a,\n} from './a';`, 'a'],
    [`export * from './a';`, 'a'],
    [`export { a, type T } from './a';`, 'a'],
    [`import a = require('./a');`, 'a'],
    [`const a = require('./a') as typeof import('./b');`, 'a'],
    [`class A { static readonly a = require('./a'); }`, 'a'],
    ['const a = await import(`./a`);', 'a'],
    [`const a = require(name);`, 'computed'],
    [`function f() { return require('./a'); }`, 'a later'],
    [`const f = () => import('./a');`, 'a later'],
    [`class A { m() { require('./a'); } }`, 'a later'],
    [`class A { constructor() { require('./a'); } }`, 'a later'],
    [`class A { #m() { require('./a'); } }`, 'a later'],
    [`class A { get a() { return require('./a'); } }`, 'a later'],
    [`class A { readonly a = require('./a'); }`, 'a later'],
    [`class A { #a = require('./a'); }`, 'a later'],
    [`class A { static { require('./a'); } }`, 'a'],
    [`if (x) for (const y of z) switch (y) { case 1: f(...[{ a: require('./a')! }]); }`, 'a'],
    [`const a = { m() { require('./a'); }, get g() { return 1; } };`, 'a later'],
  ])('%s is followed', (source, expected) => {
    expect(list(source)).toEqual([expected.replace(/^a\b/, './a')]);
  });

  test.each([
    `import type { T } from './a';`,
    `import { type T, type U } from './a';`,
    `export type { T } from './a';`,
    `export { type T } from './a';`,
    `import type a = require('./a');`,
    `type T = import('./a').T;`,
    `declare const a: typeof import('./a');`,
    `export const a = 1; export { b };`,
    `require.resolve('./a');`,
    `// import './a';`,
  ])('%s is not', (source) => {
    expect(list(source)).toEqual([]);
  });
});
