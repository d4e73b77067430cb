/**
 * fast-check draws a double as an index in the order of all doubles, and 5e-324 is the index next to 0. Simplicity is
 * another order: 1 is simpler to read than 0.5, 0.5 than 0.30000000000000004, and 1e300 than most of its neighbors. So
 * the choice for a double is not its index but its rank. The ranks are a permutation of the range of indexes. It keeps
 * signs and the places of 0, infinities, NaN and the largest double. On each side of zero, the order of the ranks is:
 * integers up to 2^53; odd multiples of 1/2, of 1/4, … of 1/1024; round numbers such as 3e20; then all others, in the
 * order of their indexes. The shrinker gains most from integers: the rank of an integer is the integer itself, so ranks
 * can be added and subtracted like the integers.
 */
export interface DoubleOrder {
  /** The choice with which the index is generated. */
  toChoice(index: bigint): bigint;
  toIndex(choice: bigint): bigint;
}

/** The order for a range of indexes; null if the range is not one of doubles, or does not contain zero. */
export function doubleOrderOf(min: bigint, max: bigint): DoubleOrder | null {
  if (max > NAN_INDEX || min < -NAN_INDEX - 1n || (max < LEAST_BOUND && min > -LEAST_BOUND)) return null;
  if (min > 0n || max < -1n) return null;
  if (latest.min !== min || latest.max !== max) latest = { min, max, order: make(min, max) };
  return latest.order;
}

const FLOAT = new Float64Array(1);
const BITS = new BigInt64Array(FLOAT.buffer);

/** fast-check's index of a double that is not NaN; -0 is -1. */
export function indexOfDouble(value: number): bigint {
  return value < 0 || Object.is(value, -0) ? -indexOf(-value) - 1n : indexOf(value);
}

/** The double of an index of fast-check's; NaN for an index beyond the infinities. */
export function doubleOfIndex(index: bigint): number {
  return index < 0n ? -doubleOf(-index - 1n) : doubleOf(index);
}

/** The order of the latest range: the next draw is almost always from the same one. */
let latest: { min: bigint; max: bigint; order: DoubleOrder | null } = { min: 0n, max: 0n, order: null };

const LARGEST_INDEX = indexOf(Number.MAX_VALUE);
const NAN_INDEX = LARGEST_INDEX + 2n;
/**
 * Smaller indexes are those of doubles below 1e-200, which no user gives as a bound. But a bound of bigints may be as
 * small as these.
 */
const LEAST_BOUND = indexOf(1e-200);
/** Characters of `1.234567e+89`: the bounds that users give are short, or integers. */
const LONGEST_BOUND = 12;
/** This is the index of 2, but also a bound that users give to bigints. It is taken for a bound of bigints. */
const AMBIGUOUS = 1n << 62n;

function make(min: bigint, max: bigint): DoubleOrder | null {
  const positive = max >= 0n ? max : -1n;
  const negative = min < 0n ? -min - 1n : -1n;
  // In a range that begins at zero, only -0 has an index below zero.
  if (!isBound(positive) || !(isBound(negative) || negative <= 0n)) {
    if (!(positive <= 0n && isBound(negative))) return null;
  }
  const [above, below] = [new Side(positive), new Side(negative)];
  return {
    toChoice: (index) => (index >= 0n ? above.rankOf(index) : -below.rankOf(-index - 1n) - 1n),
    toIndex: (choice) => (choice >= 0n ? above.indexOf(choice) : -below.indexOf(-choice - 1n) - 1n),
  };
}

function isBound(index: bigint): boolean {
  if (index >= LARGEST_INDEX) return index <= NAN_INDEX;
  if (index < LEAST_BOUND || (index >= AMBIGUOUS - 1n && index <= AMBIGUOUS + 1n)) return false;
  // An excluded bound is the neighbor of the one that was given.
  return [index, index - 1n, index + 1n].some((near) => isShort(doubleOf(near)));
}

function isShort(value: number): boolean {
  return Number.isSafeInteger(value) || value.toExponential().length <= LONGEST_BOUND;
}

/** The doubles 0 … `top` on one side of zero, by their indexes. An index beyond the largest double is its own rank. */
class Side {
  readonly #top: bigint;
  /** First rank of each set: integers, odd multiples of 2^-1, of 2^-2, …; then of round numbers; then of all others. */
  readonly #starts: readonly bigint[];
  readonly #others: bigint;

