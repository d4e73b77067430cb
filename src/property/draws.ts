import { simplestBigOf, simplestOf } from '../choice/choices';
import type { Random } from '../choice/random';
import { doubleOrderOf } from './doubleOrder';

/**
 * Shares of the kinds of draws, for choices that are not replayed. Uniform draws almost never hit the values at which
 * programs change what they do, so a draw is one of four kinds. The shares were set once by hand; with them the mean
 * number of inputs until the first failure of the usual shrinking challenges fell from thousands to tens.
 */
const NEAR_SIMPLEST = 0.31;
const BOUND = 0.06;
/** A value drawn before, or its neighbor: relations between values often need equal values. */
const EARLIER = 0.25;
// The rest, 0.38, is uniform.

/** In ranges up to this many values every value is likely enough: draw uniformly. */
const SMALL_RANGE = 8;

/** A draw near the simplest value has a distance of at most this many bits: 6, but 16 in a quarter of these draws. */
const NEAR_BITS = 6;
const FAR_BITS = 16;

/** Of the uniform draws from a range of doubles, the share that is an integer, a half or a tenth. */
const ROUND_DOUBLE = 0.4;

/**
 * In ranges up to this many values, the values are mostly names of things, such as characters: a value near the
 * simplest one means no more than a far one. So an ordinary draw is uniform.
 */
const NAMES_RANGE = 256;
/**
 * A draw from such a range is one of the four kinds if this many bits of a random word are all 0: once in four times.
 */
const NAMES_BITS = 2;
const NAMES_OTHER = (1 << NAMES_BITS) - 1;

/**
 * The choices that the same input drew before; null for a choice of the other type. A `TrackBuffer` can be used as one.
 */
export interface Drawn {
  readonly length: number;
  numberAt(at: number): number | null;
  bigintAt(at: number): bigint | null;
}

/** Draws from min … max. */
export function drawInt(random: Random, min: number, max: number, drawn: Drawn): number {
  const size = max - min + 1;
  if (size <= SMALL_RANGE) return random.int(min, max);
  if (size <= NAMES_RANGE) {
    // Characters are drawn most often: one random word decides both the kind and the value.
    const word = random.uint32();
    if ((word & NAMES_OTHER) !== 0) return min + Math.floor((word >>> NAMES_BITS) * 2 ** (NAMES_BITS - 32) * size);
  }
  let kind = random.share();
  if ((kind -= NEAR_SIMPLEST) < 0) return nearSimplest(random, min, max);
  if ((kind -= BOUND) < 0) return random.coin() ? min : max;
  const earlier = kind < EARLIER && drawn.length > 0 ? drawn.numberAt(random.below(drawn.length)) : null;
  if (earlier !== null) {
    const value = earlier + nudge(random);
    if (value >= min && value <= max) return value;
  }
  return random.int(min, max);
}

/** As `drawInt`, for bigints. */
export function drawBigInt(random: Random, min: bigint, max: bigint, drawn: Drawn): bigint {
  if (max - min < SMALL_RANGE) return random.bigint(min, max);
  let kind = random.share();
  if ((kind -= NEAR_SIMPLEST) < 0) {
    const value = simplestBigOf(min, max) + BigInt(signed(random, distance(random)));
    if (value >= min && value <= max) return value;
    return simplestBigOf(min, max);
  }
  if ((kind -= BOUND) < 0) return random.coin() ? min : max;
  const earlier = kind < EARLIER && drawn.length > 0 ? drawn.bigintAt(random.below(drawn.length)) : null;
  if (earlier !== null) {
    const value = earlier + BigInt(nudge(random));
    if (value >= min && value <= max) return value;
  }
  const doubles = doubleOrderOf(min, max);
  if (doubles !== null && random.share() < ROUND_DOUBLE) {
    const index = indexOfRoundDouble(random);
    if (index >= min && index <= max) return doubles.toChoice(index);
  }
  return random.bigint(min, max);
}

function nearSimplest(random: Random, min: number, max: number): number {
  const simplest = simplestOf(min, max);
  const value = simplest + signed(random, distance(random));
  if (value >= min && value <= max) return value;
  // Beyond a bound: the other side, so that bounds at zero do not double the share of the simplest value.
  const mirrored = 2 * simplest - value;
  return mirrored >= min && mirrored <= max ? mirrored : simplest;
}

function distance(random: Random): number {
  const word = random.uint32();
  const bits = (word & 3) === 0 ? FAR_BITS : NEAR_BITS;
  // `word >>> 16` is uniform in 16 bits, so this is in 1 … bits.
  const exponent = 1 + (((word >>> 16) * bits) >>> 16);
  return random.uint32() >>> (32 - exponent);
}

function signed(random: Random, value: number): number {
  return random.coin() ? value : -value;
}

/** 0 half of the time, otherwise -1 or 1. */
function nudge(random: Random): number {
  const pick = random.below(4);
  return pick > 1 ? 0 : pick * 2 - 1;
}

const FLOAT = new Float64Array(1);
const BITS = new BigInt64Array(FLOAT.buffer);
const DIVISORS = [1, 1, 2, 10] as const;

function indexOfRoundDouble(random: Random): bigint {
  FLOAT[0] = distance(random) / DIVISORS[random.below(DIVISORS.length)]!;
  const index = BITS[0]!;
  // The index of -x is one before the mirror image of that of x, because -0 has its own.
  return random.coin() ? index : -index - 1n;
}
