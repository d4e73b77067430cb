import { countChoices, type ChoiceValue, type Fork } from '../choice/choices';
import type { ChoiceNode, ListShape, Role, Span, Track } from './recording';

/** Roles as stored; `ROLES` names them. */
export const VALUE = 0;
export const LENGTH = 1;
export const SELECTOR = 2;
export const INDEX = 3;
export const COIN = 4;
const ROLES: readonly Role[] = ['value', 'length', 'selector', 'index', 'coin'];

/** A span while it is being recorded. */
interface OpenSpan {
  arbitrary: object;
  start: number;
  end: number;
  parent: number;
  value: unknown;
  list: ListShape | null;
}

/**
 * Records the choices of one source while they are drawn. Its typed arrays are reused from run to run, so that
 * recording allocates nothing per choice. Bigints are kept in a list of their own: `#values` holds their place in that
 * list.
 */
export class TrackBuffer {
  /** Number of choices recorded. */
  length = 0;
  /** Buffers of the clones by ordinal; null until something is drawn from them. */
  forks: (TrackBuffer | null)[] = [];
  /** The choices to replay, before anything new is drawn. */
  prefix: Fork;
  spans: OpenSpan[] = [];
  /**
   * As in `Fork`, but only the first `#textsLength` numbers count. The rest are from earlier runs: the memory is used
   * again.
   */
  readonly #texts: number[] = [];
  #textsLength = 0;

  #values: Float64Array;
  #mins: Float64Array;
  #maxs: Float64Array;
  /** Role, plus 8 for a bigint. */
  #roles: Uint8Array;
  /** value, min, max of each bigint. */
  #bigints: bigint[] = [];

  constructor(prefix: Fork, capacity: number) {
    this.prefix = prefix;
    this.#values = new Float64Array(capacity);
    this.#mins = new Float64Array(capacity);
    this.#maxs = new Float64Array(capacity);
    this.#roles = new Uint8Array(capacity);
  }

  /** Forgets everything; the memory stays. */
  reset(prefix: Fork): void {
    this.prefix = prefix;
    this.length = 0;
    if (this.forks.length > 0) this.forks = [];
    if (this.spans.length > 0) this.spans = [];
    this.#textsLength = 0;
    if (this.#bigints.length > 0) this.#bigints.length = 0;
  }

  push(value: number, min: number, max: number, role: number): void {
    const at = this.length;
    if (at === this.#values.length) this.#grow();
    this.#values[at] = value;
    this.#mins[at] = min;
    this.#maxs[at] = max;
    this.#roles[at] = role;
    this.length = at + 1;
  }

  pushBig(value: bigint, min: bigint, max: bigint): void {
    this.push(this.#bigints.length, 0, 0, VALUE | IS_BIG);
    this.#bigints.push(value, min, max);
  }

  /**
   * Notes that the choices `start` … `end - 1` are a text. Texts inside of it that were noted before become parts of
   * it.
   */
  noteText(start: number, end: number): void {
    const texts = this.#texts;
    let length = this.#textsLength;
    while (length > 0 && texts[length - 2]! >= start) length -= 2;
    texts[length] = start;
    texts[length + 1] = end;
    this.#textsLength = length + 2;
  }

  /** The number at `at`; null when it is a bigint. */
  numberAt(at: number): number | null {
    return (this.#roles[at]! & IS_BIG) === 0 ? this.#values[at]! : null;
  }

  /** The bigint at `at`; null when it is a number. */
  bigintAt(at: number): bigint | null {
    return (this.#roles[at]! & IS_BIG) === 0 ? null : this.#bigints[this.#values[at]!]!;
  }

  /**
   * Copies the values to the start of `into`. Returns their number, or -1 when there is a bigint or a fork, or when
   * there are more values than fit.
   */
  copyNumbers(into: Float64Array): number {
    const { length } = this;
    if (this.forks.length > 0 || this.#bigints.length > 0 || length > into.length) return -1;
    const values = this.#values;
    for (let at = 0; at < length; at += 1) into[at] = values[at]!;
    return length;
  }

  /** A copy as plain objects, with the forks from which something was drawn. */
  toTrack(): Track {
    const nodes: ChoiceNode[] = [];
    for (let at = 0; at < this.length; at += 1) nodes.push(this.#nodeAt(at));
    const forks = this.forks.map((fork) => fork?.toTrack() ?? null);
    return { nodes, spans: this.spans.map((span): Span => ({ ...span })), forks };
  }

  /**
   * As `toTrack`, but only the choices. A fork from which nothing was drawn is null, and left out at the end of the
   * list.
   */
  toFork(): Fork {
    const values: ChoiceValue[] = [];
    for (let at = 0; at < this.length; at += 1) values.push(this.numberAt(at) ?? this.bigintAt(at)!);
    const forks = this.forks.length === 0 ? [] : this.forks.map((fork) => nonEmpty(fork?.toFork() ?? null));
    while (forks.length > 0 && forks.at(-1) === null) forks.pop();
    return this.#textsLength === 0
      ? { values, forks }
      : { values, forks, texts: this.#texts.slice(0, this.#textsLength) };
  }

  #nodeAt(at: number): ChoiceNode {
    const role = ROLES[this.#roles[at]! & ~IS_BIG]!;
    if (this.bigintAt(at) === null) {
      return { value: this.#values[at]!, min: this.#mins[at]!, max: this.#maxs[at]!, role };
    }
    const place = this.#values[at]!;
    return { value: this.#bigints[place]!, min: this.#bigints[place + 1]!, max: this.#bigints[place + 2]!, role };
  }

  #grow(): void {
    this.#values = larger(this.#values, new Float64Array(this.#values.length * 2));
    this.#mins = larger(this.#mins, new Float64Array(this.#values.length));
    this.#maxs = larger(this.#maxs, new Float64Array(this.#values.length));
    this.#roles = larger(this.#roles, new Uint8Array(this.#values.length));
  }
}

const IS_BIG = 8;

function nonEmpty(fork: Fork | null): Fork | null {
  return fork === null || countChoices(fork) === 0 ? null : fork;
}

function larger<T extends Float64Array | Uint8Array>(from: T, to: T): T {
  to.set(from);
  return to;
}