  constructor(top: bigint) {
    this.#top = top < LARGEST_INDEX ? top : LARGEST_INDEX;
    const largest = this.#top < 0n ? -1 : doubleOf(this.#top);
    const starts = [0n, BigInt(Math.floor(Math.min(largest, MOST_INTEGER))) + 1n];
    for (let bits = 1; bits <= FRACTION_BITS; bits += 1) {
      const multiples = BigInt(Math.floor(Math.max(0, Math.min(largest, MOST_FRACTION)) * 2 ** bits));
      starts.push(starts.at(-1)! + (multiples + 1n) / 2n);
    }
    this.#starts = starts;
    this.#others = starts.at(-1)! + BigInt(countUpTo(ROUND_INDEXES, this.#top));
  }

  rankOf(index: bigint): bigint {
    if (index > this.#top) return index;
    const value = doubleOf(index);
    if (value <= MOST_INTEGER && Number.isInteger(value)) return BigInt(value);
    if (value <= MOST_FRACTION && Number.isInteger(value * 2 ** FRACTION_BITS)) {
      let bits = 1;
      while (!Number.isInteger(value * 2 ** bits)) bits += 1;
      return this.#starts[bits]! + BigInt((value * 2 ** bits - 1) / 2);
    }
    const round = countUpTo(ROUND_INDEXES, index);
    if (round > 0 && ROUND_INDEXES[round - 1] === index) return this.#starts.at(-1)! + BigInt(round - 1);
    return this.#others + index - niceUpTo(index);
  }

  indexOf(rank: bigint): bigint {
    if (rank > this.#top) return rank;
    const starts = this.#starts;
    if (rank < starts[1]!) return indexOf(Number(rank));
    if (rank < starts.at(-1)!) {
      const bits = starts.findLastIndex((start) => start <= rank);
      return indexOf((Number(rank - starts[bits]!) * 2 + 1) / 2 ** bits);
    }
    if (rank < this.#others) return ROUND_INDEXES[Number(rank - starts.at(-1)!)]!;
    return this.#indexOfOther(rank - this.#others);
  }

  /**
   * The index of the member of the last set that has `before` members of this set before it. Mostly found in two or
   * three steps from below, otherwise by bisection.
   */
  #indexOfOther(before: bigint): bigint {
    let low = before;
    for (let step = 0; step < 6; step += 1) {
      const next = before + niceUpTo(low);
      if (next === low) return low;
      low = next;
    }
    let high = this.#top;
    while (low < high) {
      const middle = (low + high) / 2n;
      if (middle - niceUpTo(middle) >= before) high = middle;
      else low = middle + 1n;
    }
    return low;
  }
}

const MOST_INTEGER = 2 ** 53;
const FRACTION_BITS = 10;
const MOST_FRACTION = 2 ** 40;
/** One digit and zeros, above 2^53. */
const ROUND_INDEXES = Array.from({ length: 293 }, (_, power) => power + 16)
  .flatMap((power) => Array.from({ length: 9 }, (_, digit) => Number(`${digit + 1}e${power}`)))
  .filter(Number.isFinite)
  .map(indexOf);

/** How many indexes up to this one are in the sets that come before the last set (that of all others). */
function niceUpTo(index: bigint): bigint {
  const value = doubleOf(index);
  if (value <= MOST_FRACTION) return BigInt(Math.floor(value * 2 ** FRACTION_BITS)) + 1n;
  const fractions = BigInt(MOST_FRACTION * (2 ** FRACTION_BITS - 1));
  const integers = BigInt(Math.floor(Math.min(value, MOST_INTEGER))) + 1n;
  return fractions + integers + BigInt(countUpTo(ROUND_INDEXES, index));
}

/** How many of the sorted numbers are not above the limit. */
function countUpTo(sorted: readonly bigint[], limit: bigint): number {
  let [low, high] = [0, sorted.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (sorted[middle]! <= limit) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** The index of a double that is not negative is its bits. */
function indexOf(value: number): bigint {
  FLOAT[0] = value;
  return BITS[0]!;
}

function doubleOf(index: bigint): number {
  BITS[0] = index;
  return FLOAT[0]!;
}
