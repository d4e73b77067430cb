import type { ServerFacts } from './redisServer';
import type { RedisPlace } from './redisUrl';
import type { RedisProblem } from './redisProblem';
import { OWN_CERTIFICATE } from './redisProblem';

/** The notices about a server that is away or busy, and about its return: one of each, however often we try again. */
export class RedisOutage {
  #problem: RedisProblem | null = null;
  #saved = 0;

  constructor(
    private readonly place: RedisPlace,
    private readonly readOnly: boolean,
    private readonly notify: (message: string) => void,
  ) {}

  /** The present problem; the most likely one when none was reported yet. */
  get problem(): RedisProblem {
    return this.#problem ?? { kind: 'away', what: `The Redis server of ${this.place.shown} is away` };
  }

  /**
   * The connection was lost. `isFirst`: there was no connection before. Then, if waiting does not solve the problem,
   * the caller of `open` gets an error and no notice is needed.
   */
  lost(problem: RedisProblem, isFirst: boolean): void {
    this.#problem = problem;
    if (isFirst && (this.readOnly || problem.kind === 'refused' || problem.kind === 'foreign')) return;
    const until = this.readOnly
      ? 'Nothing can be read until it is back.'
      : 'Writes wait on this machine until it is back.';
    const next = problem.next ?? (isFirst ? tlsHint(this.place, problem) : undefined);
    this.notify([`${problem.what}.`, next, until].filter((part) => part !== undefined).join(' '));
  }

  /** The server answers, but takes no writes. */
  busy(problem: RedisProblem): void {
    if (this.#problem !== null) return;
    this.#problem = problem;
    this.notify(`${problem.what}. Writes wait on this machine until it takes them.`);
  }

  /** The server took `writes` writes that had waited. */
  saved(writes: number): void {
    this.#saved += writes;
  }

  /** The server is connected. Returns true after an outage or a restart, because the data may have changed. */
  back(before: ServerFacts | null, now: ServerFacts | null): boolean {
    const isOther = before !== null && now !== null && before.node !== now.node;
    const isRestarted = before !== null && now !== null && before.runId !== now.runId;
    const isEmptied = before !== null && now !== null && before.id !== null && before.id !== now.id;
    if (this.#problem === null && !isRestarted && !isEmptied) return false;
    this.#problem = null;
    const place = isOther ? ` on another node of its cluster, ${now.node}` : '';
    const how = isEmptied ? ' without its data' : isRestarted && !isOther ? ' after a restart' : place;
    const lost = isEmptied
      ? ' All its records are lost: turn on its persistence (appendonly yes), or restore a copy.'
      : '';
    const writes = `${this.#saved} ${this.#saved === 1 ? 'write that waited is' : 'writes that waited are'}`;
    const saved = this.#saved === 0 ? '' : ` ${writes} saved.`;
    this.#saved = 0;
    this.notify(`The Redis server ${this.place.host}:${this.place.port} is back${how}.${lost}${saved}`);
    return true;
  }
}

/**
 * A server without TLS cuts a connection with TLS or does not answer it; a server with TLS cuts a connection without
 * TLS.
 */
function tlsHint({ tls, tlsFiles }: RedisPlace, { silence }: RedisProblem): string | undefined {
  if (silence === undefined) return undefined;
  if (!tls) return silence === 'cut' ? 'If it wants TLS, write "rediss:".' : undefined;
  if (silence === 'no-answer') return 'If it speaks no TLS, write "redis:".';
  return tlsFiles.cert === undefined ? `If it asks its clients for a certificate, ${OWN_CERTIFICATE}` : undefined;
}
