import { setImmediate } from 'node:timers/promises';
import type {
  Database,
  DatabaseChange,
  DatabaseEntry,
  WatchOptions,
  WriteOperation,
  WriteOptions,
} from '../../base/database';
import { conflict, DatabaseError } from '../../base/databaseError';
import { prepareDirectory } from '../../base/directory';
import { encodeKey } from '../../base/key';
import { afterPrefix } from '../../base/keyRange';
import { RedisLink, type RedisSession } from './redisLink';
import { RedisOutage } from './redisOutage';
import { nextStep, redisError, redisProblem } from './redisProblem';
import { runScript, TOUCH, WRITE } from './redisScripts';
import { readServerFacts, type ServerFacts } from './redisServer';
import { readTlsFiles, type RedisTls } from './redisTls';
import { parseRedisUrl, type RedisPlace } from './redisUrl';
import { WriteBuffer, type Change } from './writeBuffer';

export interface RedisOptions {
  /** Database directory on this machine: writes wait there while the server is away. */
  readonly directory: string;
  /** What the paths of certificates in the URL are relative to; the working directory if absent. */
  readonly rootDir?: string;
  /** Never write; false if absent. */
  readonly readOnly?: boolean;
  /** Told in one or two sentences when the server goes away, and when it is back. */
  readonly onNotice?: (message: string) => void;
  /** Told when the server is back: it may lack what it was given last. */
  readonly onBack?: () => void;
}

/** Entries read at once by `list`, and fewer if they are large. */
const LIST_BATCH = 256;
const LIST_BATCH_BYTES = 4 * 1024 ** 2;

/** Milliseconds that closing waits for a server that is away. */
const LAST_WAIT_MS = 2000;

/** Milliseconds between two tries to write to a server that answers but takes no writes. */
const BUSY_RETRY_MS = 500;

/** What the limits of ZRANGEBYLEX begin with. */
const [FROM, AFTER] = [Buffer.of(0x5b), Buffer.of(0x28)];

/** A message for watchers names at most as many keys; of more it says only that something changed. */
const MAX_KEYS_TOLD = 200;

/** Keys that never expire: a failure is kept until it is fixed, however long nobody looks at it. */
const KEPT = ['failure/', 'history/'];

/**
 * Opens a Redis database: see `parseRedisUrl` and docs/databases.md. Rejects when the server refuses the user, or is
 * no such server. One that is away costs a notice: writes wait on this machine's disk until it is back. Opened
 * read-only that is an error.
 *
 * `{prefix}/v/<key>` holds the value of a key, `{prefix}/index` is a sorted set of all keys, in the order of their
 * bytes since all have the same score, and `{prefix}/id` tells whether the server has lost its data. All have one
 * hash tag, so that a cluster has them on one node and a script may change them together.
 */
export async function openRedisDatabase(url: string, options: RedisOptions): Promise<Database> {
  const place = parseRedisUrl(url);
  const database = new RedisDatabase(place, readTlsFiles(place, options.rootDir ?? '.'), options);
  await database.open();
  return database;
}

class RedisDatabase implements Database {
  readonly url: string;
  readonly #link: RedisLink;
  readonly #readOnly: boolean;
  readonly #buffer: WriteBuffer;
  readonly #pending = new Set<Promise<unknown>>();
  /** Each with the kinds of keys that it wants to hear of; null = all. */
  readonly #listeners = new Map<(change: DatabaseChange) => void, readonly string[] | null>();
  /** What the server tells us of; null = all, undefined = nothing yet. */
  #heard: ReadonlySet<string> | null | undefined;
  readonly #notify: (message: string) => void;
  #watcher: RedisLink | null = null;
  /** Of the server as it was last connected. */
  #facts: ServerFacts | null = null;
  readonly #outage: RedisOutage;
  #draining: Promise<void> | null = null;
  #busyTimer: NodeJS.Timeout | null = null;
  #closing: Promise<void> | null = null;

