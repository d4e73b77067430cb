import { DatabaseError } from '../../base/databaseError';

/** The parts of a `redis:` URL. */
export interface RedisPlace {
  /**
   * Without user, password and all options except the prefix; to be shown and compared:
   * `redis://host:6379/0?prefix=name`.
   */
  readonly shown: string;
  readonly host: string;
  readonly port: number;
  readonly tls: boolean;
  /** Files in PEM format, as the URL names them: see `RedisTls`. */
  readonly tlsFiles: Readonly<Partial<Record<'ca' | 'cert' | 'key', string>>>;
  readonly username: string | undefined;
  readonly password: string | undefined;
  /** Number of the database inside the server. */
  readonly database: number;
  /** The start of all keys, in braces: a hash tag, which keeps them in one slot of a cluster. */
  readonly prefix: string;
  /** Milliseconds after which the server deletes a record that was not written or read; 0 = never. Failures stay. */
  readonly expireMs: number;
  /** Milliseconds without an answer after which the server counts as away. */
  readonly timeoutMs: number;
  /** Most bytes that wait on our disk while the server is away. */
  readonly bufferBytes: number;
}

const TLS_OPTIONS = ['ca', 'cert', 'key'] as const;
const OPTIONS = ['prefix', 'expire', 'timeout', 'buffer', ...TLS_OPTIONS];

/**
 * Reads `redis[s]://[user[:password]@]host[:port][/database][?prefix=name&expire=30d&timeout=10s&buffer=64mb]`, with
 * TLS also `&ca=file&cert=file&key=file`. Throws a DatabaseError; the password is never in it.
 */
export function parseRedisUrl(text: string): RedisPlace {
  const hidden = hidePassword(text);
  const wrong = (expected: string): DatabaseError =>
    new DatabaseError('unknown-scheme', `Expected ${expected} but received ${JSON.stringify(hidden)}.`);
  if (!URL.canParse(text) || !/^rediss?:\/\/[^/]/i.test(text)) {
    throw wrong('a database like "redis://user:password@host:6379/0?prefix=name"');
  }
  const url = new URL(text);
  const database = /^\/?$/.test(url.pathname) ? 0 : Number(/^\/(\d{1,5})$/.exec(url.pathname)?.[1] ?? NaN);
  if (Number.isNaN(database)) throw wrong('a database number after the host of a Redis URL');
  for (const name of url.searchParams.keys()) {
    if (!OPTIONS.includes(name)) throw wrong(`only the options ${OPTIONS.join(', ')} in a Redis URL`);
  }
  const option = (name: string, fallback: string): string => url.searchParams.get(name) ?? fallback;
  const name = option('prefix', 'fuzz-runner');
  if (!/^[\w.:@/-]{1,200}$/.test(name)) throw wrong('a prefix of 1 to 200 letters, digits and . : @ / - _');
  const milliseconds = (key: string, fallback: string): number => {
    const found = parseQuantity(option(key, fallback), DURATIONS);
    if (found === undefined) throw wrong(`"${key}" to be a duration such as 10s, 12h or 30d`);
    return found;
  };
  const bufferBytes = parseQuantity(option('buffer', '64mb'), SIZES);
  if (bufferBytes === undefined) throw wrong('"buffer" to be a size such as 64mb');
  const tls = url.protocol.toLowerCase() === 'rediss:';
  const tlsFiles: Partial<Record<(typeof TLS_OPTIONS)[number], string>> = {};
  for (const name of TLS_OPTIONS) {
    const file = url.searchParams.get(name);
    if (file === null) continue;
    if (!tls) throw wrong(`"rediss:", which means TLS, in a Redis URL with "${name}"`);
    tlsFiles[name] = file;
  }
  if ((tlsFiles.cert === undefined) !== (tlsFiles.key === undefined)) {
    throw wrong('"cert" and "key" together in a Redis URL, or neither');
  }
  const host = url.hostname.replace(/^\[|\]$/g, '');
  const port = url.port === '' ? 6379 : Number(url.port);
  return {
    shown: `redis${tls ? 's' : ''}://${url.hostname}:${port}/${database}?prefix=${name}`,
    host,
    port,
    tls,
    tlsFiles,
    username: decodeURIComponent(url.username) || undefined,
    password: decodeURIComponent(url.password) || undefined,
    database,
    prefix: `{${name}}`,
    expireMs: url.searchParams.has('expire') ? milliseconds('expire', '') : 0,
    timeoutMs: milliseconds('timeout', '10s'),
    bufferBytes,
  };
}

/** A URL as it may be shown: passwords and tokens become `***`. */
export function hidePassword(text: string): string {
  return text.replace(/(:\/\/[^/?#@]*:)[^/?#]*@/g, '$1***@').replace(/([?&]token=)[^&#,\s]*/g, '$1***');
}

const DURATIONS: Readonly<Record<string, number>> = { ms: 1, s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000 };
const SIZES: Readonly<Record<string, number>> = { b: 1, kb: 1024, mb: 1024 ** 2, gb: 1024 ** 3 };

function parseQuantity(text: string, units: Readonly<Record<string, number>>): number | undefined {
  const [, digits, unit = ''] = /^(\d{1,9})([a-z]{1,2})$/i.exec(text) ?? [];
  const factor = units[unit.toLowerCase()];
  const amount = Number(digits) * (factor ?? NaN);
  return amount > 0 ? amount : undefined;
}
