import { chmodSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { loadToken } from '../../../../reporter/server/token';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'fuzz-runner-token-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

function mode(file: string): number {
  return statSync(file).mode & 0o777;
}

describe('loadToken', () => {
  test('makes the file and its folder, for the owner only, and keeps the token', async () => {
    const file = path.join(folder, 'new', 'token');
    const token = await loadToken(file);
    expect(token).toMatch(/^[\w-]{32}$/);
    expect(mode(file)).toBe(0o600);
    expect(await loadToken(file)).toBe(token);
    expect(readFileSync(file, 'utf8').trim()).toBe(token);
  });

  test('two folders have two tokens', async () => {
    expect(await loadToken(path.join(folder, 'a'))).not.toBe(await loadToken(path.join(folder, 'b')));
  });

  test('takes rights from others if the file gives them', async () => {
    const file = path.join(folder, 'token');
    const token = await loadToken(file);
    chmodSync(file, 0o644);
    expect(await loadToken(file)).toBe(token);
    expect(mode(file)).toBe(0o600);
  });

  test.each(['', 'short', `${'x'.repeat(40)}; Domain=evil`])('replaces an unusable token %j', async (text) => {
    const file = path.join(folder, 'token');
    writeFileSync(file, text, { mode: 0o644 });
    expect(await loadToken(file)).toMatch(/^[\w-]{32}$/);
    expect(mode(file)).toBe(0o600);
  });

  test('names the file that cannot be read', async () => {
    await expect(loadToken(folder)).rejects.toThrow(`Cannot read the dashboard's token from ${folder}`);
  });
});
