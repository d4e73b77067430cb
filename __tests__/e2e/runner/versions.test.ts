import { describe, expect, jest, test } from '@jest/globals';
import { execFileSync } from 'node:child_process';
import * as fs from 'node:fs';
import type { FailureSnapshot } from '../../../src/protocol/failure';
import { openDatabase, Records } from '../../../src/database';
import type { CorpusEntry } from '../../../src/database';
import { makeProjects, type Project } from './project';

jest.setTimeout(480_000);

const project = makeProjects();

const ID = 'a.test.js :: checks :: 0';
const TEST = `const fc = require('fast-check');
const { check } = require('./check');
test('checks', () => { fc.assert(fc.property(fc.nat(), (n) => { check(n); })); });\n`;
const SOUND = `exports.check = (n) => { if (n > 5000) globalThis.seen = 1; };\n`;
const BUG = `exports.check = (n) => { if (n > 5000) globalThis.seen = 1; if (n === 4242424) throw new RangeError('rare'); };\n`;

/** A project under Git. */
class Repository {
  constructor(readonly made: Project) {
    this.git('init', '-q', '-b', 'main');
  }

  git(...words: string[]): string {
    const options = { cwd: this.made.folder, encoding: 'utf8' } as const;
    return execFileSync('git', ['-c', 'user.name=n', '-c', 'user.email=e', ...words], options).trim();
  }

  commit(check: string): string {
    this.made.write({ 'check.js': check });
    this.git(
      'add',
      '--',
      'check.js',
      'jest.config.js',
      ...fs.readdirSync(this.made.folder).filter((name) => name.endsWith('.test.js')),
    );
    this.git('commit', '-q', '--allow-empty', '-m', 'change');
    return this.git('rev-parse', 'HEAD');
  }
}

async function reading<T>(made: Project, read: (records: Records) => Promise<T>): Promise<T> {
  const records = new Records(await openDatabase('.fuzz-runner', { rootDir: made.folder, readOnly: true }));
  try {
    return await read(records);
  } finally {
    await records.close();
  }
}

async function failureOf(made: Project): Promise<FailureSnapshot> {
  const failures = await reading(made, (records) => records.failures.list(ID));
  expect(failures).toHaveLength(1);
  return failures[0]!;
}

function find(made: Project, env: Record<string, string> = {}): ReturnType<Project['fuzz']> {
  return made.fuzz([], { FUZZ_FOR: '60s', FUZZ_STOP_ON_FAILURE: '1', FUZZ_WORKERS: '1', ...env });
}

function run(made: Project, env: Record<string, string> = {}): ReturnType<Project['fuzz']> {
  return made.fuzz([], { FUZZ_FOR: '1s', FUZZ_WORKERS: '1', ...env });
}

