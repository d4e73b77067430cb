import fs from 'node:fs';
import path from 'node:path';
import { DatabaseError, messageOf } from '../../base/databaseError';
import type { RedisPlace } from './redisUrl';

/** What a connection with TLS is made with besides what the system trusts; all in PEM. */
export interface RedisTls {
  /** Who may have signed the server's certificate, instead of those that the system trusts. */
  readonly ca?: Buffer;
  /** How this process shows who it is, to a server that asks. */
  readonly cert?: Buffer;
  readonly key?: Buffer;
}

/** Reads the files that the URL names. Throws a DatabaseError. */
export function readTlsFiles({ tlsFiles }: RedisPlace, rootDir: string): RedisTls {
  const read = (name: keyof RedisTls): Buffer | undefined => {
    const file = tlsFiles[name];
    if (file === undefined) return undefined;
    try {
      return fs.readFileSync(path.resolve(rootDir, file));
    } catch (error) {
      throw new DatabaseError(
        'unknown-scheme',
        `Expected "${name}" in the Redis URL to be a file in PEM format but ${JSON.stringify(file)} cannot be read: ${messageOf(error)}. Correct the URL.`,
        { cause: error },
      );
    }
  };
  return { ca: read('ca'), cert: read('cert'), key: read('key') };
}
