import type redis from '@redis/client';
import { messageOf } from '../../base/databaseError';
import { NoAnswer } from './redisProblem';
import type { RedisTls } from './redisTls';
import type { RedisPlace } from './redisUrl';

export type RedisReply = Buffer | number | null | readonly RedisReply[];

/** The commands of one connection. After the connection is lost, all of them reject. */
export interface RedisSession {
  send(...args: readonly (string | Buffer)[]): Promise<RedisReply>;
  subscribe(channels: readonly string[], listener: (message: Buffer) => void): Promise<void>;
  /** Subscribes to all channels whose names match. */
  subscribePattern(pattern: string, listener: (message: Buffer) => void): Promise<void>;
}

/** One server; in a cluster, one node. */
export interface RedisNode {
  readonly host: string;
  readonly port: number;
}

export interface RedisConnectionEvents {
  /** The connection was cut, or a command got no answer in time. May be called more than once. */
  readonly onCut: (connection: RedisConnection, error: unknown) => void;
  /** The server answered a command with an error; the connection can still be used. */
  readonly onErrorReply: (connection: RedisConnection, error: unknown) => void;
}

/**
 * One client of the Redis library from its connect to its end. It never connects again by itself. If a command is not
 * answered in time, the connection counts as cut: the server may be frozen, and each later command would wait just as
 * long.
 */
export class RedisConnection {
  readonly session: RedisSession;
  readonly #client: redis.RedisClientType;
  readonly #timeoutMs: number;
  #lastError: unknown = null;

  constructor(place: RedisPlace, { host, port }: RedisNode, tls: RedisTls, events: RedisConnectionEvents) {
    // Loaded here, so that a process that uses no Redis does not load the library.
    library ??= require('@redis/client') as typeof redis;
    const { createClient, RESP_TYPES } = library;
    const timeoutMs = place.timeoutMs;
    const client = createClient({
      socket: {
        host,
        port,
        connectTimeout: timeoutMs,
        reconnectStrategy: false,
        // The type of this option accepts only the literal `true`.
        ...(place.tls ? { tls: true as const, ...tls } : {}),
      },
      username: place.username,
      password: place.password,
      database: place.database,
      RESP: 2,
      disableOfflineQueue: true,
      disableClientInfo: true,
      maintNotifications: 'disabled',
      // Two type parameters of the client name its modules and scripts, which are not used here.
    }) as unknown as redis.RedisClientType;
    client.on('error', (error: unknown) => {
      this.#lastError = error;
      events.onCut(this, error);
    });
    client.on('end', () => events.onCut(this, this.#lastError));
    this.#client = client;
    this.#timeoutMs = timeoutMs;
    this.session = {
      send: async (...args) => {
        const sent = client.sendCommand<RedisReply>(args, { typeMapping: { [RESP_TYPES.BLOB_STRING]: Buffer } });
        try {
          return await inTime(sent, timeoutMs);
        } catch (error) {
          const reason = this.#lastError !== null && !isReply(error) ? this.#lastError : error;
          if (isReply(reason)) events.onErrorReply(this, reason);
          else events.onCut(this, reason);
          throw reason;
        }
      },
      subscribe: (channels, listener) => inTime(client.subscribe([...channels], listener, true), timeoutMs),
      subscribePattern: (pattern, listener) => inTime(client.pSubscribe(pattern, listener, true), timeoutMs),
    };
  }

  /** The last error of the connection; null if there was none. */
  get lastError(): unknown {
    return this.#lastError;
  }

  async connect(): Promise<void> {
    await inTime(this.#client.connect(), this.#timeoutMs);
  }

  destroy(): void {
    this.#client.destroy();
  }
}

/** The Redis library; null until a connection needs it. */
let library: typeof redis | null = null;

/** True for an error that the server sent as a reply: the connection can still be used. */
function isReply(error: unknown): boolean {
  return /^(?:[A-Z]{3,} )/.test(messageOf(error)) && (error as { code?: unknown } | null)?.code === undefined;
}

/** The result of `promise`; rejects with `NoAnswer` when the result takes longer than `milliseconds`. */
export async function inTime<T>(promise: Promise<T>, milliseconds: number): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new NoAnswer(milliseconds)), milliseconds);
  });
  try {
    return await Promise.race([promise, late]);
  } finally {
    clearTimeout(timer);
    // If `promise` rejects after this time, nothing else handles that.
    promise.catch(() => {});
  }
}
