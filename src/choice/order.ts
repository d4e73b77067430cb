import { countChoices, type Choices, type ChoiceValue, type Fork } from './choices';

/**
 * Shortlex order: negative when `a` is simpler. Unbiased before biased, then fewer choices (forks included), then
 * the first choice that differs: closer to zero is simpler, and of two as close the positive one. Ranges are not
 * needed, because the simplest value of a range is always the one closest to zero. Then the forks, in order.
 */
export function compareChoices(a: Choices, b: Choices): number {
  if (a.biased !== b.biased) return a.biased ? 1 : -1;
  return countChoices(a) - countChoices(b) || compareForks(a, b);
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

function compareForks(a: Fork, b: Fork): number {
  if (a.values.length !== b.values.length) return a.values.length - b.values.length;
  for (let index = 0; index < a.values.length; index += 1) {
    const difference = compareValues(a.values[index]!, b.values[index]!);
    if (difference !== 0) return difference;
  }
  const forks = Math.max(a.forks.length, b.forks.length);
  for (let index = 0; index < forks; index += 1) {
    const difference = compareForks(a.forks[index] ?? EMPTY, b.forks[index] ?? EMPTY);
    if (difference !== 0) return difference;
  }
  return 0;
}

const EMPTY: Fork = { values: [], forks: [] };
