import { countChoices, type Choices, type ChoiceValue } from '../choice/choices';
import { compareChoices, compareSizes } from '../choice/order';

/** How far an input is from another. */
interface Distance {
  /** How many choices have to be changed, added or removed. */
  readonly changed: number;
  /** The sum of the amounts by which choices change. */
  readonly gap: number;
}

/**
 * The inputs that differ from `from`, the nearest first: the one with the fewest changed choices, then with the
 * smallest gap, then the simplest.
 */
export function byDistance(inputs: readonly Choices[], from: Choices): Choices[] {
  const measured = inputs.map((choices) => ({ choices, distance: distanceOf(from, choices) }));
  return measured
    .filter(({ distance }) => distance.changed > 0)
    .sort(
      (a, b) =>
        a.distance.changed - b.distance.changed ||
        a.distance.gap - b.distance.gap ||
        compareChoices(a.choices, b.choices),
    )
    .map(({ choices }) => choices);
}

/** Whether two inputs differ in many choices: then a reader does not see at once which difference matters. */
export function isFar(choices: Choices, from: Choices): boolean {
  return distanceOf(from, choices).changed > NEAR_CHOICES;
}

const NEAR_CHOICES = 4;

/** The index of the only choice in which two inputs differ; null if several differ, or if one input is longer. */
export function onlyDifference({ values, forks }: Choices, other: Choices): number | null {
  if (values.length !== other.values.length || forks.length > 0 || other.forks.length > 0) return null;
  const places = [...values.keys()].filter((at) => values[at] !== other.values[at]);
  return places.length === 1 ? places[0]! : null;
}

/** The choice half-way between two others; null when they are neighbors. */
export function middleOf(low: ChoiceValue, high: ChoiceValue): ChoiceValue | null {
  if (typeof low === 'bigint' && typeof high === 'bigint') {
    const middle = low + (high - low) / 2n;
    return middle === low || middle === high ? null : middle;
  }
  const [from, to] = [Number(low), Number(high)];
  const middle = from + Math.trunc((to - from) / 2);
  return middle === from || middle === to ? null : middle;
}

/** The choice that is 2 ** `step` away from `low` in the direction of `high`; null when it is not between them. */
export function leapOf(low: ChoiceValue, high: ChoiceValue, step: number): ChoiceValue | null {
  if (typeof low === 'bigint' && typeof high === 'bigint') {
    const leap = 1n << BigInt(step);
    const value = high > low ? low + leap : low - leap;
    return high > low === value < high && value !== high ? value : null;
  }
  const [from, to] = [Number(low), Number(high)];
  const value = from + (to > from ? 2 ** step : -(2 ** step));
  return to > from === value < to && value !== to ? value : null;
}

function distanceOf(a: Choices, b: Choices): Distance {
  const ofForks = Math.abs(countChoices(a) - a.values.length - (countChoices(b) - b.values.length));
  const { changed, gap } = distanceOfValues(a.values, b.values);
  // The values do not contain bias and the contents of lazy draws, so they can be equal although the inputs differ.
  const isOther = changed === 0 && ofForks === 0 && compareSizes(a, b) !== 0;
  return { changed: changed + ofForks + (isOther ? 1 : 0), gap };
}

function distanceOfValues(a: readonly ChoiceValue[], b: readonly ChoiceValue[]): Distance {
  if (a.length === b.length) {
    let [changed, gap] = [0, 0];
    for (const [at, value] of a.entries()) {
      const other = b[at]!;
      if (value === other) continue;
      changed += 1;
      gap += Math.abs(Number(value) - Number(other));
    }
    return { changed, gap };
  }
  const gap = Math.abs(a.length - b.length);
  if (a.length * b.length <= MOST_CELLS) return { changed: editsBetween(a, b), gap };
  // Too long for an exact answer: counts all choices between the common beginning and the common end.
  const least = Math.min(a.length, b.length);
  let [start, end] = [0, 0];
  while (start < least && a[start] === b[start]) start += 1;
  while (end < least - start && a.at(-1 - end) === b.at(-1 - end)) end += 1;
  return { changed: Math.max(a.length, b.length) - start - end, gap };
}

/** Two inputs of up to about 64 choices are compared exactly. */
const MOST_CELLS = 64 * 64;

/** The Levenshtein distance. */
function editsBetween(a: readonly ChoiceValue[], b: readonly ChoiceValue[]): number {
  let above = Array.from({ length: b.length + 1 }, (_, column) => column);
  for (const [row, value] of a.entries()) {
    const line = [row + 1];
    for (const [column, other] of b.entries()) {
      const replaced = above[column]! + (value === other ? 0 : 1);
      line.push(Math.min(replaced, above[column + 1]! + 1, line[column]! + 1));
    }
    above = line;
  }
  return above.at(-1)!;
}
