import type { ChoiceValue } from '../choice/choices';
import { replace, type Edit } from './edit';
import type { PlacedList, Subject } from './subject';

/** The choices of `count` items of a list, from the item `from` on. */
export function itemsOf(subject: Subject, { track, items }: PlacedList, from: number, count: number): ChoiceValue[] {
  return count === 0 ? [] : subject.valuesOf(track, items[from]!.start, items[from + count - 1]!.end);
}

/**
 * Replaces `count` items, from the item `from` on, by the `added` items of `values`; null if the length is not legal.
 */
export function withRun(
  list: PlacedList,
  from: number,
  count: number,
  values: readonly ChoiceValue[],
  added: number,
): Edit | null {
  const { track, lengthAt, items, minLength, maxLength } = list;
  const length = items.length - count + added;
  if (length < minLength || length > maxLength) return null;
  const end = items.at(-1)?.end ?? lengthAt + 1;
  const start = from < items.length ? items[from]!.start : end;
  const after = from + count < items.length ? items[from + count]!.start : end;
  const grow = added === count ? null : { at: lengthAt, by: added - count };
  return replace(track, start, after - start, values, grow);
}

/** Adds the item that `item` generates to the end of a list, `count` times; null if that is not legal. */
export function withAppended(list: PlacedList, item: readonly ChoiceValue[], count: number): Edit | null {
  const values: ChoiceValue[] = [];
  for (let left = count; left > 0; left -= 1) values.push(...item);
  return withRun(list, list.items.length, 0, values, count);
}
