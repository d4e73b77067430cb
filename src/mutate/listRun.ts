import type { ChoiceValue } from '../choice/choices';
import type { Edit, PlacedList, Subject } from './subject';

/** The choices of `count` items of a list from one on. */
export function itemsOf(subject: Subject, { track, items }: PlacedList, from: number, count: number): ChoiceValue[] {
  return count === 0 ? [] : subject.valuesOf(track, items[from]!.start, items[from + count - 1]!.end);
}

/** `count` items from one on replaced by `added` others, which were drawn as `values`; null if that is not legal. */
export function withRun(
  subject: Subject,
  list: PlacedList,
  from: number,
  count: number,
  values: readonly ChoiceValue[],
  added: number,
): Edit | null {
  const { track, lengthAt, items, minLength, maxLength } = list;
  const length = items.length - count + added;
  if (length < minLength || length > maxLength) return null;
  if (added === count && count > 0) {
    const start = items[from]!.start;
    return { track, start, count: items[from + count - 1]!.end - start, values };
  }
  const end = items.at(-1)?.end ?? lengthAt + 1;
  const start = from < items.length ? items[from]!.start : end;
  const after = from + count < items.length ? items[from + count]!.start : end;
  const before = subject.valuesOf(track, lengthAt, start);
  before[0] = length;
  return {
    track,
    start: lengthAt,
    count: end - lengthAt,
    values: before.concat(values, subject.valuesOf(track, after, end)),
  };
}
