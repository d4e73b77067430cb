import type { ServerFacts } from './redisServer';
import type { RedisPlace } from './redisUrl';
import type { RedisProblem } from './redisProblem';
import { OWN_CERTIFICATE } from './redisProblem';

/** What the user is told while a server is away, and when it is back: one message for each, however often it is tried. */
export class RedisOutage {
  #problem: RedisProblem | null = null;
  #saved = 0;

  constructor(
    private readonly place: RedisPlace,
    private readonly readOnly: boolean,
    private readonly notify: (message: string) => void,
  ) {}

  /** What is wrong now; for a caller who must be told something, also when nothing is known. */
  get problem(): RedisProblem {
    return this.#problem ?? { kind: 'away', what: `The Redis server of ${this.place.shown} is away` };
  }

  /** `isFirst`: it was never there, and the caller of `open` gets an error for what cannot be mended by waiting. */
  lost(problem: RedisProblem, isFirst: boolean): void {
    this.#problem = problem;
    if (isFirst && (this.readOnly || problem.kind === 'refused' || problem.kind === 'foreign')) return;
    const until = this.readOnly
      ? 'Nothing can be read until it is back.'
      : 'What is written waits on this machine until it is back.';
    const next = problem.next ?? (isFirst ? tlsHint(this.place, problem) : undefined);
    this.notify([`${problem.what}.`, next, until].filter((part) => part !== undefined).join(' '));
  }

  /** It answers, and takes no writes. */
  busy(problem: RedisProblem): void {
    if (this.#problem !== null) return;
    this.#problem = problem;
    this.notify(`${problem.what}. What is written waits on this machine until it takes it.`);
  }

  /** So many writes that waited were taken. */
  saved(writes: number): void {
    this.#saved += writes;
  }

  /** Whether there was an outage, or a restart that nobody noticed: then something may have changed. */
  back(before: ServerFacts | null, now: ServerFacts | null): boolean {
    const isOther = before !== null && now !== null && before.node !== now.node;
    const isRestarted = before !== null && now !== null && before.runId !== now.runId;
    const isEmptied = before !== null && now !== null && before.id !== null && before.id !== now.id;
    if (this.#problem === null && !isRestarted && !isEmptied) return false;
    this.#problem = null;
    const place = isOther ? ` on another node of its cluster, ${now.node}` : '';
    const how = isEmptied ? ' without its data' : isRestarted && !isOther ? ' after a restart' : place;
    const lost = isEmptied ? ' What it had is gone: turn on its persistence (appendonly yes), or restore a copy.' : '';
    const writes = `${this.#saved} ${this.#saved === 1 ? 'write that waited is' : 'writes that waited are'}`;
    const saved = this.#saved === 0 ? '' : ` ${writes} saved.`;
    this.#saved = 0;
    this.notify(`The Redis server ${this.place.host}:${this.place.port} is back${how}.${lost}${saved}`);
    return true;
  }
}

/** Who speaks TLS to a server that does not, or the other way round, is hung up on, or gets no answer. */
function tlsHint({ tls, tlsFiles }: RedisPlace, { silence }: RedisProblem): string | undefined {
  if (silence === undefined) return undefined;
  if (!tls) return silence === 'cut' ? 'If it wants TLS, write "rediss:".' : undefined;
  if (silence === 'no-answer') return 'If it speaks no TLS, write "redis:".';
  return tlsFiles.cert === undefined ? `If it asks for a certificate of who connects, ${OWN_CERTIFICATE}` : undefined;
}
