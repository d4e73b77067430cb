import { pick, type MutationContext, type Mutator } from './mutator';
import type { PlacedList, Subject } from './subject';

/**
 * Puts a run of items of another input's list into a list of this one, between two items or over some of them: one
 * that the same arbitrary generates, or whose items the same arbitrary does.
 */
export const spliceList: Mutator = (subject, context) => {
  const { random, other } = context;
  if (subject.lists.length === 0) return null;
  const list = pick(subject.lists, random);
  const donor = other();
  const fitting = donor.lists.filter((each) => each.items.length > 0 && isAlike(each, list, context));
  if (fitting.length === 0) return null;
  const from = pick(fitting, random);
  const [first, last] = someRun(from.items.length, 1, context);
  const [start, end] = random.coin() ? someRun(list.items.length, 0, context) : insertion(list, context);
  const values = itemsOf(subject, list);
  const changed = [...values.slice(0, start), ...itemsOf(donor, from).slice(first, last), ...values.slice(end)];
  if (changed.length > list.maxLength || changed.length < list.minLength) return null;
  const stop = list.items.at(-1)?.end ?? list.lengthAt + 1;
  const between = list.items.length > 0 ? subject.valuesOf(list.track, list.lengthAt + 1, list.items[0]!.start) : [];
  return {
    track: list.track,
    start: list.lengthAt,
    count: stop - list.lengthAt,
    values: [changed.length, ...between, ...changed.flat()],
  };
};

function isAlike(a: PlacedList, b: PlacedList, { labelOf }: MutationContext): boolean {
  if (a.itemArbitrary === null || b.itemArbitrary === null) return false;
  if (a.itemArbitrary === b.itemArbitrary) return true;
  const label = labelOf(a.itemArbitrary);
  return label !== undefined && label === labelOf(b.itemArbitrary);
}

function itemsOf(subject: Subject, { track, items }: PlacedList): ReturnType<Subject['valuesOf']>[] {
  return items.map((item) => subject.valuesOf(track, item.start, item.end));
}

/** Mostly the end, where texts go on. */
function insertion({ items }: PlacedList, { random }: MutationContext): [number, number] {
  const at = random.below(3) === 0 ? items.length : random.below(items.length + 1);
  return [at, at];
}

/** First and past the last place of a run of at least `least` of `length` items: all of them, or short. */
function someRun(length: number, least: number, { random }: MutationContext): [number, number] {
  if (length <= least || random.below(4) === 0) return [0, length];
  const size = Math.min(length, Math.max(least, random.below(2 + (1 << random.below(4)))));
  const first = random.below(length - size + 1);
  return [first, first + size];
}
