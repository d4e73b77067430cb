import type { DatabaseChange } from '../../base/database';
import type { RedisSession } from './redisConnection';
import type { RedisKeys } from './redisKeys';
import { RedisLink } from './redisLink';
import type { RedisTls } from './redisTls';
import type { RedisPlace } from './redisUrl';

type Listener = (change: DatabaseChange) => void;

/**
 * The listeners of a database and the connection that serves them: a connection that subscribes to channels takes no
 * other commands, so this is a second one. It is made for the first listener and subscribes only to the kinds of keys
 * that some listener wants.
 */
export class RedisWatch {
  /** Each listener with the kinds of keys that it wants; null = all. */
  readonly #listeners = new Map<Listener, readonly string[] | null>();
  /** The kinds that the connection subscribed to; null = all, undefined = it did not subscribe yet. */
  #subscribed: ReadonlySet<string> | null | undefined;
  #link: RedisLink | null = null;

  constructor(
    private readonly place: RedisPlace,
    private readonly tls: RedisTls,
    private readonly keys: RedisKeys,
  ) {}

  add(listener: Listener, kinds: readonly string[] | null): () => void {
    const own = (change: DatabaseChange): void => listener(change);
    this.#listeners.set(own, kinds);
    if (!this.#covers(kinds)) this.reconnect();
    if (this.#link === null) {
      this.#link = new RedisLink(this.place, this.tls, {
        onConnect: (session) => this.#subscribe(session),
        onLost: () => {},
      });
      void this.#link.start();
    }
    return () => this.#listeners.delete(own);
  }

  /** Makes the connection anew. It then subscribes for all present listeners, and they hear that something changed. */
  reconnect(): void {
    this.#link?.drop(null);
  }

  report(change: DatabaseChange): void {
    for (const listener of this.#listeners.keys()) listener(change);
  }

  close(): void {
    this.#listeners.clear();
    this.#link?.close();
  }

  async #subscribe(session: RedisSession): Promise<void> {
    const wanted = [...this.#listeners.values()];
    const kinds = wanted.includes(null) ? null : new Set(wanted.flatMap((one) => one ?? []));
    this.#subscribed = kinds;
    const hear = (message: Buffer): void => {
      this.report({ keys: JSON.parse(message.toString('utf8')) as readonly string[] | null });
    };
    if (kinds === null) await session.subscribePattern(this.keys.channel('*'), hear);
    else if (kinds.size > 0) {
      const channels = [...kinds].map((kind) => this.keys.channel(kind));
      await session.subscribe(channels, hear);
    }
    // Keys may have changed before the subscription began.
    this.report({ keys: null });
  }

  #covers(kinds: readonly string[] | null): boolean {
    if (this.#subscribed === null || this.#subscribed === undefined) return true;
    return kinds?.every((kind) => this.#subscribed?.has(kind)) === true;
  }
}
