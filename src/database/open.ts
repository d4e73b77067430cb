import path from 'node:path';
import { openArtifactDatabase } from './stores/artifact/artifact';
import type { Database } from './base/database';
import { DatabaseError } from './base/databaseError';
import { openFolderDatabase } from './stores/folder/folder';
import { openLmdbDatabase } from './stores/lmdb/lmdb';
import { openMemoryDatabase } from './stores/memory';
import { multiplex } from './stores/multiplex';
import { readOnly as refuseWrites } from './stores/readOnly';
import { openRedisDatabase } from './stores/redis/redis';
import { openRemoteDatabase } from './stores/remote/remote';
import { hidePassword } from './stores/redis/redisUrl';
import { databaseDirectory, DEFAULT_DIRECTORY, parseDatabaseUrl, partsOfUrl } from './base/url';

export interface OpenDatabaseOptions {
  /** The directory that relative paths start from. */
  readonly rootDir: string;
  /** Never write, and fail if there is no database yet; false if absent. */
  readonly readOnly?: boolean;
  /**
   * Called with one or two sentences that the user should know, for example when a server is away. The database can
   * still be used.
   */
  readonly onNotice?: (message: string) => void;
  /**
   * Called when a server that was away is back. It may lack the last writes, or all of its data if it was restarted
   * without them. A caller that still has the records that it wrote may check that they are there.
   */
  readonly onBack?: () => void;
}

/** The schemes that are supported, each with an example. */
const SCHEMES: Readonly<Record<string, string>> = {
  lmdb: `lmdb:${DEFAULT_DIRECTORY}`,
  redis: 'redis://user:password@host:6379/0?prefix=name',
  rediss: 'rediss://host?ca=ca.pem (Redis with TLS)',
  dir: 'dir:path (one file per record)',
  https: 'https://host:9797/?token=… (a dashboard, read-only)',
  github: 'github:owner/repository/artifact (read-only)',
  multi: 'multi:first,second (writes to all, reads the union)',
  readonly: 'readonly:another',
  memory: 'memory:',
};

/**
 * Opens the database that a user names by URL: see docs/databases.md. A path without a scheme is an LMDB database,
 * relative to `rootDir`; an empty URL means `.fuzz-runner`.
 */
export async function openDatabase(url: string, options: OpenDatabaseOptions): Promise<Database> {
  const { scheme, rest } = parseDatabaseUrl(url);
  const { readOnly, onNotice, onBack } = options;
  const directory = databaseDirectory(url, options.rootDir);
  switch (scheme) {
    case 'lmdb':
      return openLmdbDatabase(directory, { readOnly });
    case 'redis':
    case 'rediss':
      return openRedisDatabase(url, { directory, rootDir: options.rootDir, readOnly, onNotice, onBack });
    case 'dir':
      return openFolderDatabase(path.resolve(options.rootDir, rest || 'fuzz-records'), { readOnly, onNotice });
    case 'memory':
      return openMemoryDatabase();
    case 'http':
    case 'https':
      return openRemoteDatabase(url, { onNotice });
    case 'github':
      return openArtifactDatabase(url, { directory, token: process.env['GITHUB_TOKEN'], onNotice });
    case 'multi':
      return openAll(partsOfUrl(url), options);
    case 'readonly':
      return refuseWrites(await openDatabase(rest, { ...options, readOnly: true }));
    default:
      throw new DatabaseError(
        'unknown-scheme',
        `Expected a path or a database like ${Object.values(SCHEMES).join(', ')} but received ` +
          `${JSON.stringify(hidePassword(url))}. "${scheme}:" is not supported; a path with a colon must start with "./".`,
      );
  }
}

/**
 * Rejects when the first database cannot be opened. If another one cannot be opened, the user gets a notice and that
 * database is left out.
 */
async function openAll(urls: readonly string[], options: OpenDatabaseOptions): Promise<Database> {
  const opened: Database[] = [];
  for (const [index, url] of urls.entries()) {
    try {
      opened.push(await openDatabase(url, options));
    } catch (error) {
      if (index === 0 || !(error instanceof DatabaseError) || error.code === 'unknown-scheme') {
        for (const database of opened) await database.close();
        throw error;
      }
      options.onNotice?.(`${error.message} It is left out.`);
    }
  }
  return multiplex(opened, options);
}
