import { expect } from '@jest/globals';
import type { Database } from '../../src/database/base/database';

export async function contents(database: Database, prefix: string): Promise<Map<string, Uint8Array>> {
  const found = new Map<string, Uint8Array>();
  for await (const [key, value] of database.list(prefix)) found.set(key.slice(prefix.length), value);
  return found;
}

/** Every write that the child acknowledged is there, whole, and nothing is there in part. */
export async function expectAcknowledged(database: Database, lines: readonly string[]): Promise<void> {
  const [pid, last] = lines.at(-1)!.split(' ');
  const latest = Number(Buffer.from((await database.get(`latest/${pid}`))!).toString());
  expect(latest).toBeGreaterThanOrEqual(Number(last));
  const a = await contents(database, `a/${pid}/`);
  expect(await contents(database, `b/${pid}/`)).toEqual(a);
  const expected = Array.from({ length: Math.min(latest + 1, 20) }, (_, index) => String(latest - index));
  expect([...a.keys()].sort()).toEqual(expected.sort());
  for (const [count, value] of a) expect(value[0]).toBe(Number(count) % 256);
}
