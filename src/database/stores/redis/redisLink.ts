import type redis from '@redis/client';
import { messageOf } from '../../base/databaseError';
import { NoAnswer, redisProblem, type RedisProblem } from './redisProblem';
import type { RedisTls } from './redisTls';
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

/** Milliseconds that somebody waits for a server that is away, counted from when it went away. */
const PATIENCE_MS = 2000;

/** And when it has been away for longer: then it is tried once, at once. */
const SHORT_PATIENCE_MS = 250;

/**
 * A connection to a Redis server that is made again whenever it is lost: after 50 ms, then after twice as long each
 * time, up to 5 s. A command that is not answered in time ends the connection: the server may be frozen, and whatever
 * is sent after it would wait as long.
 *
 * A node of a cluster that keeps the keys elsewhere says where: there it goes, until that node is lost. Then it asks the
 * server of the URL again.
 *
 * Invariant: at most one client at a time, and `#session` is not null only while commands may be sent.
 */
export class RedisLink {
  #library: typeof redis | null = null;
  #client: redis.RedisClientType | null = null;
  #session: RedisSession | null = null;
  #retry: NodeJS.Timeout | null = null;
  #retries = 0;
  /** The latest try to connect. */
  #attempt: Promise<unknown> = Promise.resolve();
  #reportedKind: RedisProblem['kind'] | null = null;
  #isClosed = false;
  /** Since the connection was lost, for as long as it may come back soon. */
  #patience: NodeJS.Timeout | null = null;
  #isAwayForLong = false;
  readonly #waiting = new Set<() => void>();
  /** Of a cluster, the node that has the keys; null for the server of the URL. */
  #node: RedisNode | null = null;
  /** How often it was sent on since it had a connection that was of use. */
  #moves = 0;

  constructor(
    private readonly place: RedisPlace,
    private readonly tls: RedisTls,
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

  /** `host:port` of the node that is, or would be, connected. */
  get node(): string {
    const { host, port } = this.#node ?? this.place;
    return `${host}:${port}`;
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

  /**
   * Resolves when connected, or after two seconds; soon when the server has been away for longer than that: of many
   * that ask meanwhile, only the first wait.
   */
  async soon(): Promise<RedisSession | null> {
    if (!this.#isAwayForLong) return this.connected(PATIENCE_MS);
    this.#hurry();
    await inTime(this.#attempt, SHORT_PATIENCE_MS).catch(() => {});
    return this.#session;
  }

  /** Ends the connection and makes it anew: for a caller that found out it is of no use. */
  drop(error: unknown): void {
    if (this.#client !== null) this.#lost(this.#client, error);
  }

  close(): void {
    this.#isClosed = true;
    if (this.#retry !== null) clearTimeout(this.#retry);
    if (this.#patience !== null) clearTimeout(this.#patience);
    this.#session = null;
    this.#client?.destroy();
    this.#client = null;
    for (const done of this.#waiting) done();
  }

  #hurry(): void {
    if (this.#retry === null) return;
    clearTimeout(this.#retry);
    this.#retry = null;
    this.#attempt = this.#connect();
  }

  async #connect(): Promise<RedisProblem | null> {
    const { place } = this;
    // Loaded here, so that whoever uses no Redis loads none of it.
    this.#library ??= require('@redis/client') as typeof redis;
    const { createClient, RESP_TYPES } = this.#library;
    const client = createClient({
      socket: {
        host: this.#node?.host ?? place.host,
        port: this.#node?.port ?? place.port,
        connectTimeout: place.timeoutMs,
        reconnectStrategy: false,
        // The type wants the literal.
        ...(place.tls ? { tls: true as const, ...this.tls } : {}),
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
          // While it is being connected, `#connect` sees to it.
          else if (this.#session === session) void this.#follow(client, reason);
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
      return this.#follow(client, error) ?? this.#lost(client, lastError ?? error);
    }
    if (this.#client !== client) return redisProblem(place, lastError);
    this.#session = session;
    this.#retries = 0;
    this.#moves = 0;
    this.#isAwayForLong = false;
    if (this.#patience !== null) clearTimeout(this.#patience);
    this.#patience = null;
    this.#reportedKind = null;
    for (const done of this.#waiting) done();
    return null;
  }

  /** Goes to the node that a cluster names; null when the error says nothing of that kind. */
  #follow(client: redis.RedisClientType, error: unknown): Promise<RedisProblem | null> | null {
    const node = nodeOf(error, this.#node ?? this.place);
    if (node === null || this.#client !== client || this.#isClosed || this.#moves === MOST_MOVES) return null;
    this.#moves += 1;
    this.#node = node;
    this.#client = null;
    this.#session = null;
    client.destroy();
    return this.#connect();
  }

  #lost(client: redis.RedisClientType, error: unknown): RedisProblem {
    const problem = redisProblem(this.place, error);
    if (this.#client !== client) return problem;
    this.#client = null;
    this.#session = null;
    this.#node = null;
    this.#moves = 0;
    client.destroy();
    if (this.#isClosed) return problem;
    this.#patience ??= setTimeout(() => (this.#isAwayForLong = true), PATIENCE_MS).unref();
    // Spread by process, so that a thousand workers do not come back at the same moment.
    const spread = 0.75 + (process.pid % 64) / 128;
    // Somebody who waits does not wait long.
    const most = this.#waiting.size > 0 ? AWAITED_RETRY_MS : LAST_RETRY_MS;
    const wait = Math.min(FIRST_RETRY_MS * 2 ** this.#retries, most) * spread;
    this.#retries = Math.min(this.#retries + 1, 20);
    this.#retry = setTimeout(() => {
      this.#retry = null;
      this.#attempt = this.#connect();
    }, wait);
    this.#retry.unref();
    // A server that starts is away first, then busy: one message for both.
    const isNews = problem.kind === 'refused' || problem.kind === 'foreign';
    if (this.#reportedKind === null || (isNews && this.#reportedKind !== problem.kind)) {
      this.#reportedKind = problem.kind;
      this.events.onLost(problem);
    }
    return problem;
  }
}

interface RedisNode {
  readonly host: string;
  readonly port: number;
}

/** Nodes that do not agree yet may send it to and fro. */
const MOST_MOVES = 5;

/** Where the keys are, from `MOVED <slot> <host>:<port>`; without a host it is that of the node which says so. */
function nodeOf(error: unknown, { host }: RedisNode): RedisNode | null {
  const [, name, port] = /^MOVED \d+ (.*):(\d+)$/.exec(messageOf(error)) ?? [];
  return name === undefined ? null : { host: name === '' ? host : name, port: Number(port) };
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
