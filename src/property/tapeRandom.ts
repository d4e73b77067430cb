import { simplestBigOf, simplestOf } from '../choice/choices';
import { doubleOrderOf } from './doubleOrder';
import { drawBigInt, drawInt } from './draws';
import { COIN, LENGTH, VALUE, type TrackBuffer } from './trackBuffer';
import { OVERRUN } from './overrun';
import type { TapeState } from './tapeState';

/**
 * Passed to `generate` as the bias factor, it makes fast-check's bias coins recognizable: they are the draws of
 * `nextInt(1, biasFactor)`. It is a prime that no sensible range has as its upper bound.
 */
export const COIN_MAX = 1_000_003;

/** Share of coins that are biased when drawn at random; fast-check's own is 1/2 falling to 1/5. */
const BIASED_SHARE = 1 / 3;

/**
 * Replaces fast-check's `Random`: fast-check only calls its methods and never checks its class. It is a cursor over a
 * track: at the end of the recorded choices it draws and records new ones, before the end it reads recorded ones again
 * (the copies that `fc.clone` makes read the choices that the first copy recorded).
 */
export class TapeRandom {
  readonly tape: TapeState;
  /** Role of the next choice; set by the wrapped `generate` of the arbitrary that draws it. */
  role: number = VALUE;
  /** The arbitrary that draws the length of the list being generated, and the longest legal length. */
  lengthArbitrary: object | null = null;
  maxLength = 0;
  /** How many of the next clones are to read the same choices again, instead of having their own. */
  aliasesLeft = 0;
  /** The innermost open span; -1 for none. */
  span = -1;

  readonly #parent: TapeRandom | null;
  readonly #ordinal: number;
  #epoch: number;
  #track: TrackBuffer | null;
  #at = 0;
  #forks = 0;

  constructor(tape: TapeState, parent: TapeRandom | null, ordinal: number, track: TrackBuffer | null) {
    this.tape = tape;
    this.#parent = parent;
    this.#ordinal = ordinal;
    this.#track = track;
    this.#epoch = tape.epoch;
  }

  /** Goes back to the start, for the next run. */
  rewind(): void {
    this.#epoch = this.tape.epoch;
    this.#at = 0;
    this.#forks = 0;
    this.role = VALUE;
    this.lengthArbitrary = null;
    this.aliasesLeft = 0;
    this.span = -1;
  }

  /** Number of choices read through this cursor. */
  get position(): number {
    return this.#at;
  }

  /** True if the next draw will be recorded, false if a recorded choice will be read again. */
  get isAtEnd(): boolean {
    return this.#at === this.track().length;
  }

