import type { Database, WriteOperation } from '../base/database';

export function put(key: string, ...bytes: readonly number[]): WriteOperation {
  return { type: 'put', key, value: Uint8Array.from(bytes) };
}

export function expecting(key: string, bytes: readonly number[] | null): WriteOperation {
  return { type: 'expect', key, value: bytes && Uint8Array.from(bytes) };
}

export function remove(key: string): WriteOperation {
  return { type: 'delete', key };
}

export async function entries(database: Database, prefix: string): Promise<[string, number[]][]> {
  const found: [string, number[]][] = [];
  for await (const [key, value] of database.list(prefix)) found.push([key, [...value]]);
  return found;
}

export async function keys(database: Database, prefix: string): Promise<string[]> {
  return (await entries(database, prefix)).map(([key]) => key);
}
