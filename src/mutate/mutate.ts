import type { Choices } from '../choice/choices';
import type { Recording } from '../property/recording';
import { changeList } from './changeList';
import { changeTail } from './changeTail';
import { changeValues } from './changeValues';
import { copySpan } from './copySpan';
import type { MutationContext, Mutator } from './mutator';
import { splice } from './splice';
import { useDictionary } from './useDictionary';

/** The operators with their shares. Values first: most inputs have more of them than of structure. */
const MUTATORS: readonly (readonly [share: number, mutator: Mutator])[] = [
  [0.35, changeValues],
  [0.2, changeList],
  [0.15, useDictionary],
  [0.1, copySpan],
  [0.1, splice],
  [0.1, changeTail],
];

/** Tries to find an operator that applies. */
const ROUNDS = 4;

/** Changes an input of the corpus; falls back to changing values when nothing else applies. */
export function mutate(recording: Recording, context: MutationContext): Choices {
  for (let round = 0; round < ROUNDS; round += 1) {
    const changed = pick(context.random.unit())(recording, context);
    if (changed !== null) return changed;
  }
  return changeValues(recording, context) ?? recording.choices;
}

function pick(at: number): Mutator {
  let left = at;
  for (const [share, mutator] of MUTATORS) {
    left -= share;
    if (left < 0) return mutator;
  }
  return changeValues;
}
