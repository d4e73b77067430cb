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
  /** What relative paths are relative to. */
  readonly rootDir: string;
  /** Never write, and fail if there is no database yet; false if absent. */
  readonly readOnly?: boolean;
  /** Told in a sentence or two what the user should know and what stops nothing: a server that is away, for example. */
  readonly onNotice?: (message: string) => void;
  /**
   * Told when a server that was away is back. It may lack what it was given last, or was restarted without anything:
   * whoever still has what it wrote may look whether it is there.
   */
  readonly onBack?: () => void;
}

/** What may stand before the colon, with an example of each. */
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
 * Opens the database that a user names by URL: see docs/databases.md. A bare path is one of LMDB, relative to
 * `rootDir`; an empty one stands for `.fuzz-runner`.
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

/** The first must open. Another that does not costs a notice. */
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
