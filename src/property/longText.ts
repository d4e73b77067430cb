import type { Choices, ChoiceValue } from '../choice/choices';
import { Random } from '../choice/random';
import { isArbitrary } from './fastCheckTypes';
import { Tape } from './tape';

/** Most items of a text. */
const MOST_ITEMS = 32;

/** Generates one part of an input alone. */
const tape = new Tape(new Random(0));

/**
 * Choices with which `arbitrary` generates, after the choice `first`, a text of the greatest length that it draws, made
 * of the simplest characters, and then the simplest values; null if no text follows `first`.
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
