import { createHash, timingSafeEqual } from 'node:crypto';

/** What the guard looks at. Absent headers are undefined. */
export interface GuardedRequest {
  readonly host: string | undefined;
  readonly origin: string | undefined;
  /** What the caller shows to be let in: from the cookie, an `Authorization` header or the first URL. */
  readonly token: string | undefined;
}

export interface GuardConfig {
  /** Host names that may be asked for, lower case, without port; IPv6 in brackets. */
  readonly allowedHosts: ReadonlySet<string>;
  readonly token: string;
}

/** 0: let in. 401: no or wrong token. 403: another site asks. 421: asked for under a name that is not ours. */
export type Verdict = 0 | 401 | 403 | 421;

/**
 * Decides on every request, HTTP and WebSocket alike, since a page of any site may send either to localhost.
 *
 * The name asked for comes first: a hostile name that resolves to 127.0.0.1 (DNS rebinding) makes the attacker's
 * page same-origin with us. Then the origin: cookies, even SameSite ones, do not tell ports apart, and CORS does not
 * cover WebSocket. Then the token, which also keeps other users of the machine out.
 */
export function guard(request: GuardedRequest, config: GuardConfig): Verdict {
  const asked = parseHost(request.host);
  if (asked === null || !config.allowedHosts.has(asked.hostname)) return 421;
  if (request.origin !== undefined && originHost(request.origin) !== asked.host) return 403;
  if (request.token === undefined || !isSameSecret(request.token, config.token)) return 401;
  return 0;
}

/** The host name as `allowedHosts` must hold it, or null if `text` is more or less than `host` or `host:port`. */
export function normalizeHostname(text: string): string | null {
  return parseHost(text.includes(':') && !text.includes('[') ? `[${text}]` : text)?.hostname ?? null;
}

function parseHost(text: string | undefined): { host: string; hostname: string } | null {
  // A Host header has no user, path or query; URL would quietly take "evil@localhost" for "localhost".
  if (text === undefined || !/^[\w.-]+(?::\d+)?$|^\[[\da-f:.]+\](?::\d+)?$/i.test(text)) return null;
  const url = URL.canParse(`http://${text}`) ? new URL(`http://${text}`) : null;
  return url === null ? null : { host: url.host, hostname: url.hostname };
}

/** The host of an origin, in the form of `parseHost`. Both schemes count: a proxy may add TLS in front of us. */
function originHost(origin: string): string | null {
  if (!/^https?:\/\//i.test(origin) || !URL.canParse(origin)) return null;
  const url = new URL(origin);
  // Browsers leave out the default port of the scheme, and so does URL for http; keep the two alike.
  return url.protocol === 'https:' ? (parseHost(url.host)?.host ?? null) : url.host;
}

function isSameSecret(given: string, expected: string): boolean {
  // Hashed first: timingSafeEqual wants equal lengths, and the length is then no secret either.
  return timingSafeEqual(digest(given), digest(expected));
}

function digest(text: string): Buffer {
  return createHash('sha256').update(text).digest();
}