describe('workers with other code on one database', () => {
  test('do not close a failure that their commit is older than, or on another branch of; the fix does', async () => {
    const repository = new Repository(project({ 'a.test.js': TEST }));
    const { made } = repository;
    const before = repository.commit(SOUND);
    repository.git('branch', 'side');
    const bug = repository.commit(BUG);
    expect((await find(made)).output).toContain('[4242424]');
    expect(await failureOf(made)).toMatchObject({
      state: 'minimal',
      seenWith: { commit: bug, fastCheck: expect.stringMatching(/^4\./) },
    });

    // The code before the bug: it passes there, and that says nothing.
    repository.git('checkout', '-q', 'side');
    expect((await run(made)).code).toBe(0);
    const seen = await failureOf(made);
    expect(seen).toMatchObject({ state: 'minimal', fixedAt: null, seenWith: { commit: bug } });
    expect(seen.history!.at(-1)).toMatchObject({ event: 'passed', commit: before });
    // The same in an ordinary run, when its events are taken in.
    expect((await made.jest()).code).toBe(0);
    expect((await run(made)).code).toBe(0);
    expect((await failureOf(made)).state).toBe('minimal');
    // Nor does another branch.
    repository.commit(`${SOUND}// on the side\n`);
    await run(made);
    expect((await failureOf(made)).state).toBe('minimal');

    repository.git('checkout', '-q', 'main');
    expect((await made.jest()).code).toBe(1);
    const fixed = repository.commit(SOUND);
    await run(made);
    expect(await failureOf(made)).toMatchObject({ state: 'fixed', closedWith: { commit: fixed } });

    // A worker with the old code finds it again: it reports it, and it stays fixed for the others.
    repository.git('checkout', '-q', bug);
    const again = await find(made);
    expect(again.output).toContain('[4242424]');
    expect(again.code).toBe(1);
    const after = await failureOf(made);
    expect(after).toMatchObject({ state: 'fixed', closedWith: { commit: fixed } });
    expect(after.history!.at(-1)).toMatchObject({ commit: bug });
    // In newer code it is a failure again.
    repository.git('checkout', '-q', 'main');
    repository.commit(`${BUG}// again\n`);
    await find(made);
    expect(await failureOf(made)).toMatchObject({ state: 'minimal', fixedAt: null });
  });

  test('do not take a test that is not there yet for one that was renamed', async () => {
    const repository = new Repository(project({ 'b.test.js': TEST }));
    const { made } = repository;
    repository.commit(SOUND);
    repository.git('branch', 'side');
    repository.git('mv', 'b.test.js', 'a.test.js');
    repository.commit(BUG);
    expect((await find(made)).output).toContain('[4242424]');
    repository.git('checkout', '-q', 'side');
    expect((await run(made)).code).toBe(0);
    expect((await failureOf(made)).state).toBe('minimal');
    repository.git('checkout', '-q', 'main');
    expect((await made.jest()).code).toBe(1);
    expect((await run(made)).code).toBe(1);
    expect((await failureOf(made)).state).toBe('minimal');
    const all = await reading(made, (records) => records.failures.list());
    expect(all.filter(({ targetId }) => targetId !== ID).map(({ state }) => state)).toEqual(['expired']);
  });

  test('neither close what another fast-check has found, nor delete its corpus', async () => {
    const config = `module.exports = process.env.FC === '3' ? { moduleNameMapper: { '^fast-check$': 'fast-check-3' } } : {};\n`;
    // The two make other texts of the same choices.
    const repository = new Repository(
      project({
        'jest.config.js': config,
        'a.test.js': TEST.replace('fc.nat()', 'fc.string({ minLength: 3, maxLength: 3 })').replace(
          'check(n)',
          'check(n, fc.__version)',
        ),
      }),
    );
    const { made } = repository;
    repository.commit(`exports.check = (text, version) => {
  if (text > 'k') globalThis.seen = 1;
  if (text === 'z{}' && version.startsWith('4.')) throw new RangeError('rare');
};\n`);
    expect((await find(made)).output).toContain('["z{}"]');
    const found = await failureOf(made);
    expect(found.seenWith!.fastCheck).toMatch(/^4\./);
    const ofFour = (entries: readonly CorpusEntry[]): string[] =>
      entries
        .filter(({ from }) => from?.fastCheck?.startsWith('4.') === true)
        .map(({ choices }) => Buffer.from(choices).toString('hex'))
        .sort();
    const before = ofFour(await reading(made, (records) => records.corpus.list(ID)));
    expect(before.length).toBeGreaterThan(0);

    const other = await made.fuzz([], { FUZZ_FOR: '4s', FUZZ_WORKERS: '1', FC: '3' });
    expect(other.output).not.toContain('Error:');
    const entries = await reading(made, (records) => records.corpus.list(ID));
    expect(ofFour(entries)).toEqual(before);
    const after = await failureOf(made);
    expect(after.state).toBe('minimal');
    expect(after.history!.some(({ fastCheck }) => fastCheck?.startsWith('3.') === true)).toBe(true);
    expect((await run(made)).code).toBe(1);
  });
});
