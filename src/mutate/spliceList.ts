import { itemsOf, withRun } from './listRun';
import { pick, pickWhere, type MutationContext, type Mutator } from './mutator';
import type { PlacedList } from './subject';

/**
 * Puts a run of items of another input's list into a list of this input, between two items or in the place of some. The
 * same arbitrary generates the items of both lists.
 */
export const spliceList: Mutator = (subject, context) => {
  const { random, other } = context;
  if (subject.lists.length === 0) return null;
  const list = pick(subject.lists, random);
  const donor = other();
  const from = pickWhere(donor.lists, random, (each) => each.items.length > 0 && isAlike(each, list, context));
  if (from === undefined) return null;
  const [first, last] = someRun(from.items.length, 1, context);
  const [start, end] = random.coin() ? someRun(list.items.length, 0, context) : insertion(list, context);
  return withRun(list, start, end - start, itemsOf(donor, from, first, last - first), last - first);
};

/** True if items of one list could be items of the other. */
export function isAlike(a: PlacedList, b: PlacedList, { labelOf }: MutationContext): boolean {
  if (a.itemArbitrary === null || b.itemArbitrary === null) return false;
  if (a.itemArbitrary === b.itemArbitrary) return true;
  const label = labelOf(a.itemArbitrary);
  return label !== undefined && label === labelOf(b.itemArbitrary);
}

/** The place of an insertion: often the end of the list, because texts often grow there. */
function insertion({ items }: PlacedList, { random }: MutationContext): [number, number] {
  const at = random.below(3) === 0 ? items.length : random.below(items.length + 1);
  return [at, at];
}

/**
 * The start and the end (exclusive) of a run of at least `least` of `length` items. The run has all items, or it is
 * short.
 */
function someRun(length: number, least: number, { random }: MutationContext): [number, number] {
  if (length <= least || random.below(4) === 0) return [0, length];
  const size = Math.min(length, Math.max(least, random.below(2 + (1 << random.below(4)))));
  const first = random.below(length - size + 1);
  return [first, first + size];
}
