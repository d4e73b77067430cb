import type { ChoiceValue } from '../choice/choices';
import type { Random } from '../choice/random';
import { drawAnew } from '../property/drawAnew';
import { pick, type Mutator } from './mutator';
import type { PlacedList } from './subject';

/**
 * Inserts, duplicates, deletes, overwrites, swaps or reverses whole items of a list, and corrects its length.
 * Inserting may take a list beyond the length that fast-check would draw, up to the longest that is legal. New items
 * are copies of others or drawn at random.
 */
export const changeList: Mutator = (subject, { random }) => {
  if (subject.lists.length === 0) return null;
  const list = pick(subject.lists, random);
  const { track, lengthAt, items } = list;
  const changed = changeItems(
    items.map((item) => subject.valuesOf(track, item.start, item.end)),
    list,
    random,
  );
  if (changed === null) return null;
  const end = items.at(-1)?.end ?? lengthAt + 1;
  const between = items.length > 0 ? subject.valuesOf(track, lengthAt + 1, items[0]!.start) : [];
  return { track, start: lengthAt, count: end - lengthAt, values: [changed.length, ...between, ...changed.flat()] };
};

function changeItems(items: readonly ChoiceValue[][], list: PlacedList, random: Random): ChoiceValue[][] | null {
  const changed = [...items];
  const at = (): number => random.below(Math.max(1, items.length));
  const kind = random.below(6);
  if (kind === 0 || items.length === 0) {
    if (items.length >= list.maxLength) return null;
    // Several copies at once reach sizes that one at a time would take many lucky steps to reach.
    const copies = Math.min(list.maxLength - items.length, 1 + random.below(1 << random.below(4)));
    const item = items.length > 0 && random.coin() ? items[at()]! : drawItem(list, random);
    if (item === null) return null;
    changed.splice(random.below(items.length + 1), 0, ...Array.from({ length: copies }, () => [...item]));
    return changed;
  }
  if (kind === 1 || items.length === 1) {
    if (items.length <= list.minLength) return null;
    const count = Math.min(items.length - list.minLength, 1 + random.below(1 << random.below(3)));
    changed.splice(at(), count);
    return changed;
  }
  if (kind === 2) {
    changed[at()] = items[at()]!;
    return changed;
  }
  if (kind === 3) {
    const [a, b] = [at(), at()];
    [changed[a], changed[b]] = [changed[b]!, changed[a]!];
    return changed;
  }
  const from = at();
  const to = Math.min(items.length, from + 1 + random.below(1 << random.below(4)));
  if (kind === 4) {
    // A run of items once more: what was opened twice must be closed twice.
    if (items.length + to - from > list.maxLength) return null;
    changed.splice(random.below(items.length + 1), 0, ...items.slice(from, to));
    return changed;
  }
  return to - from < 2 ? null : [...changed.slice(0, from), ...changed.slice(from, to).reverse(), ...changed.slice(to)];
}

function drawItem({ itemArbitrary }: PlacedList, random: Random): readonly ChoiceValue[] | null {
  return itemArbitrary === null ? null : drawAnew(itemArbitrary, random);
}
