import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import type { Database, WriteOperation } from '../../../../../src/database/base/database';
import { keyToPath, pathToKey } from '../../../../../src/database/stores/folder/fileNames';
import { openFolderDatabase } from '../../../../../src/database/stores/folder/folder';
import { temporaryDirectory } from '../../samples';

let directory: string;
let notices: string[];
const opened: Database[] = [];

beforeEach(() => {
  directory = path.join(temporaryDirectory(), 'records-of-a-test');
  notices = [];
});

afterEach(async () => {
  for (const database of opened.splice(0)) await database.close();
  fs.rmSync(path.dirname(directory), { recursive: true, force: true });
});

async function open(readOnly = false): Promise<Database> {
  const database = await openFolderDatabase(directory, { readOnly, onNotice: (message) => notices.push(message) });
  opened.push(database);
  return database;
}

function put(key: string, text = 'x'): WriteOperation {
  return { type: 'put', key, value: Buffer.from(text) };
}

async function keys(database: Database, prefix = ''): Promise<string[]> {
  const found: string[] = [];
  for await (const [key] of database.list(prefix)) found.push(key);
  return found;
}

const file = (name: string): string => path.join(directory, 'records', name);

describe('names of files', () => {
  test.each([
    ['corpus/0123abcd/89ef', 'corpus/0123abcd/89ef.rec'],
    ['a', 'a.rec'],
    ['a/', 'a/%.rec'],
    ['//', '%/%/%.rec'],
    ['A', '%41.rec'],
    ['con', '%63on.rec'],
    ['com1.x/aux', '%63om1%2ex/%61ux.rec'],
    ['a.rec/b', 'a%2erec/b.rec'],
    ['..', '%2e%2e.rec'],
    ['../../etc/passwd', '%2e%2e/%2e%2e/etc/passwd.rec'],
    ['a\\b:c*', 'a%5cb%3ac%2a.rec'],
    ['%', '%25.rec'],
    ['ä\u{1f600}\u0000', '%c3%a4%f0%9f%98%80%00.rec'],
  ])('%j is %s', (key, name) => {
    expect(keyToPath(key)).toBe(name);
    expect(pathToKey(name)).toBe(key);
  });

  test('long parts are named by their hash', () => {
    const name = keyToPath(`failure/${'k'.repeat(500)}`);
    expect(name).toMatch(/^failure\/%h[\da-f]{40}\.rec$/);
    expect(pathToKey(name)).toBeNull();
  });

  test.each(['a.rec.tmp', 'A.rec', '%4.rec', 'a.b/c.rec', '%61.rec', '%ff.rec'])('%s is the name of no key', (name) => {
    expect(pathToKey(name)).toBeNull();
  });
});

test('a damaged file is told, passed over, and kept when its key is written again', async () => {
  const database = await open();
  await database.write(['a', 'b', 'c', 'd', 'e'].map((key) => put(key, key)));
  const sound = fs.readFileSync(file('b.rec'));
  fs.writeFileSync(file('a.rec'), '');
  fs.writeFileSync(file('b.rec'), sound.subarray(0, -1));
  // As Git does with line ends.
  fs.writeFileSync(file('c.rec'), fs.readFileSync(file('c.rec'), 'utf8').replace('\n', '\r\n'));
  fs.copyFileSync(file('e.rec'), file('d.rec'));
  fs.writeFileSync(file('README.txt'), 'not ours');
  expect(await keys(database)).toEqual(['e']);
  expect(notices).toHaveLength(4);
  expect(notices.join('\n')).toMatch(
    /a\.rec was left out: expected it to begin.*\n.*hash does not fit.*\n.*\n.*it is a copy of e/,
  );
  expect(await database.get('b')).toBeUndefined();
  await database.write([{ type: 'expect', key: 'b', value: null }, put('b', 'new')]);
  expect(Buffer.from((await database.get('b'))!).toString()).toBe('new');
  const kept = fs.readdirSync(file('')).filter((name) => name.endsWith('.damaged'));
  expect(kept).toEqual([expect.stringMatching(/^b\.rec\.[\da-f]{8}\.damaged$/)]);
  expect(fs.readFileSync(file(kept[0]!))).toEqual(sound.subarray(0, -1));
});

test('what a writer that died has put down is carried out by the next', async () => {
  const first = await open();
  await first.write([put('a', 'old'), put('gone')]);
  // The plan as it is in the middle of a write of several.
  const plans: string[] = [];
  const { renameSync } = fs;
  fs.renameSync = (from, to) => {
    renameSync(from, to);
    if (String(to).endsWith('unfinished')) plans.push(fs.readFileSync(to, 'utf8'));
  };
  await first.write([put('a', 'new'), put('b', 'new'), { type: 'delete', key: 'gone' }]);
  fs.renameSync = renameSync;
  await first.write([put('a', 'old'), put('gone'), { type: 'delete', key: 'b' }]);
  fs.writeFileSync(path.join(directory, 'unfinished'), plans[0]!);
  // It held the lock; no process has such a number.
  fs.writeFileSync(path.join(directory, 'lock'), `${os.hostname()} 99999999 0`);
  const second = await open();
  expect(await keys(second)).toEqual(['a', 'b']);
  expect(Buffer.from((await second.get('a'))!).toString()).toBe('new');
  expect(fs.readdirSync(directory).sort()).not.toContain('unfinished');
});

test('only records are for Git, and their line ends are left alone', async () => {
  await open();
  expect(fs.readFileSync(path.join(directory, '.gitignore'), 'utf8')).toMatch(/^\/lock\*\n\/tmp\/\n\/changes\n/);
  expect(fs.readFileSync(path.join(directory, '.gitattributes'), 'utf8')).toBe('*.rec -text\n');
});

test('a copy of the directory is the same database', async () => {
  const database = await open();
  await database.write([put('a'), put('b/c')]);
  await database.close();
  const copy = `${directory}-copy`;
  fs.cpSync(directory, copy, { recursive: true });
  const other = await openFolderDatabase(copy, { readOnly: true });
  opened.push(other);
  expect(await keys(other)).toEqual(['a', 'b/c']);
  await expect(other.write([put('x')])).rejects.toMatchObject({ code: 'read-only' });
});

test('changes by other tools are noticed', async () => {
  const database = await open();
  await database.write([put('a/b')]);
  let isNoticed = false;
  database.watch(() => (isNoticed = true));
  const bytes = fs.readFileSync(file('a/b.rec'));
  // Set by the watcher.
  // oxlint-disable-next-line no-unmodified-loop-condition
  while (!isNoticed) {
    fs.rmSync(file('a/b.rec'), { force: true });
    await new Promise((resolve) => setTimeout(resolve, 50));
    if (!isNoticed) fs.writeFileSync(file('a/b.rec'), bytes);
  }
}, 60_000);
