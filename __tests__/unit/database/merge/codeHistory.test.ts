import { afterAll, beforeAll, describe, expect, jest, test } from '@jest/globals';
import { execFileSync } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { isOutdated, mayClose, mayReplace, relateCommits } from '../../../../src/database/merge/codeHistory';
import type { CodeTag } from '../../../../src/protocol/failure';
import { sampleFailure, temporaryDirectory } from '../samples';

jest.setTimeout(60_000);

/** main: one, two, three; side: from one. In `shallow`, only three is known. */
const folder = temporaryDirectory();
const whole = path.join(folder, 'whole');
const shallow = path.join(folder, 'shallow');
const nowhere = path.join(folder, 'nowhere');
const commits: Record<string, string> = {};
const UNKNOWN = 'd'.repeat(40);

function git(at: string, ...words: string[]): string {
  const all = ['-c', 'user.name=n', '-c', 'user.email=e', ...words];
  return execFileSync('git', all, { cwd: at, encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] }).trim();
}

function commit(name: string): void {
  git(whole, 'commit', '-q', '--allow-empty', '-m', name);
  commits[name] = git(whole, 'rev-parse', 'HEAD');
}

beforeAll(() => {
  for (const made of [whole, nowhere]) fs.mkdirSync(made);
  git(whole, 'init', '-q', '-b', 'main');
  commit('one');
  git(whole, 'branch', 'side');
  commit('two');
  commit('three');
  git(whole, 'checkout', '-q', 'side');
  commit('side');
  git(folder, 'clone', '-q', '--depth', '1', '--branch', 'main', `file://${whole}`, shallow);
});

afterAll(() => fs.rmSync(folder, { recursive: true, force: true }));

describe('a commit and another one', () => {
  test('are related as Git has it', async () => {
    const { one = '', two = '', three = '', side = '' } = commits;
    const relation = (commitOf: string, than: string, at = whole): Promise<string> => relateCommits(at, commitOf, than);
    expect(await relation(two, two)).toBe('same');
    expect(await relation(two, two.slice(0, 12))).toBe('same');
    expect(await relation(three, one.slice(0, 12))).toBe('newer');
    expect(await relation(one, three)).toBe('older');
    expect(await relation(side, three)).toBe('other');
    // Not there: this code does not come after it.
    expect(await relation(three, UNKNOWN)).toBe('other');
    // It may be there, and nobody knows.
    expect(await relation(three, one, shallow)).toBe('unknown');
    expect(await relation('--help', one)).toBe('other');
  });
});

describe('code', () => {
  const four = '4.10.0';
  const three = '3.23.2';
  async function closes(ours: CodeTag, seenWith: CodeTag | undefined, at = whole, lastSeenAt = 200): Promise<boolean> {
    return mayClose(at, ours, sampleFailure({ seenWith, lastSeenAt }));
  }

  test('closes what was seen with it, or with what it comes after', async () => {
    const { one, two, side } = commits;
    expect(await closes({ commit: two, fastCheck: four }, { commit: two, fastCheck: four })).toBe(true);
    expect(await closes({ commit: two, fastCheck: four }, { commit: two, fastCheck: three })).toBe(false);
    expect(await closes({ commit: two, fastCheck: four }, { commit: one, fastCheck: three })).toBe(true);
    expect(await closes({ commit: one }, { commit: two })).toBe(false);
    expect(await closes({ commit: side }, { commit: two })).toBe(false);
    expect(await closes({}, { commit: two })).toBe(false);
    // Of older versions of fuzz-runner nothing is known.
    expect(await closes({ commit: one }, undefined)).toBe(true);
  });

  test('without Git closes what was seen without, with no older fast-check', async () => {
    expect(await closes({ fastCheck: four }, { fastCheck: four }, nowhere)).toBe(true);
    expect(await closes({ fastCheck: four }, { fastCheck: three }, nowhere)).toBe(true);
    expect(await closes({ fastCheck: three }, { fastCheck: four }, nowhere)).toBe(false);
    expect(await closes({ fastCheck: '4.9.0' }, { fastCheck: four }, nowhere)).toBe(false);
  });

  test('in a clone of the latest commits closes what was last seen before its commit', async () => {
    const { one, three: latest } = commits;
    expect(await closes({ commit: latest }, { commit: one }, shallow, Date.now() - 3_600_000)).toBe(true);
    expect(await closes({ commit: latest }, { commit: one }, shallow, Date.now() + 3_600_000)).toBe(false);
  });

  test('is outdated when newer code closed the failure', async () => {
    const { one, two, side } = commits;
    const closed = sampleFailure({ state: 'fixed', closedWith: { commit: two } });
    expect(await isOutdated(whole, { commit: one }, closed)).toBe(true);
    expect(await isOutdated(whole, { commit: two }, closed)).toBe(false);
    expect(await isOutdated(whole, { commit: side }, closed)).toBe(false);
    expect(await isOutdated(whole, {}, closed)).toBe(false);
  });

  test('replaces corpus entries of its own and of older code, never of another fast-check', async () => {
    const { one, two, side } = commits;
    const replaces = (ours: CodeTag, from: CodeTag | undefined): Promise<boolean> => mayReplace(whole, ours, from);
    expect(await replaces({ commit: two, fastCheck: four }, { commit: one!.slice(0, 12), fastCheck: four })).toBe(true);
    expect(await replaces({ commit: two, fastCheck: four }, { commit: one, fastCheck: three })).toBe(false);
    expect(await replaces({ commit: one, fastCheck: four }, { commit: two, fastCheck: four })).toBe(false);
    expect(await replaces({ commit: side }, { commit: two })).toBe(false);
    expect(await replaces({}, { commit: two })).toBe(false);
    expect(await replaces({ commit: one }, undefined)).toBe(true);
  });
});
