import type { ChoiceValue } from '../choice/choices';
import type { Random } from '../choice/random';
import { drawAnew } from '../property/drawAnew';
import type { Edit } from './edit';
import { itemsOf, withRun } from './listRun';
import { pick, type Mutator } from './mutator';
import type { PlacedList, Subject } from './subject';

/**
 * Inserts, duplicates, deletes, overwrites, swaps or reverses whole items of a list, and corrects its length.
 * Inserting may take a list beyond the length that fast-check would draw, up to the longest that is legal. New items
 * are copies of items of the list, or drawn at random.
 */
export const changeList: Mutator = (subject, { random }) => {
  if (subject.lists.length === 0) return null;
  const list = pick(subject.lists, random);
  const { length } = list.items;
  const kind = random.below(6);
  if (kind === 0 || length === 0) return insertCopies(subject, list, random);
  if (kind === 1 || length === 1) return deleteRun(list, random);
  if (kind === 2) return withRun(list, random.below(length), 1, itemsOf(subject, list, random.below(length), 1), 1);
  if (kind === 3) return swap(subject, list, random);
  const from = random.below(length);
  const count = Math.min(length - from, 1 + random.below(1 << random.below(4)));
  // Inserts a run of items once more: a bracket that was opened twice must be closed twice.
  if (kind === 4) return withRun(list, random.below(length + 1), 0, itemsOf(subject, list, from, count), count);
  if (count < 2) return null;
  const reversed: ChoiceValue[] = [];
  for (let at = from + count - 1; at >= from; at -= 1) reversed.push(...itemsOf(subject, list, at, 1));
  return withRun(list, from, count, reversed, count);
};

/** Several copies at once reach large sizes. With one copy at a time, this would take many lucky steps. */
function insertCopies(subject: Subject, list: PlacedList, random: Random): Edit | null {
  const { length } = list.items;
  const copies = Math.min(list.maxLength - length, 1 + random.below(1 << random.below(4)));
  if (copies < 1) return null;
  const item = length > 0 && random.coin() ? itemsOf(subject, list, random.below(length), 1) : drawItem(list, random);
  if (item === null) return null;
  const values: ChoiceValue[] = [];
  for (let left = copies; left > 0; left -= 1) values.push(...item);
  return withRun(list, random.below(length + 1), 0, values, copies);
}

function deleteRun(list: PlacedList, random: Random): Edit | null {
  const { length } = list.items;
  const from = random.below(length);
  const most = Math.min(length - list.minLength, length - from);
  if (most < 1) return null;
  return withRun(list, from, Math.min(most, 1 + random.below(1 << random.below(3))), [], 0);
}

function swap(subject: Subject, list: PlacedList, random: Random): Edit | null {
  const [one, other] = [random.below(list.items.length), random.below(list.items.length)];
  if (one === other) return null;
  const [first, last] = one < other ? [one, other] : [other, one];
  const values = itemsOf(subject, list, last, 1).concat(
    itemsOf(subject, list, first + 1, last - first - 1),
    itemsOf(subject, list, first, 1),
  );
  return withRun(list, first, last - first + 1, values, last - first + 1);
}

function drawItem({ itemArbitrary }: PlacedList, random: Random): readonly ChoiceValue[] | null {
  return itemArbitrary === null ? null : drawAnew(itemArbitrary, random);
}
