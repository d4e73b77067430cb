import type { Choices } from '../choice/choices';
import type { Chooser } from '../schedule/chooser';
import type { Edit } from './edit';
import { changeList } from './changeList';
import { changeValue } from './changeValue';
import { changeSpan } from './changeSpan';
import { fillGap } from './fillGap';
import type { MutationContext, Mutator } from './mutator';
import { spliceList } from './spliceList';
import type { Subject } from './subject';
import { useWord } from './useWord';

/** The operators, by name. */
export const MUTATORS = {
  changeValue,
  changeList,
  spliceList,
  useWord,
  changeSpan,
  fillGap,
} satisfies Record<string, Mutator>;

/** A mutant has at most this many changes: one in half of the cases, two in a quarter, and so on. */
const MOST_EDITS = 6;

/** Attempts to find operators that apply, in addition to one for each change. */
const TRIES = 6;

/** A changed input, and the operators that changed it (by their numbers in the chooser). */
export interface Mutant {
  readonly choices: Choices;
  readonly operators: readonly number[];
  /** Texts that were put into the input. */
  readonly words: readonly string[];
}

/** Changes an input of the corpus in one or a few places; null if no operator was found that applies. */
export function mutate(
  subject: Subject,
  context: MutationContext,
  operators: readonly Mutator[],
  chooser: Chooser,
): Mutant | null {
  const { random } = context;
  const edits: Edit[] = [];
  const used: number[] = [];
  let wanted = 1;
  while (wanted < MOST_EDITS && random.coin()) wanted += 1;
  for (let tries = TRIES + wanted; edits.length < wanted && tries > 0; tries -= 1) {
    const operator = chooser.choose(random);
    const edit = operators[operator]!(subject, context);
    if (edit === null) continue;
    edits.push(edit);
    if (!used.includes(operator)) used.push(operator);
  }
  if (edits.length === 0) return null;
  const words: string[] = [];
  for (const { word } of edits) if (word !== null) words.push(word);
  return { choices: subject.edited(edits), operators: used, words };
}