  constructor(
    private readonly place: RedisPlace,
    private readonly tls: RedisTls,
    private readonly options: RedisOptions,
  ) {
    this.url = place.shown;
    this.#readOnly = options.readOnly ?? false;
    this.#notify = options.onNotice ?? (() => {});
    this.#outage = new RedisOutage(place, this.#readOnly, this.#notify);
    this.#buffer = WriteBuffer.open(
      options.directory,
      `${place.username}@${place.shown}`,
      place.bufferBytes,
      (message) => this.#notify(message),
    );
    this.#link = new RedisLink(place, tls, {
      onConnect: (session) => this.#connected(session),
      onLost: (problem) => this.#outage.lost(problem, this.#facts === null),
    });
  }

  async open(): Promise<void> {
    if (!this.#readOnly) {
      prepareDirectory(this.options.directory);
      await this.#buffer.adopt();
    }
    const problem = await this.#link.start();
    if (problem === null || (!this.#readOnly && (problem.kind === 'away' || problem.kind === 'busy'))) return;
    this.#link.close();
    this.#buffer.close();
    throw redisError(problem, nextStep(problem), null);
  }

  async get(key: string): Promise<Uint8Array | undefined> {
    encodeKey(key);
    const value = await this.#read((session) => session.send('GET', this.#valueKey(key)));
    return value === null ? undefined : new Uint8Array(value as Buffer);
  }

  async *list(prefix: string): AsyncIterable<DatabaseEntry> {
    const start = Buffer.from(prefix);
    const end = afterPrefix(start);
    const max = end === null ? '+' : Buffer.concat([AFTER, end]);
    let min: string | Buffer = prefix === '' ? '-' : Buffer.concat([FROM, start]);
    let size = LIST_BATCH;
    for (;;) {
      const [names, values] = await this.#read((session) => this.#page(session, min, max, size));
      let bytes = 0;
      for (const [index, name] of names.entries()) {
        const value = values[index];
        // Expired, or deleted since the index was read.
        if (value === null || value === undefined) continue;
        bytes += value.length;
        yield [name.toString('utf8'), new Uint8Array(value)];
      }
      if (names.length < size) return;
      min = Buffer.concat([AFTER, names.at(-1)!]);
      if (bytes > LIST_BATCH_BYTES) size = Math.max(1, size >> 1);
      else if (bytes < LIST_BATCH_BYTES / 4) size = Math.min(LIST_BATCH, size * 2);
    }
  }

  /**
   * Resolves when the server has it, or when the disk of this machine has it and the server will be given it. A write
   * that expects something is never put by: it rejects as `unavailable`, and whether it arrived is then unknown.
   * What `durable` means on the server is decided there (`appendfsync`); for the buffer it means fsync.
   */
  async write(operations: readonly WriteOperation[], options: WriteOptions = {}): Promise<void> {
    this.#checkOpen();
    if (this.#readOnly) {
      throw new DatabaseError('read-only', `The database ${this.url} was opened read-only: nothing was written.`);
    }
    // Copied, all and at once: the caller may go on to change a value.
    const own = operations.map((operation): WriteOperation => {
      encodeKey(operation.key);
      return 'value' in operation && operation.value !== null
        ? { ...operation, value: Buffer.from(operation.value) }
        : operation;
    });
    if (own.length === 0) return;
    const written = this.#write(own, options.durable ?? false);
    this.#pending.add(written);
    try {
      await written;
    } finally {
      this.#pending.delete(written);
    }
  }

  watch(listener: (change: DatabaseChange) => void, { kinds }: WatchOptions = {}): () => void {
    this.#checkOpen();
    const own = (change: DatabaseChange): void => listener(change);
    this.#listeners.set(own, kinds ?? null);
    // It has to listen to more.
    if (!this.#isHeard(kinds ?? null)) this.#watcher?.drop(null);
    if (this.#watcher === null) {
      this.#watcher = new RedisLink(this.place, this.tls, {
        onConnect: (session) => this.#subscribe(session),
        onLost: () => {},
      });
      void this.#watcher.start();
    }
    return () => this.#listeners.delete(own);
  }

  close(): Promise<void> {
    this.#closing ??= this.#close();
    return this.#closing;
  }

  async #close(): Promise<void> {
    this.#listeners.clear();
    this.#watcher?.close();
    await Promise.allSettled(this.#pending);
    if (!this.#buffer.isEmpty) {
      const session = await this.#link.connected(LAST_WAIT_MS);
      if (session !== null) await this.#drain(session).catch(() => {});
    }
    if (this.#busyTimer !== null) clearTimeout(this.#busyTimer);
    if (!this.#buffer.isEmpty) {
      this.#notify(
        this.#buffer.count === 1
          ? `1 write could not be given to ${this.url} any more. It waits on this machine for the next run with this database.`
          : `${this.#buffer.count} writes could not be given to ${this.url} any more. They wait on this machine for the next run with this database.`,
      );
    }
    this.#link.close();
    this.#buffer.close();
  }

  async #write(operations: readonly WriteOperation[], durable: boolean): Promise<void> {
    const changes = operations.filter((operation): operation is Change => operation.type !== 'expect');
    const isConditional = changes.length < operations.length;
    let session = this.#buffer.isEmpty ? this.#link.session : null;
    if (session === null && isConditional) {
      session = await this.#link.soon();
      // In their order: what waits comes first.
      if (session !== null) await this.#drain(session).catch(() => {});
      if (!this.#buffer.isEmpty) session = null;
    }
    if (session !== null) {
      try {
        return await this.#apply(session, operations);
      } catch (error) {
        if (error instanceof DatabaseError) throw error;
        const problem = redisProblem(this.place, error);
        const isPassing = problem.kind === 'away' || problem.kind === 'busy';
        if (problem.kind === 'busy') this.#outage.busy(problem);
        if (!isPassing || isConditional) throw redisError(problem, nextStep(problem, true), error);
      }
    } else if (isConditional) {
      throw redisError(this.#outage.problem, 'Nothing was written. Try again later.', null);
    }
    this.#buffer.append(changes, durable);
    if (this.#link.session !== null) this.#retryLater();
    // Whoever writes in a loop must let the event loop turn, and what waits must become less while it is sent.
    if (this.#draining === null) await setImmediate();
    else await this.#draining.catch(() => {});
  }

  async #apply(session: RedisSession, operations: readonly WriteOperation[]): Promise<void> {
    const unmet = await runScript(
      session,
      WRITE,
      [this.#index, ...operations.map(({ key }) => this.#valueKey(key))],
      [String(this.place.expireMs), ...operations.flatMap(operationArguments), ...this.#messages(operations)],
    );
    if (unmet !== null) throw conflict((unmet as Buffer).toString('utf8'));
  }

  /** For each kind of key that changed its channel, and which keys of it. */
  #messages(operations: readonly WriteOperation[]): string[] {
    const kinds = new Map<string, string[]>();
    for (const { type, key } of operations) {
      if (type === 'expect') continue;
      const keys = kinds.get(kindOf(key)) ?? [];
      kinds.set(kindOf(key), keys);
      keys.push(key);
    }
    return [...kinds].flatMap(([kind, keys]) => [
      this.#channel(kind),
      JSON.stringify(keys.length > MAX_KEYS_TOLD ? null : keys),
    ]);
  }

  async #page(
    session: RedisSession,
    min: string | Buffer,
    max: string | Buffer,
    size: number,
  ): Promise<readonly [names: readonly Buffer[], values: readonly (Buffer | null)[]]> {
    const range = await session.send('ZRANGEBYLEX', this.#index, min, max, 'LIMIT', '0', String(size));
    const names = range as readonly Buffer[];
    if (names.length === 0) return [[], []];
    const keys = names.map((name) => this.#valueKey(name.toString('utf8')));
    const values = (await session.send('MGET', ...keys)) as readonly (Buffer | null)[];
    const isTouched = (this.place.expireMs > 0 || values.includes(null)) && !this.#readOnly;
    if (isTouched) await runScript(session, TOUCH, [this.#index, ...keys], [String(this.place.expireMs), ...names]);
    return [names, values];
  }

  /** Tried once more when the connection is cut meanwhile: reading twice harms nobody. */
  async #read<T>(read: (session: RedisSession) => Promise<T>): Promise<T> {
    this.#checkOpen();
    for (let attempt = 1; ; attempt += 1) {
      const session = await this.#link.soon();
      if (session === null) {
        this.#checkOpen();
        throw redisError(this.#outage.problem, 'Nothing can be read until it is back.', null);
      }
      try {
        return await read(session);
      } catch (error) {
        this.#checkOpen();
        const problem = redisProblem(this.place, error);
        if (attempt === 2 || problem.kind !== 'away') throw redisError(problem, nextStep(problem), error);
      }
    }
  }

  /** With the new connection, before anybody else has it. */
  async #connected(session: RedisSession): Promise<void> {
    const before = this.#facts;
    const facts = await readServerFacts(session, this.place, this.#link.node, this.#index, this.#idKey, this.#readOnly);
    this.#facts = facts;
    if (before === null) for (const warning of facts.warnings) this.#notify(warning);
    // A server that is restarted may have lost the scripts, and the message of a change may have passed unheard.
    if (before !== null) this.#watcher?.drop(null);
    try {
      if (!this.#readOnly) await this.#drain(session);
    } catch (error) {
      const problem = redisProblem(this.place, error);
      if (problem.kind !== 'busy') throw error;
      this.#outage.busy(problem);
      this.#retryLater();
      return;
    }
    this.#back(before);
  }

  /** Gives the server what waits, in order. Rejects when it does not take it. */
  #drain(session: RedisSession): Promise<void> {
    this.#draining ??= this.#buffer
      .drain(async (changes, writes) => {
        await this.#apply(session, changes);
        this.#outage.saved(writes);
      })
      .finally(() => (this.#draining = null));
    return this.#draining;
  }

  #retryLater(): void {
    if (this.#busyTimer !== null) return;
    this.#busyTimer = setTimeout(() => {
      this.#busyTimer = null;
      const { session } = this.#link;
      // Without a connection: when it stands again.
      if (session === null || this.#closing !== null) return;
      this.#drain(session).then(
        () => this.#back(null),
        () => this.#retryLater(),
      );
    }, BUSY_RETRY_MS);
    this.#busyTimer.unref();
  }

  #back(before: ServerFacts | null): void {
    if (!this.#outage.back(before, this.#facts)) return;
    this.#report({ keys: null });
    // Once commands may be sent again.
    void this.#link.connected(LAST_WAIT_MS).then(() => this.options.onBack?.());
  }

  async #subscribe(session: RedisSession): Promise<void> {
    const wanted = [...this.#listeners.values()];
    const kinds = wanted.includes(null) ? null : new Set(wanted.flatMap((one) => one ?? []));
    this.#heard = kinds;
    const hear = (message: Buffer): void => {
      this.#report({ keys: JSON.parse(message.toString('utf8')) as readonly string[] | null });
    };
    if (kinds === null) await session.subscribePattern(this.#channel('*'), hear);
    else if (kinds.size > 0)
      await session.subscribe(
        [...kinds].map((kind) => this.#channel(kind)),
        hear,
      );
    // Whatever changed before it stood.
    this.#report({ keys: null });
  }

  #isHeard(kinds: readonly string[] | null): boolean {
    if (this.#heard === null || this.#heard === undefined) return true;
    return kinds?.every((kind) => this.#heard?.has(kind)) === true;
  }

  #report(change: DatabaseChange): void {
    for (const listener of this.#listeners.keys()) listener(change);
  }

  get #index(): string {
    return `${this.place.prefix}/index`;
  }

  get #idKey(): string {
    return `${this.place.prefix}/id`;
  }

  /** Channels are of the whole server, not of one of its databases. */
  #channel(kind: string): string {
    return `${this.place.prefix}/changes/${this.place.database}/${kind}`;
  }

  #valueKey(key: string): string {
    return `${this.place.prefix}/v/${key}`;
  }

  #checkOpen(): void {
    if (this.#closing !== null) {
      throw new DatabaseError('closed', `The database ${this.url} was used after it was closed.`);
    }
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
  // Views of the copy that `write` made, or of the buffer's own.
  const value =
    operation.value === null
      ? null
      : Buffer.from(operation.value.buffer, operation.value.byteOffset, operation.value.byteLength);
  if (type === 'expect') return value === null ? ['n', key, ''] : ['e', key, value];
  return [KEPT.some((prefix) => key.startsWith(prefix)) ? 'p' : 'x', key, value!];
}
