import fs from 'node:fs';
import path from 'node:path';
import { DatabaseError, messageOf } from '../../base/databaseError';
import type { RedisPlace } from './redisUrl';

/** The certificates that the URL names for a TLS connection; all in PEM. */
export interface RedisTls {
  /** Authorities that may have signed the server's certificate, in place of those that the system trusts. */
  readonly ca?: Buffer;
  /** The certificate of this process, for a server that asks its clients for one. */
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
