import type { Choices, ChoiceValue, Fork } from './choices';

/**
 * Which input is simpler: negative when `a` is. Unbiased before biased, then shortlex over units (forks included): a
 * text is one unit, and each choice outside of texts is one unit. So an input with fewer units is simpler; if two
 * inputs have equally many units, the first unit that differs decides; then the forks, in order. Two units are compared
 * by shortlex, too: the shorter one is simpler; if they are equally long, the first choice that differs decides: closer
 * to zero is simpler, and of two choices that are equally close, the positive one is simpler. Ranges are not needed,
 * because the simplest value of a range is always the one closest to zero.
 *
 * Why a text is one unit: `oneof` may have a free text as an early branch and a list of long constants as a later one.
 * A free text that contains what matters should be simpler than such a constant. (Hypothesis has the same order: a text
 * is one choice there.) The order is total. Among inputs with equally many forks it has no endless descent, because
 * shortlex has none on texts, nor on lists of equally many texts.
 */
export function compareChoices(a: Choices, b: Choices): number {
  return compareBy(textsOf, a, b);
}

/**
 * As `compareChoices`, but each choice of a text counts: which input is smaller, and so cheaper to run. Does not need
 * to know the texts.
 */
export function compareSizes(a: Choices, b: Choices): number {
  return compareBy(noTexts, a, b);
}

/** Order of two choices at the same place. Magnitudes of any size are compared exactly. */
export function compareValues(a: ChoiceValue, b: ChoiceValue): number {
  const sizeOfA = a < 0 ? -a : a;
  const sizeOfB = b < 0 ? -b : b;
  // `<` compares a number with a bigint by their exact mathematical values.
  if (sizeOfA < sizeOfB) return -1;
  if (sizeOfA > sizeOfB) return 1;
  if (a < 0 !== b < 0) return a < 0 ? 1 : -1;
  if (typeof a === typeof b) return 0;
  return typeof a === 'number' ? -1 : 1;
}

/** Starts and ends of the texts that count as one. */
type Texts = (fork: Fork) => readonly number[];

const NONE: readonly number[] = [];
const textsOf: Texts = (fork) => fork.texts ?? NONE;
const noTexts: Texts = () => NONE;

function compareBy(texts: Texts, a: Choices, b: Choices): number {
  if (a.biased !== b.biased) return a.biased ? 1 : -1;
  return countAll(texts, a) - countAll(texts, b) || compareForks(texts, a, b);
}

function countAll(texts: Texts, fork: Fork): number {
  let count = countUnits(texts, fork);
  for (const child of fork.forks) if (child !== null) count += countAll(texts, child);
  return count;
}

/** Number of units, without those of the forks. */
function countUnits(texts: Texts, fork: Fork): number {
  let count = fork.values.length;
  const places = texts(fork);
  for (let at = 0; at < places.length; at += 2) count -= places[at + 1]! - places[at]! - 1;
  return count;
}

function compareForks(texts: Texts, a: Fork, b: Fork): number {
  const difference = countUnits(texts, a) - countUnits(texts, b) || compareUnits(texts, a, b);
  if (difference !== 0) return difference;
  const forks = Math.max(a.forks.length, b.forks.length);
  for (let index = 0; index < forks; index += 1) {
    const ofFork = compareForks(texts, a.forks[index] ?? EMPTY, b.forks[index] ?? EMPTY);
    if (ofFork !== 0) return ofFork;
  }
  return 0;
}

/** Compares two tracks that have equally many units. */
function compareUnits(texts: Texts, a: Fork, b: Fork): number {
  const [textsOfA, textsOfB] = [texts(a), texts(b)];
  let [atA, atB, nextOfA, nextOfB] = [0, 0, 0, 0];
  while (atA < a.values.length) {
    const endA = textsOfA[nextOfA] === atA ? textsOfA[nextOfA + 1]! : atA + 1;
    const endB = textsOfB[nextOfB] === atB ? textsOfB[nextOfB + 1]! : atB + 1;
    if (endA - atA !== endB - atB) return endA - atA - (endB - atB);
    for (let step = 0; step < endA - atA; step += 1) {
      const difference = compareValues(a.values[atA + step]!, b.values[atB + step]!);
      if (difference !== 0) return difference;
    }
    if (textsOfA[nextOfA] === atA) nextOfA += 2;
    if (textsOfB[nextOfB] === atB) nextOfB += 2;
    atA = endA;
    atB = endB;
  }
  return 0;
}

const EMPTY: Fork = { values: [], forks: [] };
