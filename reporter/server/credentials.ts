import type { IncomingHttpHeaders } from 'node:http';
import type { GuardedRequest } from './guard';

/**
 * Browsers share cookies between ports, so the name has the port: two dashboards on one machine keep separate cookies.
 */
function cookieName(port: number): string {
  return `fuzz-runner-${port}`;
}

export function tokenCookie(port: number, token: string): string {
  return `${cookieName(port)}=${token}; HttpOnly; SameSite=Strict; Path=/`;
}

/** The parts of a request that the guard needs: Host, Origin, and the token from the cookie or the bearer header. */
export function guardedRequest(headers: IncomingHttpHeaders, port: number): GuardedRequest {
  return {
    host: headers.host,
    origin: headers.origin,
    token: readCookie(headers.cookie, cookieName(port)) ?? readBearer(headers.authorization),
  };
}

function readCookie(header: string | undefined, name: string): string | undefined {
  for (const pair of header?.split(';') ?? []) {
    const equals = pair.indexOf('=');
    if (equals > 0 && pair.slice(0, equals).trim() === name) return pair.slice(equals + 1).trim();
  }
  return undefined;
}

function readBearer(header: string | undefined): string | undefined {
  return /^Bearer ([\w-]+)$/.exec(header ?? '')?.[1];
}
