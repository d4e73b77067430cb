import { createHash, timingSafeEqual } from 'node:crypto';

/** The parts of a request that the guard checks. Absent headers are undefined. */
export interface GuardedRequest {
  readonly host: string | undefined;
  readonly origin: string | undefined;
  /** The token that the caller sent: in the cookie, in an `Authorization` header or in the first URL. */
  readonly token: string | undefined;
}

export interface GuardConfig {
  /** Host names that a request may have, in lower case, without port; IPv6 in brackets. */
  readonly allowedHosts: ReadonlySet<string>;
  readonly token: string;
}

/**
 * 0: allowed. 401: no token, or a wrong one. 403: the request comes from a page of another site. 421: a host name that
 * is not allowed.
 */
export type Verdict = 0 | 401 | 403 | 421;

/**
 * Checks every request, by HTTP and by WebSocket, because a page of any site can send both to localhost.
 *
 * First it checks the host name: with a hostile name that resolves to 127.0.0.1 (DNS rebinding), the attacker's page
 * has the same origin as ours. Then the origin: cookies, even SameSite ones, are shared between ports, and CORS does
 * not apply to WebSocket. Then the token, which also keeps other users of the machine out.
 */
export function guard(request: GuardedRequest, config: GuardConfig): Verdict {
  const asked = parseHost(request.host);
  if (asked === null || !config.allowedHosts.has(asked.hostname)) return 421;
  if (request.origin !== undefined && originHost(request.origin) !== asked.host) return 403;
  if (request.token === undefined || !isSameSecret(request.token, config.token)) return 401;
  return 0;
}

/** The host name in the form of `allowedHosts`; null if `text` is not `host` or `host:port`. */
export function normalizeHostname(text: string): string | null {
  return parseHost(text.includes(':') && !text.includes('[') ? `[${text}]` : text)?.hostname ?? null;
}

function parseHost(text: string | undefined): { host: string; hostname: string } | null {
  // A Host header has no user, path or query; URL would take "evil@localhost" for "localhost" without an error.
  if (text === undefined || !/^[\w.-]+(?::\d+)?$|^\[[\da-f:.]+\](?::\d+)?$/i.test(text)) return null;
  const url = URL.canParse(`http://${text}`) ? new URL(`http://${text}`) : null;
  return url === null ? null : { host: url.host, hostname: url.hostname };
}

/** The host of an origin, in the form of `parseHost`. Both schemes count: a proxy may add TLS in front of us. */
function originHost(origin: string): string | null {
  if (!/^https?:\/\//i.test(origin) || !URL.canParse(origin)) return null;
  const url = new URL(origin);
  // Browsers leave out the default port of the scheme. `parseHost` leaves out port 80, the default of http. So the host
  // of an https origin goes through `parseHost`, too: both hosts then have the same form.
  return url.protocol === 'https:' ? (parseHost(url.host)?.host ?? null) : url.host;
}

function isSameSecret(given: string, expected: string): boolean {
  // Both texts are hashed first: `timingSafeEqual` needs equal lengths, and hashes also keep the length of the token
  // secret.
  return timingSafeEqual(digest(given), digest(expected));
}

function digest(text: string): Buffer {
  return createHash('sha256').update(text).digest();
}