  /** Notes that the choices read from `start` on are a text. */
  noteText(start: number): void {
    this.track().noteText(start, this.#at);
  }

  nextInt(min = -0x8000_0000, max = 0x7fff_ffff): number {
    const isCoin = min === 1 && max === COIN_MAX && this.tape.isBiased;
    const track = this.track();
    const at = this.#at;
    this.#at = at + 1;
    if (at < track.length) {
      this.role = VALUE;
      const value = track.numberAt(at) ?? simplestOf(min, max);
      return isCoin ? fromCoin(value) : value;
    }
    this.tape.count();
    if (isCoin) {
      const coin = this.#coin(track, at);
      track.push(coin, 0, 1, COIN);
      return fromCoin(coin);
    }
    const role = this.role;
    this.role = VALUE;
    const value = this.#int(track, at, min, max, role);
    track.push(value, min, max, role);
    return value;
  }

  nextBigInt(min: bigint, max: bigint): bigint {
    const track = this.track();
    const at = this.#at;
    this.#at = at + 1;
    const order = doubleOrderOf(min, max);
    if (at < track.length) {
      const again = track.bigintAt(at) ?? simplestBigOf(min, max);
      return order === null ? again : order.toIndex(again);
    }
    this.tape.count();
    this.role = VALUE;
    const value = this.#bigint(track, at, min, max);
    track.pushBig(value, min, max);
    return order === null ? value : order.toIndex(value);
  }

  /** Only in fast-check 3.x. The caller changes the object, so each call makes a new one. */
  nextArrayInt(min: ArrayInt, max: ArrayInt): ArrayInt {
    return toArrayInt(this.nextBigInt(fromArrayInt(min), fromArrayInt(max)));
  }

  clone(): TapeRandom {
    if (this.aliasesLeft > 0) {
      this.aliasesLeft -= 1;
      const alias = new TapeRandom(this.tape, this.#parent, this.#ordinal, this.track());
      alias.#at = this.#at;
      alias.#forks = this.#forks;
      return alias;
    }
    const ordinal = this.#forks;
    this.#forks = ordinal + 1;
    // Most clones are kept for fast-check's own shrinking and never used: their track is made when it is needed.
    const clone = new TapeRandom(this.tape, this, ordinal, null);
    clone.#epoch = this.#epoch;
    return clone;
  }

  /** `bits` random bits, 1 to 32. The sign is the same as in fast-check, which draws from 0 … (1 << bits) - 1. */
  next(bits: number): number {
    return this.nextInt(0, (1 << bits) - 1);
  }

  nextBoolean(): boolean {
    return this.nextInt(0, 1) === 1;
  }

  /** In [0, 1), with 53 bits in two choices. */
  nextDouble(): number {
    return (this.next(26) * 0x800_0000 + this.next(27)) / 0x20_0000_0000_0000;
  }

  getState(): undefined {
    return undefined;
  }

  /** The track of this cursor, made when first needed. */
  track(): TrackBuffer {
    // This is a stream or generator of an earlier run, which some code still uses after the end of that run. It is not
    // an overrun of the present run.
    // oxlint-disable-next-line no-throw-literal -- reason: see OVERRUN.
    if (this.#epoch !== this.tape.epoch) throw OVERRUN;
    return (this.#track ??= this.#openTrack());
  }

  #openTrack(): TrackBuffer {
    const parent = this.#parent!.track();
    while (parent.forks.length <= this.#ordinal) parent.forks.push(null);
    return (parent.forks[this.#ordinal] ??= this.tape.newTrack(parent.prefix.forks[this.#ordinal] ?? null));
  }

  #coin(track: TrackBuffer, at: number): number {
    if (at < track.prefix.values.length) {
      const value = track.prefix.values[at]!;
      if (typeof value !== 'number') this.tape.misaligned += 1;
      // Sequences recorded from fast-check's own runs have the coin as drawn: 1 is biased, all else is not.
      return value === 1 ? 1 : 0;
    }
    if (this.#extendsAtRandom()) return this.tape.random.share() < BIASED_SHARE ? 1 : 0;
    return 0;
  }

  #int(track: TrackBuffer, at: number, min: number, max: number, role: number): number {
    if (at < track.prefix.values.length) {
      const value = track.prefix.values[at]!;
      if (typeof value === 'number' && value >= min && value <= max) return value;
      if (role === LENGTH && typeof value === 'number' && value >= min && value <= this.maxLength) return value;
      if (min !== max) this.tape.misaligned += 1;
      return simplestOf(min, max);
    }
    if (!this.#extendsAtRandom()) return simplestOf(min, max);
    if (min === max) return min;
    const { random } = this.tape;
    // The weights of branches, and their chance to end a recursion, are the user's: leave them as they are.
    if (role > LENGTH) return random.int(min, max);
    return drawInt(random, min, max, track);
  }

  #bigint(track: TrackBuffer, at: number, min: bigint, max: bigint): bigint {
    if (at < track.prefix.values.length) {
      const value = track.prefix.values[at]!;
      if (typeof value === 'bigint' && value >= min && value <= max) return value;
      if (min !== max) this.tape.misaligned += 1;
      return simplestBigOf(min, max);
    }
    if (!this.#extendsAtRandom()) return simplestBigOf(min, max);
    const { random } = this.tape;
    return drawBigInt(random, min, max, track);
  }

  /**
   * True if draws beyond the prefix are random. If not, the simplest value is used, or the run overruns when no more
   * choices are allowed.
   */
  #extendsAtRandom(): boolean {
    if (this.tape.tail === 'random') return true;
    this.tape.tailLeft -= 1;
    if (this.tape.tail === 'stop' || this.tape.tailLeft < 0) this.tape.overrun();
    return false;
  }
}

/** A bigint of fast-check 3.x: sign and magnitude in units of 2^32, highest first. */
interface ArrayInt {
  sign: number;
  data: number[];
}

function fromCoin(value: number): number {
  return value === 1 ? 1 : 2;
}

export function fromArrayInt(value: ArrayInt): bigint {
  let magnitude = 0n;
  for (const part of value.data) magnitude = magnitude * 0x1_0000_0000n + BigInt(part);
  return value.sign < 0 ? -magnitude : magnitude;
}

function toArrayInt(value: bigint): ArrayInt {
  const magnitude = value < 0n ? -value : value;
  return { sign: value < 0n ? -1 : 1, data: [Number(magnitude >> 32n), Number(magnitude & 0xffff_ffffn)] };
}
