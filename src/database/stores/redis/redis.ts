import type {
  Database,
  DatabaseChange,
  DatabaseEntry,
  WatchOptions,
  WriteOperation,
  WriteOptions,
} from '../../base/database';
import { DatabaseError } from '../../base/databaseError';
import { prepareDirectory } from '../../base/directory';
import { encodeKey } from '../../base/key';
import { afterPrefix } from '../../base/keyRange';
import { RedisCommands } from './redisCommands';
import type { RedisSession } from './redisConnection';
import { RedisKeys } from './redisKeys';
import { RedisLink } from './redisLink';
import { RedisOutage } from './redisOutage';
import { nextStep, redisError, redisProblem } from './redisProblem';
import { readServerFacts, type ServerFacts } from './redisServer';
import { readTlsFiles, type RedisTls } from './redisTls';
import { parseRedisUrl, type RedisPlace } from './redisUrl';
import { RedisWatch } from './redisWatch';
import { RedisWriter } from './redisWriter';
import { WriteBuffer } from './writeBuffer';

export interface RedisOptions {
  /** Database directory on this machine: writes wait there while the server is away. */
  readonly directory: string;
  /** Certificate files in the URL are relative to this directory; to the working directory if absent. */
  readonly rootDir?: string;
  /** Never write; false if absent. */
  readonly readOnly?: boolean;
  /** Called with one or two sentences when the server goes away, and when it is back. */
  readonly onNotice?: (message: string) => void;
  /** Called when the server is back: it may lack the writes that it got last. */
  readonly onBack?: () => void;
}

/** Entries read at once by `list`, and fewer if they are large. */
const LIST_BATCH = 256;
const LIST_BATCH_BYTES = 4 * 1024 ** 2;

/** Milliseconds that `onBack` waits at most until the new connection takes commands. */
const BACK_WAIT_MS = 2000;

/** The first byte of a limit of ZRANGEBYLEX: "from this name on", and "after this name". */
const [FROM, AFTER] = [Buffer.of(0x5b), Buffer.of(0x28)];

/**
 * Opens a Redis database: see `parseRedisUrl` and docs/databases.md. Rejects when the server refuses the user, or is
 * not a Redis server. When the server is away, the caller gets a notice, and writes wait on the disk of this machine
 * until the server is back (`RedisWriter`). If the database is opened read-only, a server that is away is an error.
 */
export async function openRedisDatabase(url: string, options: RedisOptions): Promise<Database> {
  const place = parseRedisUrl(url);
  const database = new RedisDatabase(place, readTlsFiles(place, options.rootDir ?? '.'), options);
  await database.open();
  return database;
}

class RedisDatabase implements Database {
  readonly url: string;
  readonly #readOnly: boolean;
  readonly #notify: (message: string) => void;
  readonly #keys: RedisKeys;
  readonly #commands: RedisCommands;
  readonly #outage: RedisOutage;
  readonly #buffer: WriteBuffer;
  readonly #link: RedisLink;
  readonly #writer: RedisWriter;
  readonly #watch: RedisWatch;
  /** Facts about the server at its last connection; null before the first one. */
  #facts: ServerFacts | null = null;
  #closing: Promise<void> | null = null;

  constructor(
    private readonly place: RedisPlace,
    tls: RedisTls,
    private readonly options: RedisOptions,
  ) {
    this.url = place.shown;
    this.#readOnly = options.readOnly ?? false;
    this.#notify = options.onNotice ?? (() => {});
    this.#keys = new RedisKeys(place);
    this.#commands = new RedisCommands(this.#keys, place.expireMs, this.#readOnly);
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
    this.#writer = new RedisWriter({
      place,
      link: this.#link,
      commands: this.#commands,
      buffer: this.#buffer,
      outage: this.#outage,
      onTaken: () => this.#back(null),
    });
    this.#watch = new RedisWatch(place, tls, this.#keys);
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
    return this.#read((session) => this.#commands.get(session, key));
  }

  async *list(prefix: string): AsyncIterable<DatabaseEntry> {
    const start = Buffer.from(prefix);
    const end = afterPrefix(start);
    const max = end === null ? '+' : Buffer.concat([AFTER, end]);
    let min: string | Buffer = prefix === '' ? '-' : Buffer.concat([FROM, start]);
    let size = LIST_BATCH;
    for (;;) {
      const { names, values } = await this.#read((session) => this.#commands.page(session, { min, max, size }));
      let bytes = 0;
      for (const [index, name] of names.entries()) {
        const value = values[index];
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
   * Resolves when the server has the write, or when the disk of this machine has it and it waits for the server. A
   * write that expects something never waits on the disk: if the server is away, the write is rejected as `unavailable`,
   * and it may or may not have arrived. On the server, `durable` means what its `appendfsync` says; in the buffer it
   * means fsync.
   */
  async write(operations: readonly WriteOperation[], options: WriteOptions = {}): Promise<void> {
    this.#checkOpen();
    if (this.#readOnly) {
      throw new DatabaseError('read-only', `The database ${this.url} was opened read-only: nothing was written.`);
    }
    // All values are copied before anything is awaited: the caller may change them afterwards.
    const own = operations.map((operation): WriteOperation => {
      encodeKey(operation.key);
      return 'value' in operation && operation.value !== null
        ? { ...operation, value: Buffer.from(operation.value) }
        : operation;
    });
    if (own.length > 0) await this.#writer.write(own, options.durable ?? false);
  }

  watch(listener: (change: DatabaseChange) => void, { kinds }: WatchOptions = {}): () => void {
    this.#checkOpen();
    return this.#watch.add(listener, kinds ?? null);
  }

  close(): Promise<void> {
    this.#closing ??= this.#close();
    return this.#closing;
  }

  async #close(): Promise<void> {
    this.#watch.close();
    await this.#writer.finish();
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

  /** Tries a second time when the connection is cut: reading twice does no harm. */
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

  /** The first user of a new connection: other commands are sent only after this resolves. */
  async #connected(session: RedisSession): Promise<void> {
    const before = this.#facts;
    const facts = await readServerFacts(session, {
      place: this.place,
      node: this.#link.node,
      keys: this.#keys,
      readOnly: this.#readOnly,
    });
    this.#facts = facts;
    if (before === null) for (const warning of facts.warnings) this.#notify(warning);
    // The message of a change may have been lost while the connection was gone.
    if (before !== null) this.#watch.reconnect();
    if (this.#readOnly || (await this.#writer.sendWaiting(session))) this.#back(before);
  }

  #back(before: ServerFacts | null): void {
    if (!this.#outage.back(before, this.#facts)) return;
    this.#watch.report({ keys: null });
    // Other commands may be sent only after `#connected` resolved.
    void this.#link.connected(BACK_WAIT_MS).then(() => this.options.onBack?.());
  }

  #checkOpen(): void {
    if (this.#closing !== null) {
      throw new DatabaseError('closed', `The database ${this.url} was used after it was closed.`);
    }
  }
}
