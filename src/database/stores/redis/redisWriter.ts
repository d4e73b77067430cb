import { setImmediate } from 'node:timers/promises';
import type { WriteOperation } from '../../base/database';
import { DatabaseError } from '../../base/databaseError';
import type { RedisCommands } from './redisCommands';
import type { RedisSession } from './redisConnection';
import type { RedisLink } from './redisLink';
import type { RedisOutage } from './redisOutage';
import { nextStep, redisError, redisProblem } from './redisProblem';
import type { RedisPlace } from './redisUrl';
import type { Change, WriteBuffer } from './writeBuffer';

/** Milliseconds that `finish` waits for a server that is away. */
const LAST_WAIT_MS = 2000;

/** Milliseconds between two tries to write to a server that answers but takes no writes. */
const BUSY_RETRY_MS = 500;

/** The parts that a `RedisWriter` uses. The database that makes the writer opens and closes them. */
export interface RedisWriterParts {
  readonly place: RedisPlace;
  readonly link: RedisLink;
  readonly commands: RedisCommands;
  readonly buffer: WriteBuffer;
  readonly outage: RedisOutage;
  /** Called when a busy server has taken the writes that waited. */
  readonly onTaken: () => void;
}

/**
 * Decides for each write: does the server get it now, or does it wait in the buffer on our disk?
 *
 * 1. The server is connected and nothing waits: the server gets the write now. If the server goes away or refuses
 *    writes while this write is sent, the write waits.
 * 2. The server is away, or other writes wait: this write waits behind them, so that the order stays.
 * 3. A write that expects something never waits in the buffer, because its answer is needed now. If the server is
 *    away, the writer gives it a short time to come back; if other writes wait, they are sent first. If this fails, the
 *    write is rejected as `unavailable`.
 */
export class RedisWriter {
  readonly #unfinished = new Set<Promise<unknown>>();
  #draining: Promise<void> | null = null;
  #busyTimer: NodeJS.Timeout | null = null;
  #isFinishing = false;

  constructor(private readonly parts: RedisWriterParts) {}

  /**
   * Resolves when the server has the write, or when the disk has it. The caller must not change `operations` any more.
   */
  async write(operations: readonly WriteOperation[], durable: boolean): Promise<void> {
    const written = this.#write(operations, durable);
    this.#unfinished.add(written);
    try {
      await written;
    } finally {
      this.#unfinished.delete(written);
    }
  }

  /**
   * Sends the writes that wait over a new connection. False when the server is busy: the writer then tries again, until
   * the server takes the writes (`onTaken`) or the connection is lost. Rejects for any other problem.
   */
  async sendWaiting(session: RedisSession): Promise<boolean> {
    try {
      await this.#drain(session);
      return true;
    } catch (error) {
      const problem = redisProblem(this.parts.place, error);
      if (problem.kind !== 'busy') throw error;
      this.parts.outage.busy(problem);
      this.#retryLater();
      return false;
    }
  }

  /** Waits for unfinished writes and tries a last time to send the writes that wait. Never rejects. */
  async finish(): Promise<void> {
    const { link, buffer } = this.parts;
    this.#isFinishing = true;
    await Promise.allSettled(this.#unfinished);
    if (!buffer.isEmpty) {
      const session = await link.connected(LAST_WAIT_MS);
      if (session !== null) await this.#drain(session).catch(() => {});
    }
    if (this.#busyTimer !== null) clearTimeout(this.#busyTimer);
  }

  async #write(operations: readonly WriteOperation[], durable: boolean): Promise<void> {
    const { place, link, commands, buffer, outage } = this.parts;
    const changes = operations.filter((operation): operation is Change => operation.type !== 'expect');
    const isConditional = changes.length < operations.length;
    let session = buffer.isEmpty ? link.session : null;
    if (session === null && isConditional) {
      session = await link.soon();
      // The writes that wait come first.
      if (session !== null) await this.#drain(session).catch(() => {});
      if (!buffer.isEmpty) session = null;
    }
    if (session !== null) {
      try {
        return await commands.apply(session, operations);
      } catch (error) {
        if (error instanceof DatabaseError) throw error;
        const problem = redisProblem(place, error);
        const isPassing = problem.kind === 'away' || problem.kind === 'busy';
        if (problem.kind === 'busy') outage.busy(problem);
        if (!isPassing || isConditional) throw redisError(problem, nextStep(problem, true), error);
      }
    } else if (isConditional) {
      throw redisError(outage.problem, 'Nothing was written. Try again later.', null);
    }
    buffer.append(changes, durable);
    if (link.session !== null) this.#retryLater();
    // A caller that writes in a loop must let the event loop run, and must not add writes faster than they are sent.
    if (this.#draining === null) await setImmediate();
    else await this.#draining.catch(() => {});
  }

  /** Gives the server the writes that wait, in order. Rejects when the server does not take them. */
  #drain(session: RedisSession): Promise<void> {
    const { commands, buffer, outage } = this.parts;
    this.#draining ??= buffer
      .drain(async (changes, writes) => {
        await commands.apply(session, changes);
        outage.saved(writes);
      })
      .finally(() => (this.#draining = null));
    return this.#draining;
  }

  #retryLater(): void {
    if (this.#busyTimer !== null) return;
    this.#busyTimer = setTimeout(() => {
      this.#busyTimer = null;
      const { session } = this.parts.link;
      // Without a connection, `sendWaiting` sends the writes when there is a new connection.
      if (session === null || this.#isFinishing) return;
      this.#drain(session).then(
        () => this.parts.onTaken(),
        () => this.#retryLater(),
      );
    }, BUSY_RETRY_MS);
    this.#busyTimer.unref();
  }
}
