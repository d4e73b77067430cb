import { messageOf } from '../../base/databaseError';
import { inTime, RedisConnection, type RedisNode, type RedisSession } from './redisConnection';
import { redisProblem, type RedisProblem } from './redisProblem';
import type { RedisTls } from './redisTls';
import type { RedisPlace } from './redisUrl';

export interface RedisLinkEvents {
  /**
   * The server is connected. Other callers get the session when this resolves; if it rejects, the connection is lost.
   */
  readonly onConnect: (session: RedisSession) => Promise<void>;
  /**
   * The connection was lost, or could not be made; the link tries again by itself. Called once until the server is
   * back, and again only if the problem becomes one that the user must solve (`refused`, `foreign`).
   */
  readonly onLost: (problem: RedisProblem) => void;
}

const FIRST_RETRY_MS = 50;
const LAST_RETRY_MS = 5000;
/** The longest pause between two tries while a caller waits. */
const AWAITED_RETRY_MS = 200;

/** Milliseconds that a caller waits for a server that is away, counted from when it went away. */
const PATIENCE_MS = 2000;

/**
 * Milliseconds that a caller waits when the server has been away for longer than `PATIENCE_MS`: enough for one try,
 * which is made at once.
 */
const SHORT_PATIENCE_MS = 250;

/**
 * A connection to a Redis server that is made again whenever it is lost: after 50 ms, then after twice as long each
 * time, up to 5 s.
 *
 * A node of a cluster that does not have our keys names the node that has them: the link then connects to that node,
 * and stays there until that connection is lost. Then it asks the server of the URL again.
 *
 * Invariant: at most one connection at a time, and `#session` is not null only while commands may be sent.
 */
export class RedisLink {
  #connection: RedisConnection | null = null;
  #session: RedisSession | null = null;
  #retry: NodeJS.Timeout | null = null;
  #retries = 0;
  /** The latest try to connect. */
  #attempt: Promise<unknown> = Promise.resolve();
  #reportedKind: RedisProblem['kind'] | null = null;
  #isClosed = false;
  /** The timer that runs for `PATIENCE_MS` after the loss of the connection; null while connected. */
  #patience: NodeJS.Timeout | null = null;
  #isAwayForLong = false;
  /** Callers of `connected`. */
  readonly #waiting = new Set<() => void>();
  /** In a cluster, the node that has the keys; null for the server of the URL. */
  #node: RedisNode | null = null;
  /** How often nodes have sent us to another node since the last usable connection. */
  #moves = 0;

  constructor(
    private readonly place: RedisPlace,
    private readonly tls: RedisTls,
    private readonly events: RedisLinkEvents,
  ) {}

  /** The first attempt: null when the server is connected, else what is wrong; the link then tries again by itself. */
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

  /**
   * Resolves when connected, or after this many milliseconds. If a try is due later, it is made at once, because a
   * caller waits.
   */
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
   * Resolves when connected, or after two seconds. When the server has been away for longer than that, it resolves
   * soon: of many calls during one outage, only the first ones wait long.
   */
  async soon(): Promise<RedisSession | null> {
    if (!this.#isAwayForLong) return this.connected(PATIENCE_MS);
    this.#hurry();
    await inTime(this.#attempt, SHORT_PATIENCE_MS).catch(() => {});
    return this.#session;
  }

  /** Ends the connection and makes it anew: for a caller that cannot use the present one. */
  drop(error: unknown): void {
    if (this.#connection !== null) this.#lost(this.#connection, error);
  }

  close(): void {
    this.#isClosed = true;
    if (this.#retry !== null) clearTimeout(this.#retry);
    if (this.#patience !== null) clearTimeout(this.#patience);
    this.#session = null;
    this.#connection?.destroy();
    this.#connection = null;
    for (const done of this.#waiting) done();
  }

  #hurry(): void {
    if (this.#retry === null) return;
    clearTimeout(this.#retry);
    this.#retry = null;
    this.#attempt = this.#connect();
  }

  async #connect(): Promise<RedisProblem | null> {
    const connection = new RedisConnection(this.place, this.#node ?? this.place, this.tls, {
      onCut: (from, error) => void this.#lost(from, error),
      onErrorReply: (from, error) => {
        // While `onConnect` runs, the error reply makes `onConnect` reject, and `#connect` calls `#follow` below.
        if (this.#session === from.session) void this.#follow(from, error);
      },
    });
    this.#connection = connection;
    try {
      await connection.connect();
      await this.events.onConnect(connection.session);
    } catch (error) {
      return this.#follow(connection, error) ?? this.#lost(connection, connection.lastError ?? error);
    }
    if (this.#connection !== connection) return redisProblem(this.place, connection.lastError);
    this.#session = connection.session;
    this.#retries = 0;
    this.#moves = 0;
    this.#isAwayForLong = false;
    if (this.#patience !== null) clearTimeout(this.#patience);
    this.#patience = null;
    this.#reportedKind = null;
    for (const done of this.#waiting) done();
    return null;
  }

  /** Connects to the node that the error of a cluster names; null when it names none. */
  #follow(connection: RedisConnection, error: unknown): Promise<RedisProblem | null> | null {
    const node = nodeOf(error, this.#node ?? this.place);
    if (node === null || this.#connection !== connection || this.#isClosed || this.#moves === MOST_MOVES) return null;
    this.#moves += 1;
    this.#node = node;
    this.#connection = null;
    this.#session = null;
    connection.destroy();
    return this.#connect();
  }

  #lost(connection: RedisConnection, error: unknown): RedisProblem {
    const problem = redisProblem(this.place, error);
    if (this.#connection !== connection) return problem;
    this.#connection = null;
    this.#session = null;
    this.#node = null;
    this.#moves = 0;
    connection.destroy();
    if (this.#isClosed) return problem;
    this.#patience ??= setTimeout(() => (this.#isAwayForLong = true), PATIENCE_MS).unref();
    this.#retryLater();
    // A server that starts is away first, then busy: one message for both.
    const isNews = problem.kind === 'refused' || problem.kind === 'foreign';
    if (this.#reportedKind === null || (isNews && this.#reportedKind !== problem.kind)) {
      this.#reportedKind = problem.kind;
      this.events.onLost(problem);
    }
    return problem;
  }

  #retryLater(): void {
    // The pause differs by process, so that a thousand workers do not come back at the same moment.
    const spread = 0.75 + (process.pid % 64) / 128;
    const most = this.#waiting.size > 0 ? AWAITED_RETRY_MS : LAST_RETRY_MS;
    const wait = Math.min(FIRST_RETRY_MS * 2 ** this.#retries, most) * spread;
    this.#retries = Math.min(this.#retries + 1, 20);
    this.#retry = setTimeout(() => {
      this.#retry = null;
      this.#attempt = this.#connect();
    }, wait);
    this.#retry.unref();
  }
}

/** Nodes that do not agree yet may send us back and forth; after this many moves the connection counts as lost. */
const MOST_MOVES = 5;

/**
 * Where the keys are, from `MOVED <slot> <host>:<port>`; if the host is missing, it is the host of the node that sent
 * the error.
 */
function nodeOf(error: unknown, { host }: RedisNode): RedisNode | null {
  const [, name, port] = /^MOVED \d+ (.*):(\d+)$/.exec(messageOf(error)) ?? [];
  return name === undefined ? null : { host: name === '' ? host : name, port: Number(port) };
}
