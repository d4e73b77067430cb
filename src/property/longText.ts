import type { Choices, ChoiceValue } from '../choice/choices';
import { Random } from '../choice/random';
import { isArbitrary } from './fastCheckTypes';
import { Tape } from './tape';

/** A text gets at most this many items. */
const MOST_ITEMS = 32;

/** Generates one part of an input alone. */
const tape = new Tape(new Random(0));

/**
 * Choices with which `arbitrary` generates a text right after the choice `first`, and then the simplest values. The
 * text has the greatest length that `arbitrary` draws (up to `MOST_ITEMS`) and the simplest characters. Null if no text
 * follows `first`.
 */
export function longText(arbitrary: object, first: ChoiceValue): Choices | null {
  if (!isArbitrary(arbitrary)) return null;
  const generate = (values: readonly ChoiceValue[]): void => {
    tape.start({ type: 'replay', choices: { values, forks: [], biased: false }, tail: 'simplest' });
    arbitrary.generate(tape.root, undefined);
  };
  try {
    generate([first]);
    const length = tape.recording().main.nodes[1];
    if (length?.role !== 'length') return null;
    generate([first, Math.min(Number(length.max), MOST_ITEMS)]);
    const choices = tape.choices();
    return choices.texts?.[0] === 1 ? choices : null;
  } catch {
    // The user's mappers may throw, and a filter that rejects the simplest text draws until the tail ends.
    return null;
  }
}
