import fs from 'node:fs';
import path from 'node:path';
import { DatabaseError, messageOf, systemErrorCode } from '../../base/databaseError';
import type { RedisProblem } from './redisProblem';
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

/** The end of a sentence. */
export const OWN_CERTIFICATE = 'name it in the URL: "cert=path/to/cert.pem&key=path/to/key.pem".';

/** What is wrong with a certificate, and what to do about it; null when the error is another one. */
export function tlsProblem({ host, port }: RedisPlace, error: unknown): RedisProblem | null {
  const server = `the Redis server ${host}:${port}`;
  const message = messageOf(error).split('\n')[0]!.replace(/\.$/, '');
  const code = systemErrorCode(error) ?? '';
  if (UNTRUSTED.includes(code)) {
    return {
      kind: 'refused',
      what: `Nobody that this machine trusts has signed the certificate of ${server} (${message})`,
      next: 'If it is yours, name the file of who signed it in the URL: "?ca=path/to/ca.pem".',
    };
  }
  if (code === 'ERR_TLS_CERT_ALTNAME_INVALID') {
    return {
      kind: 'refused',
      what: `The certificate of ${server} is for another name (${message})`,
      next: 'Write the name of the certificate into the URL, or have one made for this name.',
    };
  }
  if (code === 'CERT_HAS_EXPIRED' || code === 'CERT_NOT_YET_VALID') {
    return {
      kind: 'refused',
      what: `The certificate of ${server} is not valid now (${message})`,
      next: 'Renew it, or correct the clock of this machine.',
    };
  }
  if (/^ERR_SSL_.*CERTIFICATE_REQUIRED|^ERR_SSL_.*HANDSHAKE_FAILURE/.test(code)) {
    return {
      kind: 'refused',
      what: `The Redis server ${host}:${port} asks for a certificate of who connects`,
      next: `If you have one, ${OWN_CERTIFICATE}`,
    };
  }
  return null;
}

const UNTRUSTED: readonly string[] = [
  'SELF_SIGNED_CERT_IN_CHAIN',
  'DEPTH_ZERO_SELF_SIGNED_CERT',
  'UNABLE_TO_VERIFY_LEAF_SIGNATURE',
  'UNABLE_TO_GET_ISSUER_CERT',
  'UNABLE_TO_GET_ISSUER_CERT_LOCALLY',
];
