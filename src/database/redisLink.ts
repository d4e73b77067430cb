import type redis from '@redis/client';
import { messageOf } from './databaseError';
import { NoAnswer, redisProblem, type RedisProblem } from './redisProblem';
import type { RedisPlace } from './redisUrl';

export type RedisReply = Buffer | number | null | readonly RedisReply[];

/** One connection as it lives between a connect and its loss. */
export interface RedisSession {
  send(...args: readonly (string | Buffer)[]): Promise<RedisReply>;
  subscribe(channels: readonly string[], listener: (message: Buffer) => void): Promise<void>;
  /** To all channels whose names match. */
  subscribePattern(pattern: string, listener: (message: Buffer) => void): Promise<void>;
}

export interface RedisLinkEvents {
  /** The connection stands. Others get it only when this resolves; if it rejects, it counts as lost. */
  readonly onConnect: (session: RedisSession) => Promise<void>;
  /** Lost, or could not be made; the link tries again by itself. Told once for each kind of problem until it is back. */
  readonly onLost: (problem: RedisProblem) => void;
}

const FIRST_RETRY_MS = 50;
const LAST_RETRY_MS = 5000;
const AWAITED_RETRY_MS = 200;

/**
 * A connection to a Redis server that is made again whenever it is lost: after 50 ms, then after twice as long each
 * time, up to 5 s. A command that is not answered in time ends the connection: the server may be frozen, and whatever
 * is sent after it would wait as long.
 *
 * Invariant: at most one client at a time, and `#session` is not null only while commands may be sent.
 */
export class RedisLink {
  #library: typeof redis | null = null;
  #client: redis.RedisClientType | null = null;
  #session: RedisSession | null = null;
  #retry: NodeJS.Timeout | null = null;
  #retries = 0;
  #toldKind: RedisProblem['kind'] | null = null;
  #isClosed = false;
  readonly #waiting = new Set<() => void>();

  constructor(
    private readonly place: RedisPlace,
    private readonly events: RedisLinkEvents,
  ) {}

  /** The first attempt: null when the connection stands, else what is wrong; it is then tried again. */
  async start(): Promise<RedisProblem | null> {
    return this.#connect();
  }

  /** Null while the server is away. */
  get session(): RedisSession | null {
    return this.#session;
  }

  /** Resolves when connected, or after the time. Somebody waits: so it is tried at once, not when the next try is due. */
  async connected(milliseconds: number): Promise<RedisSession | null> {
    if (this.#session !== null || this.#isClosed || milliseconds === 0) return this.#session;
    this.#hurry();
    await new Promise<void>((resolve) => {
      const done = (): void => {
        clearTimeout(timer);
        this.#waiting.delete(done);
        resolve();
      };
      const timer = setTimeout(done, milliseconds);
      this.#waiting.add(done);
    });
    return this.#session;
  }

  /** Ends the connection and makes it anew: for a caller that found out it is of no use. */
  drop(error: unknown): void {
    if (this.#client !== null) this.#lost(this.#client, error);
  }

  close(): void {
    this.#isClosed = true;
    if (this.#retry !== null) clearTimeout(this.#retry);
    this.#session = null;
    this.#client?.destroy();
    this.#client = null;
    for (const done of this.#waiting) done();
  }

  #hurry(): void {
    if (this.#retry === null) return;
    clearTimeout(this.#retry);
    this.#retry = null;
    void this.#connect();
  }

  async #connect(): Promise<RedisProblem | null> {
    const { place } = this;
    // Loaded here, so that whoever uses no Redis loads none of it.
    this.#library ??= require('@redis/client') as typeof redis;
    const { createClient, RESP_TYPES } = this.#library;
    const client = createClient({
      socket: {
        host: place.host,
        port: place.port,
        connectTimeout: place.timeoutMs,
        reconnectStrategy: false,
        // The type wants the literal.
        ...(place.tls ? { tls: true as const } : {}),
      },
      username: place.username,
      password: place.password,
      database: place.database,
      RESP: 2,
      disableOfflineQueue: true,
      disableClientInfo: true,
      maintNotifications: 'disabled',
      // Two type parameters of the client say what is not used here: modules and scripts.
    }) as unknown as redis.RedisClientType;
    this.#client = client;
    let lastError: unknown = null;
    client.on('error', (error: unknown) => {
      lastError = error;
      this.#lost(client, error);
    });
    client.on('end', () => this.#lost(client, lastError));
    const session: RedisSession = {
      send: async (...args) => {
        const sent = client.sendCommand<RedisReply>(args, { typeMapping: { [RESP_TYPES.BLOB_STRING]: Buffer } });
        try {
          return await inTime(sent, place.timeoutMs);
        } catch (error) {
          const reason = lastError !== null && !isReply(error) ? lastError : error;
          if (!isReply(reason)) this.#lost(client, reason);
          throw reason;
        }
      },
      subscribe: (channels, listener) => inTime(client.subscribe([...channels], listener, true), place.timeoutMs),
      subscribePattern: (pattern, listener) => inTime(client.pSubscribe(pattern, listener, true), place.timeoutMs),
    };
    try {
      await inTime(client.connect(), place.timeoutMs);
      await this.events.onConnect(session);
    } catch (error) {
      return this.#lost(client, lastError ?? error);
    }
    if (this.#client !== client) return redisProblem(place, lastError);
    this.#session = session;
    this.#retries = 0;
    this.#toldKind = null;
    for (const done of this.#waiting) done();
    return null;
  }

  #lost(client: redis.RedisClientType, error: unknown): RedisProblem {
    const problem = redisProblem(this.place, error);
    if (this.#client !== client) return problem;
    this.#client = null;
    this.#session = null;
    client.destroy();
    if (this.#isClosed) return problem;
    // Spread by process, so that a thousand workers do not come back at the same moment.
    const spread = 0.75 + (process.pid % 64) / 128;
    // Somebody who waits does not wait long.
    const most = this.#waiting.size > 0 ? AWAITED_RETRY_MS : LAST_RETRY_MS;
    const wait = Math.min(FIRST_RETRY_MS * 2 ** this.#retries, most) * spread;
    this.#retries = Math.min(this.#retries + 1, 20);
    this.#retry = setTimeout(() => {
      this.#retry = null;
      void this.#connect();
    }, wait);
    this.#retry.unref();
    // A server that starts is away first, then busy: one message for both.
    const isNews = problem.kind === 'refused' || problem.kind === 'foreign';
    if (this.#toldKind === null || (isNews && this.#toldKind !== problem.kind)) {
      this.#toldKind = problem.kind;
      this.events.onLost(problem);
    }
    return problem;
  }
}

/** Whether the server said it, so that the connection is as good as before. */
export function isReply(error: unknown): boolean {
  return /^(?:[A-Z]{3,} )/.test(messageOf(error)) && (error as { code?: unknown } | null)?.code === undefined;
}

async function inTime<T>(promise: Promise<T>, milliseconds: number): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new NoAnswer(milliseconds)), milliseconds);
  });
  try {
    return await Promise.race([promise, late]);
  } finally {
    clearTimeout(timer);
    // What comes after the time has nobody to handle it.
    promise.catch(() => {});
  }
}
