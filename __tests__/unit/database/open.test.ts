import fs from 'node:fs';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { openDatabase } from '../../../src/database/open';
import { databaseDirectory } from '../../../src/database/base/url';
import { temporaryDirectory } from './samples';

let rootDir: string;

beforeEach(() => {
  rootDir = temporaryDirectory();
});

afterEach(() => fs.rmSync(rootDir, { recursive: true, force: true }));

async function openAndClose(url: string, readOnly = false): Promise<string> {
  const database = await openDatabase(url, { rootDir, readOnly });
  await database.close();
  return database.url;
}

describe('openDatabase', () => {
  test.each([
    ['', '.fuzz-runner'],
    ['lmdb:', '.fuzz-runner'],
    ['lmdb:data/fuzz', 'data/fuzz'],
    ['LMDB:data', 'data'],
    ['data', 'data'],
    ['./redis:x', 'redis:x'],
  ])('%j is the directory %s', async (url, directory) => {
    expect(await openAndClose(url)).toBe(`lmdb:${path.join(rootDir, directory)}`);
    expect(databaseDirectory(url, rootDir)).toBe(path.join(rootDir, directory));
    expect(fs.readdirSync(path.join(rootDir, directory)).sort()).toEqual([
      '.gitignore',
      'data.mdb',
      'data.mdb-lock',
      'fuzz-runner.json',
    ]);
  });

  test('takes an absolute path', async () => {
    expect(await openAndClose(path.join(rootDir, 'x'))).toBe(`lmdb:${path.join(rootDir, 'x')}`);
  });

  test('memory: leaves nothing', async () => {
    expect(await openAndClose('memory:')).toBe('memory:');
    expect(databaseDirectory('memory:', rootDir)).toBe(path.join(rootDir, '.fuzz-runner'));
    expect(fs.readdirSync(rootDir)).toEqual([]);
  });

  test('refuses an unknown scheme', async () => {
    await expect(openAndClose('mongo://localhost')).rejects.toMatchObject({
      code: 'unknown-scheme',
      message: expect.stringContaining('received "mongo://localhost". "mongo:" is not supported'),
    });
  });
});

describe('a directory', () => {
  const directory = (): string => path.join(rootDir, 'db');

  test('that is a file', async () => {
    fs.writeFileSync(directory(), '');
    await expect(openAndClose('db')).rejects.toMatchObject({
      code: 'not-a-directory',
      message: expect.stringContaining(directory()),
    });
    await expect(openAndClose('db/below')).rejects.toMatchObject({ code: 'not-a-directory' });
  });

  test('of somebody else is left alone', async () => {
    fs.mkdirSync(directory());
    fs.writeFileSync(path.join(directory(), 'package.json'), '{}');
    await expect(openAndClose('db')).rejects.toMatchObject({
      code: 'foreign',
      message: expect.stringContaining('"package.json"'),
    });
    expect(fs.readdirSync(directory())).toEqual(['package.json']);
  });

  test.each([[[]], [['.gitignore']], [['fuzz-runner.json.12-0.tmp']]])('with only %j is taken', async (names) => {
    fs.mkdirSync(directory());
    for (const name of names) fs.writeFileSync(path.join(directory(), name), '');
    expect(await openAndClose('db')).toBe(`lmdb:${directory()}`);
  });

  test('of a newer version', async () => {
    await openAndClose('db');
    fs.writeFileSync(path.join(directory(), 'fuzz-runner.json'), '{"format":2}');
    await expect(openAndClose('db')).rejects.toMatchObject({
      code: 'newer-format',
      message: expect.stringMatching(/format 2.*knows 1.*Update/s),
    });
    await expect(openAndClose('db', true)).rejects.toMatchObject({ code: 'newer-format' });
  });

  test.each(['', 'null', '{"format":"1"}', 'x'])('with the marker %j', async (text) => {
    await openAndClose('db');
    fs.writeFileSync(path.join(directory(), 'fuzz-runner.json'), text);
    await expect(openAndClose('db')).rejects.toMatchObject({ code: 'damaged' });
  });

  test('keeps a .gitignore that the user removed or changed', async () => {
    await openAndClose('db');
    fs.rmSync(path.join(directory(), '.gitignore'));
    await openAndClose('db');
    expect(fs.readdirSync(directory())).not.toContain('.gitignore');
  });
});

describe('read-only', () => {
  const put = { type: 'put', key: 'a', value: Uint8Array.of(1) } as const;

  test('needs a database and creates none', async () => {
    await expect(openAndClose('db', true)).rejects.toMatchObject({
      code: 'missing',
      message: expect.stringContaining('Run the fuzzer first'),
    });
    expect(fs.readdirSync(rootDir)).toEqual([]);
    fs.mkdirSync(path.join(rootDir, 'db'));
    await expect(openAndClose('db', true)).rejects.toMatchObject({ code: 'missing' });
    expect(fs.readdirSync(path.join(rootDir, 'db'))).toEqual([]);
    // Made by an ordinary run that found something.
    fs.writeFileSync(path.join(rootDir, 'db/fuzz-runner.json'), '{"format":1}');
    await expect(openAndClose('db', true)).rejects.toMatchObject({ code: 'missing' });
  });

  test('reads what another handle writes, and does not write', async () => {
    const writer = await openDatabase('db', { rootDir });
    const reader = await openDatabase('db', { rootDir, readOnly: true });
    await writer.write([put]);
    expect(await reader.get('a')).toEqual(Uint8Array.of(1));
    await expect(reader.write([put])).rejects.toMatchObject({ code: 'read-only' });
    await reader.close();
    expect(await writer.get('a')).toEqual(Uint8Array.of(1));
    await writer.close();
  });

  test('is not opened for writing by the same process meanwhile', async () => {
    await openAndClose('db');
    const reader = await openDatabase('db', { rootDir, readOnly: true });
    await expect(openAndClose('db')).rejects.toMatchObject({ code: 'read-only' });
    await reader.close();
    expect(await openAndClose('db')).toContain('lmdb:');
  });
});
