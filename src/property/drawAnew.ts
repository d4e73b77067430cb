import type { ChoiceValue } from '../choice/choices';
import type { Random } from '../choice/random';
import { isArbitrary } from './fastCheckTypes';
import { Tape } from './tape';

/** A part that is drawn for an existing input has at most this many choices. */
const BUDGET = 512;

/** One tape for each source of chance; a session has one source. */
const tapes = new WeakMap<Random, Tape>();

/** New choices with which `arbitrary` generates something; null if it asks for too many, or draws lazily. */
export function drawAnew(arbitrary: object, random: Random): readonly ChoiceValue[] | null {
  if (!isArbitrary(arbitrary)) return null;
  let tape = tapes.get(random);
  if (tape === undefined) {
    tape = new Tape(random, BUDGET);
    tapes.set(random, tape);
  }
  tape.start({ type: 'random', biased: false });
  try {
    arbitrary.generate(tape.root, undefined);
  } catch {
    // Too many choices, or a mapper of the user that throws. Such an error is no failure here: an input that is run
    // will show it.
    return null;
  }
  const { values, forks } = tape.choices();
  return tape.isOverrun || forks.some((fork) => fork !== null) ? null : values;
}
