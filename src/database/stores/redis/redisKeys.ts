import type { RedisPlace } from './redisUrl';

/**
 * The names of a database inside a Redis server. `{prefix}/v/<key>` holds the value of a key. `{prefix}/index` is a
 * sorted set of all keys: all have the same score, so Redis sorts them by their bytes. `{prefix}/id` shows whether the
 * server has lost its data. All names have the same hash tag, so a cluster keeps them on one node and a script may
 * change them together.
 */
export class RedisKeys {
  readonly index: string;
  readonly id: string;

  constructor(private readonly place: RedisPlace) {
    this.index = `${place.prefix}/index`;
    this.id = `${place.prefix}/id`;
  }

  value(key: string): string {
    return `${this.place.prefix}/v/${key}`;
  }

  /** The channel for changes of one kind of keys. Redis has one set of channels for all databases of a server. */
  channel(kind: string): string {
    return `${this.place.prefix}/changes/${this.place.database}/${kind}`;
  }
}
