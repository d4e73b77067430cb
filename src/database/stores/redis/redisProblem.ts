import { DatabaseError, messageOf, systemErrorCode } from '../../base/databaseError';
import type { RedisPlace } from './redisUrl';

/** Why a command failed, as far as it matters for what to do next. */
export interface RedisProblem {
  /**
   * `away`: no connection, or no answer; `busy`: connected, but the server takes no writes now; `refused` and
   * `foreign`: a mistake of the user, so another try does not help; `error`: this command is wrong.
   */
  readonly kind: 'away' | 'busy' | 'refused' | 'foreign' | 'error';
  /** The beginning of a sentence for the user, without a full stop. */
  readonly what: string;
  /** Advice to the user, as a sentence; missing when the usual advice for this kind of problem fits. */
  readonly next?: string;
  /** The server took the connection but sent nothing: it cut the connection, or left it open. */
  readonly silence?: 'cut' | 'no-answer';
}

/** The server did not answer in time. */
export class NoAnswer extends Error {
  constructor(milliseconds: number) {
    super(`no answer for ${milliseconds / 1000} s`);
  }
}

/** The meaning of an error of the Redis library, or of an error reply of the server. */
export function redisProblem(place: RedisPlace, error: unknown): RedisProblem {
  const server = `The Redis server ${place.host}:${place.port}`;
  const message = messageOf(error);
  const reply = /^([A-Z]{3,}) /.exec(message)?.[1] ?? '';
  if (error instanceof NoAnswer) {
    return { kind: 'away', what: `${server} is frozen or overloaded (${message})`, silence: 'no-answer' };
  }
  const certificate = tlsProblem(place, error);
  if (certificate !== null) return certificate;
  if (/^(?:WRONGPASS|NOAUTH)|invalid (?:username-)?password|without any password configured/i.test(message)) {
    const user = place.username === undefined ? 'the password' : `user or password of "${place.username}"`;
    return {
      kind: 'refused',
      what: place.password === undefined ? `${server} wants a password` : `${server} does not accept ${user}`,
    };
  }
  switch (reply) {
    case 'NOPERM':
      return { kind: 'refused', what: `${server} does not let this user do what is needed (${message})` };
    case 'OOM':
      return { kind: 'busy', what: `${server} has reached its memory limit (maxmemory) and refuses writes` };
    case 'LOADING':
    case 'BUSY':
    case 'CLUSTERDOWN':
    case 'MASTERDOWN':
    case 'UNBLOCKED':
      return { kind: 'busy', what: `${server} is not ready (${message})` };
    case 'MISCONF':
    case 'READONLY':
    case 'NOREPLICAS':
      return { kind: 'busy', what: `${server} refuses writes (${message})` };
    case 'MOVED':
      return {
        kind: 'away',
        what: `The cluster of ${place.host}:${place.port} has moved ${place.prefix} (${message})`,
      };
    case 'ASK':
    case 'TRYAGAIN':
      return {
        kind: 'busy',
        what: `The cluster of ${place.host}:${place.port} is moving ${place.prefix} (${message})`,
      };
    case 'WRONGTYPE':
      return { kind: 'foreign', what: `${server} has other data under ${place.prefix}; choose another prefix` };
    default:
      break;
  }
  if (
    /unknown command|DB index is out of range|protocol|RESP|wrong version number|SSL|EPROTO|certificate/i.test(message)
  ) {
    return {
      kind: 'foreign',
      what: `${server} is not what the URL says: a Redis server with such a database (${message})`,
    };
  }
  if (reply !== '' || message.startsWith('ERR '))
    return { kind: 'error', what: `${server} reported an error: ${message}` };
  const code = systemErrorCode(error);
  if (code === 'ECONNREFUSED' || code === 'ENOTFOUND' || code === 'EHOSTUNREACH' || code === 'EAI_AGAIN') {
    return { kind: 'away', what: `${server} cannot be reached (${code})` };
  }
  return {
    kind: 'away',
    what: `The connection to the Redis server ${place.host}:${place.port} was cut`,
    silence: 'cut',
  };
}

/** The error for a caller whose request cannot wait in the buffer. */
export function redisError(problem: RedisProblem, next: string, cause: unknown): DatabaseError {
  const code = (
    { away: 'unavailable', busy: 'unavailable', refused: 'refused', foreign: 'foreign', error: 'io' } as const
  )[problem.kind];
  return new DatabaseError(code, `${problem.what}. ${next}`, { cause });
}

/** Advice to the user, as a sentence. */
export function nextStep(problem: RedisProblem, isWrite = false): string {
  if (problem.next !== undefined) return problem.next;
  switch (problem.kind) {
    case 'away':
      return isWrite
        ? 'This write may have arrived or not: read again when it is back.'
        : 'Check that it runs and can be reached from here.';
    case 'busy':
      return 'Nothing was written. Free memory there or wait, then try again.';
    case 'refused':
      return 'Correct the user and password in the URL, or give the user the rights.';
    case 'foreign':
      return 'Correct the URL.';
    case 'error':
      return 'Nothing was written.';
    default:
      return problem.kind satisfies never;
  }
}

/** The end of a sentence that advises the user to give this process a certificate. */
export const OWN_CERTIFICATE = 'name it in the URL: "cert=path/to/cert.pem&key=path/to/key.pem".';

/** The problem with a certificate, with advice to the user; null when the error has another cause. */
function tlsProblem({ host, port }: RedisPlace, error: unknown): RedisProblem | null {
  const server = `the Redis server ${host}:${port}`;
  const message = messageOf(error).split('\n')[0]!.replace(/\.$/, '');
  const code = systemErrorCode(error) ?? '';
  if (UNTRUSTED.includes(code)) {
    return {
      kind: 'refused',
      what: `The certificate of ${server} is not signed by an authority that this machine trusts (${message})`,
      next: 'If the server is yours, name the certificate of its authority in the URL: "?ca=path/to/ca.pem".',
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
      what: `The Redis server ${host}:${port} asks its clients for a certificate`,
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
