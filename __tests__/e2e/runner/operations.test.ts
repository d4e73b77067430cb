import { describe, expect, jest, test } from '@jest/globals';
import { execFileSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import * as fs from 'node:fs';
import * as path from 'node:path';
import { openDatabase } from '../../../src/database';
import { DIST, makeProjects, type Project } from './project';

jest.setTimeout(300_000);

const project = makeProjects();

const FC = `const fc = require('fast-check');\n`;
const FILES = {
  'large.test.js': `${FC}test('large', () => { fc.assert(fc.property(fc.integer(), fc.string(), (n, s) => {
  if (s.startsWith('ab') && s.length > 3) globalThis.seen = 1;
  if (n === 4242424) throw new RangeError('large');
})); });`,
};

/** A project that was fuzzed until the failure of its property was found. */
async function fuzzed(): Promise<Project> {
  const made = project(FILES);
  const { code, output } = await made.fuzz([], { FUZZ_FOR: '30s', FUZZ_STOP_ON_FAILURE: '1', FUZZ_WORKERS: '1' });
  if (code !== 1 || !output.includes('[4242424')) throw new Error(`Expected the failure to be found, but:\n${output}`);
  return made;
}

interface Stats {
  readonly total: { readonly failures: Record<string, number>; readonly corpusEntries: number; readonly runs: number };
}

async function statsOf(made: Project, ...args: string[]): Promise<Stats> {
  const { code, stdout, output } = await made.command(['stats', '--json', ...args]);
  if (code !== 0) throw new Error(output);
  return JSON.parse(stdout) as Stats;
}

/** The one file in a folder and those in it. */
function onlyFile(folder: string): string {
  const entries = fs.readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
  if (entries.length !== 1) throw new Error(`Expected one file in ${folder} but there are ${entries.length}.`);
  return path.join(entries[0]!.parentPath, entries[0]!.name);
}

describe('a database that comes to another machine', () => {
  test('as an export: what it knows is united with what is there, and ordinary runs replay it', async () => {
    const made = await fuzzed();
    const exported = await made.command(['export', 'backup.fuzz']);
    expect(exported.stderr).toMatch(/^\d+ records of lmdb:.* written to backup\.fuzz, [\d.]+ kB\.\n$/);
    expect(exported.code).toBe(0);

    const other = project(FILES);
    fs.copyFileSync(path.join(made.folder, 'backup.fuzz'), path.join(other.folder, 'backup.fuzz'));
    const first = await other.command(['import', 'backup.fuzz']);
    expect(first.stdout).toMatch(/^backup\.fuzz: \d+ records read\n {2}\d+ {2}new\n {2}changed: .*1 failures/);
    expect(first.code).toBe(0);
    const { total } = await statsOf(other);
    expect(total).toEqual((await statsOf(made)).total);
    expect(total.failures).toEqual({ minimal: 1 });
    expect(total.corpusEntries).toBeGreaterThan(0);
    const second = await other.command(['import', 'backup.fuzz']);
    expect(second.stdout).toMatch(/^backup\.fuzz: (\d+) records read\n {2}\1 {2}known already\n$/);

    const plain = await other.jest();
    expect(plain.code).toBe(1);
    expect(plain.output).toContain('Replayed by fuzz-runner: found by fuzz-runner');
    expect(plain.output).toContain('Counterexample: [4242424,""]');
  });

  test('as a copied folder: named with --database, imported, and merged', async () => {
    const made = await fuzzed();
    const { total } = await statsOf(made);
    const other = project(FILES);
    fs.cpSync(path.join(made.folder, '.fuzz-runner'), path.join(other.folder, 'copy'), { recursive: true });

    // Just used.
    const plain = await other.jest([], { FUZZ_DATABASE: 'copy' });
    expect(plain.output).toContain('Counterexample: [4242424,""]');
    const used = await other.fuzz([], { FUZZ_DATABASE: 'copy', FUZZ_FOR: '1s', FUZZ_WORKERS: '1' });
    expect(used.output).toContain('input  [4242424,""]');
    expect((await statsOf(other, '--database', 'copy')).total.runs).toBe(total.runs + 1);

    // Imported into one of its own, and merged into a third one.
    expect((await other.command(['import', 'copy'])).code).toBe(0);
    expect((await statsOf(other)).total.failures).toEqual({ minimal: 1 });
    const merged = await other.command(['merge', 'copy', 'lmdb:.fuzz-runner', '--database', 'all']);
    expect(merged.stdout).toMatch(/^copy: \d+ records read\n/);
    expect(merged.code).toBe(0);
    expect((await statsOf(other, '--database', 'all')).total.failures).toEqual({ minimal: 1 });
    expect((await other.command(['verify', '--database', 'all'])).output).toContain('no problems found');
    // Through a database of files, whose folder is imported too.
    expect((await other.command(['merge', 'all', '--database', 'dir:files'])).code).toBe(0);
    expect((await other.command(['import', 'files', '--database', 'third'])).code).toBe(0);
    expect((await statsOf(other, '--database', 'third')).total.failures).toEqual({ minimal: 1 });
    fs.writeFileSync(onlyFile(path.join(other.folder, 'files', 'records', 'failure')), 'x');
    const damaged = await other.command(['verify', '--database', 'dir:files']);
    expect(damaged.stderr).toContain('was left out');
    expect(damaged.code).toBe(1);
    expect((await other.jest()).output).toContain('Counterexample: [4242424,""]');
  });

  test('with what ordinary runs found there since', async () => {
    const made = project({
      'small.test.js': `${FC}test('small', () => { fc.assert(fc.property(fc.nat(), (n) => { expect(n).toBeLessThan(5); })); });`,
    });
    expect((await made.jest()).code).toBe(1);
    fs.cpSync(path.join(made.folder, '.fuzz-runner'), path.join(made.folder, 'copy'), { recursive: true });
    const before = fs.readdirSync(path.join(made.folder, 'copy'), { recursive: true });
    const imported = await made.command(['import', 'copy', '--database', 'other']);
    expect(imported.stdout).toContain('copy: 1 event of ordinary runs changed 1 failure\n');
    expect(fs.readdirSync(path.join(made.folder, 'copy'), { recursive: true })).toEqual(before);
    expect((await statsOf(made, '--database', 'other')).total.failures).toEqual({ found: 1 });
    // An export has them too.
    const exported = await made.command(['export', '--database', 'copy', 'backup.fuzz']);
    expect(exported.stderr).toMatch(/^2 records of /);
  });
});

describe('the commands for the database', () => {
  test('work through pipes, and on a damaged file as far as it goes', async () => {
    const made = await fuzzed();
    const bin = `"${process.execPath}" "${path.join(DIST, 'runner', 'bin.js')}"`;
    execFileSync('sh', ['-c', `${bin} export - | ${bin} import - --database piped`], {
      cwd: made.folder,
      stdio: 'pipe',
    });
    expect((await statsOf(made, '--database', 'piped')).total).toEqual((await statsOf(made)).total);

    await made.command(['export', 'backup.fuzz']);
    const whole = fs.readFileSync(path.join(made.folder, 'backup.fuzz'));
    fs.writeFileSync(path.join(made.folder, 'cut.fuzz'), whole.subarray(0, -10));
    const cut = await made.command(['import', 'cut.fuzz', '--database', 'other']);
    expect(cut.stderr).toMatch(
      /^fuzz-runner: cut\.fuzz is cut off after \d+ records\.\nfuzz-runner: everything else was imported\.\n$/,
    );
    expect(cut.code).toBe(1);
    expect((await statsOf(made, '--database', 'other')).total.failures).toEqual({ minimal: 1 });
  });

  test('export and import much through a pipe, and say so when the other side goes away', async () => {
    const made = project(FILES);
    const database = await openDatabase('.fuzz-runner', { rootDir: made.folder });
    for (let part = 0; part < 10; part += 1) {
      await database.write(
        Array.from({ length: 1000 }, (_, at) => ({ type: 'put', key: `k/${part}/${at}`, value: randomBytes(1000) })),
      );
    }
    await database.close();
    const exported = await made.command(['export', 'much.fuzz']);
    expect(exported.stderr).toMatch(/^10,000 records of lmdb:.* written to much\.fuzz, 10 MB\.\n$/);
    const shell = (command: string): string =>
      execFileSync('sh', ['-c', `{ ${command}; } 2>&1`], { cwd: made.folder, encoding: 'utf8' });
    const bin = `"${process.execPath}" "${path.join(DIST, 'runner', 'bin.js')}"`;
    const piped = shell(`${bin} export - | ${bin} import - --database piped`);
    expect(piped).toContain('Standard input: 10,000 records read\n');
    expect(piped).toContain('10,000 records of lmdb:');
    expect(shell(`${bin} export - | head -c 10 > start.txt`)).toMatch(
      /^fuzz-runner: The export is not complete: the program that reads it ended too early\./,
    );
  });

  test('minimize and gc say what they would do, then do it', async () => {
    const made = await fuzzed();
    const { total } = await statsOf(made);
    const planned = await made.command(['minimize', '--dry-run']);
    const [, , after] = /(\d+) corpus entr(?:y|ies) of 1 target would become (\d+) /.exec(planned.stdout) ?? [];
    expect(Number(after)).toBeLessThanOrEqual(total.corpusEntries);
    expect((await statsOf(made)).total.corpusEntries).toBe(total.corpusEntries);
    expect((await made.command(['minimize'])).stdout).toContain(` became ${after} `);
    expect((await statsOf(made)).total.corpusEntries).toBe(Number(after));

    expect((await made.command(['gc'])).stdout).toMatch(/^0 records deleted: /);
    const held = await made.command(['gc', '--grace', '1ms']);
    expect(held.stdout).toMatch(/^1 target not seen for 1ms, kept because of failures that are not fixed:\n/);
    expect((await statsOf(made)).total.failures).toEqual({ minimal: 1 });
    const dropped = await made.command(['gc', '--grace=1ms', '--drop-failures']);
    expect(dropped.stdout).toContain('RangeError [4242424,""]');
    expect((await statsOf(made)).total.failures).toEqual({});
    // Its replay file is gone too.
    expect((await made.jest()).code).toBe(0);
  });

  test('say what is wrong, what was expected, and what to do', async () => {
    const made = project(FILES);
    made.write({ 'notes.txt': 'these are notes' });
    const checks: [string[], RegExp][] = [
      [['stats'], /^fuzz-runner: There is no fuzz-runner database in .*\.fuzz-runner yet\. Run the fuzzer first\.\n$/],
      [['minimize'], /^fuzz-runner: There is no fuzz-runner database in /],
      [
        ['import'],
        /^fuzz-runner: Expected: fuzz-runner import <file>, but received nothing\. See fuzz-runner import --help\.\n$/,
      ],
      [['import', 'none.fuzz'], /^fuzz-runner: There is no file or folder none\.fuzz\. /],
      [
        ['import', 'notes.txt'],
        /^fuzz-runner: notes\.txt is not an export of fuzz-runner: .* begins with "these are notes"/,
      ],
      [['merge', 'nowhere'], /^fuzz-runner: There is no fuzz-runner database in .*nowhere yet\./],
      [
        ['gc', '--grace', 'long'],
        /^fuzz-runner: Expected --grace to be a duration such as 30d, 12h or 90m but received "long"\.\n$/,
      ],
      [
        ['verify', '--all'],
        /^fuzz-runner: fuzz-runner verify does not know "--all"\. See fuzz-runner verify --help\.\n$/,
      ],
      [['stats', '--database', 'memory:'], /^fuzz-runner: The database "memory:" is gone when its process ends/],
      [['export', 'none/backup.fuzz', '--database', 'd'], /^fuzz-runner: There is no fuzz-runner database in /],
    ];
    for (const [words, expected] of checks) {
      const { code, stderr } = await made.command(words);
      expect([words, stderr]).toEqual([words, expect.stringMatching(expected)]);
      expect([words, code]).toEqual([words, 1]);
    }
    // None of them made a database.
    expect(fs.existsSync(path.join(made.folder, 'nowhere'))).toBe(false);
    const help = await made.command(['gc', '--help']);
    expect(help.stdout).toMatch(/^Usage: fuzz-runner gc \[options\]\n/);
    expect(help.code).toBe(0);
  });
});
