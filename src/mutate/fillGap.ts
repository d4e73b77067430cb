import type { ChoiceValue } from '../choice/choices';
import { encodeUnits } from '../property/encodeValue';
import { withWord } from './edit';
import { isAlike } from './spliceList';
import { itemsOf, withRun } from './listRun';
import { pick, pickWhere, type MutationContext, type Mutator } from './mutator';
import type { Gap, Subject } from './subject';
import { someWord } from './useWord';

/** Gaps within gaps are filled down to this depth. */
const MOST_NESTED = 3;

/** The items that are put into a gap: their choices, and how many items they are. */
export interface Filling {
  readonly values: readonly ChoiceValue[];
  readonly count: number;
  readonly word?: string;
}

/**
 * Fills a place where an input may hold anything: with a word, or with a whole list of another input. The gaps of that
 * list are sometimes filled, too.
 */
export const fillGap: Mutator = (subject, context) => {
  if (subject.gaps.length === 0) return null;
  const gap = pick(subject.gaps, context.random);
  const filling = fillingOf(gap, context, MOST_NESTED);
  if (filling === null) return null;
  const { values, count, word } = filling;
  const edit = withRun(gap.list, gap.from, gap.count, values, count);
  return edit === null || word === undefined ? edit : withWord(edit, word);
};

function fillingOf(gap: Gap, context: MutationContext, nested: number): Filling | null {
  return context.random.below(4) === 0 ? wordFor(gap, context) : fillingFromOther(gap, context, nested);
}

function wordFor(gap: Gap, { random, dictionary }: MutationContext): Filling | null {
  const word = someWord('', dictionary, random);
  return typeof word === 'string' ? fillingOfWord(gap, word) : null;
}

/** A word as a filling; null if the word cannot be made of items of the list. */
export function fillingOfWord({ list }: Gap, word: string): Filling | null {
  const units = encodeUnits(list.itemArbitrary!, word);
  if (units === null || units === 'impossible') return null;
  return { ...units, word };
}

/**
 * A whole list of another input; null if that input has no list that fits. `nested`: how deep the gaps of the list may
 * be filled.
 */
export function fillingFromOther(gap: Gap, context: MutationContext, nested: number): Filling | null {
  const { random } = context;
  const donor = context.other();
  const from = pickWhere(donor.lists, random, (each) => each.items.length > 0 && isAlike(each, gap.list, context));
  if (from === undefined) return null;
  const all = itemsOf(donor, from, 0, from.items.length);
  const inner = nested > 0 && random.below(3) === 0 ? pickGap(donor, from, context) : undefined;
  const filling = inner === undefined ? null : fillingOf(inner, context, nested - 1);
  if (filling === null) return { values: all, count: from.items.length };
  const before = itemsOf(donor, from, 0, inner!.from);
  const rest = inner!.from + inner!.count;
  const after = itemsOf(donor, from, rest, from.items.length - rest);
  return {
    values: before.concat(filling.values, after),
    count: from.items.length - inner!.count + filling.count,
  };
}

function pickGap(donor: Subject, list: Gap['list'], { random }: MutationContext): Gap | undefined {
  return pickWhere(donor.gaps, random, (gap) => gap.list === list);
}
