import type { WriteOperation } from '../../base/database';
import { conflict } from '../../base/databaseError';
import type { RedisSession } from './redisConnection';
import type { RedisKeys } from './redisKeys';
import { runScript, TOUCH, WRITE } from './redisScripts';

/** A read of entries in the order of their keys. */
export interface PageRequest {
  /** Limits as ZRANGEBYLEX wants them. */
  readonly min: string | Buffer;
  readonly max: string | Buffer;
  /** The most entries that are read. */
  readonly size: number;
}

export interface Page {
  /** Fewer than `PageRequest.size` when these are the last ones. */
  readonly names: readonly Buffer[];
  /** The value of each name; null when the record expired, or was deleted after the index was read. */
  readonly values: readonly (Buffer | null)[];
}

/** A message for watchers names at most this many keys. If more keys changed, it says only that something changed. */
const MAX_KEYS_IN_MESSAGE = 200;

/** Keys that never expire: a failure is kept until it is fixed, even if no run reads it for a long time. */
const KEPT = ['failure/', 'history/'];

/** The commands that read and write the records of one database. */
export class RedisCommands {
  constructor(
    private readonly keys: RedisKeys,
    /** Milliseconds after which an unused record expires; 0 = never. */
    private readonly expireMs: number,
    private readonly readOnly: boolean,
  ) {}

  async get(session: RedisSession, key: string): Promise<Uint8Array | undefined> {
    const value = await session.send('GET', this.keys.value(key));
    return value === null ? undefined : new Uint8Array(value as Buffer);
  }

  async page(session: RedisSession, { min, max, size }: PageRequest): Promise<Page> {
    const range = await session.send('ZRANGEBYLEX', this.keys.index, min, max, 'LIMIT', '0', String(size));
    const names = range as readonly Buffer[];
    if (names.length === 0) return { names: [], values: [] };
    const keys = names.map((name) => this.keys.value(name.toString('utf8')));
    const values = (await session.send('MGET', ...keys)) as readonly (Buffer | null)[];
    const isTouched = (this.expireMs > 0 || values.includes(null)) && !this.readOnly;
    if (isTouched) await runScript(session, TOUCH, [this.keys.index, ...keys], [String(this.expireMs), ...names]);
    return { names, values };
  }

  /** Applies all operations or none, and publishes the changes. Rejects with a conflict when an `expect` is not met. */
  async apply(session: RedisSession, operations: readonly WriteOperation[]): Promise<void> {
    const unmet = await runScript(
      session,
      WRITE,
      [this.keys.index, ...operations.map(({ key }) => this.keys.value(key))],
      [String(this.expireMs), ...operations.flatMap(operationArguments), ...this.#messages(operations)],
    );
    if (unmet !== null) throw conflict((unmet as Buffer).toString('utf8'));
  }

  /** For each kind of key that changed: its channel, and the changed keys as JSON. */
  #messages(operations: readonly WriteOperation[]): string[] {
    const kinds = new Map<string, string[]>();
    for (const { type, key } of operations) {
      if (type === 'expect') continue;
      const keys = kinds.get(kindOf(key)) ?? [];
      kinds.set(kindOf(key), keys);
      keys.push(key);
    }
    return [...kinds].flatMap(([kind, keys]) => [
      this.keys.channel(kind),
      JSON.stringify(keys.length > MAX_KEYS_IN_MESSAGE ? null : keys),
    ]);
  }
}

/** A key up to its first `/`. */
function kindOf(key: string): string {
  const end = key.indexOf('/');
  return end < 0 ? key : key.slice(0, end);
}

function operationArguments(operation: WriteOperation): (string | Buffer)[] {
  const { type, key } = operation;
  if (type === 'delete') return ['d', key, ''];
  // A view, not another copy: the caller does not change these bytes any more.
  const value =
    operation.value === null
      ? null
      : Buffer.from(operation.value.buffer, operation.value.byteOffset, operation.value.byteLength);
  if (type === 'expect') return value === null ? ['n', key, ''] : ['e', key, value];
  return [KEPT.some((prefix) => key.startsWith(prefix)) ? 'p' : 'x', key, value!];
}
