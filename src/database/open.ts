import path from 'node:path';
import type { Database } from './database';
import { DatabaseError } from './databaseError';
import { DEFAULT_DIRECTORY } from './directory';
import { openLmdbDatabase } from './lmdb';
import { openMemoryDatabase } from './memory';

export interface OpenDatabaseOptions {
  /** What relative paths are relative to. */
  readonly rootDir: string;
  /** Never write, and fail if there is no database yet; false if absent. */
  readonly readOnly?: boolean;
}

/**
 * Opens the database that a user names: `lmdb:path`, a bare path (the same), or `memory:`.
 * The path is relative to `rootDir`; an empty one stands for `.fuzz-runner`.
 */
export async function openDatabase(url: string, options: OpenDatabaseOptions): Promise<Database> {
  const { scheme } = parseUrl(url);
  switch (scheme) {
    case 'lmdb':
      return openLmdbDatabase(databaseDirectory(url, options.rootDir), { readOnly: options.readOnly });
    case 'memory':
      return openMemoryDatabase();
    default:
      throw new DatabaseError(
        'unknown-scheme',
        `Expected a database like "lmdb:${DEFAULT_DIRECTORY}", a path or "memory:" but received ${JSON.stringify(url)}. ` +
          `"${scheme}:" is not supported; a path with a colon must start with "./".`,
      );
  }
}

/**
 * The directory that belongs to a database, for what must be in files (`replay`, `journal`, the token of the
 * dashboard): that of LMDB, and `.fuzz-runner` in `rootDir` for a database that has none. It may not exist.
 */
export function databaseDirectory(url: string, rootDir: string): string {
  const { scheme, rest } = parseUrl(url);
  return path.resolve(rootDir, (scheme === 'lmdb' && rest) || DEFAULT_DIRECTORY);
}

function parseUrl(url: string): { readonly scheme: string; readonly rest: string } {
  // Two letters at least: `C:\data` is a path.
  const [, scheme, rest = ''] = /^(?:([a-z][a-z\d+.-]+):)?(.*)$/is.exec(url) ?? [];
  return { scheme: scheme?.toLowerCase() ?? 'lmdb', rest };
}
