import { encodeValue } from '../property/encodeValue';
import type { Span } from '../property/recording';
import { pickTrack, replaceValues, type Mutator } from './mutator';

/** Puts a literal of the code under test in the place of a string, number or bigint of the input, or inside it. */
export const useDictionary: Mutator = (recording, { random, dictionary }) => {
  const placed = pickTrack(recording, random);
  if (placed === null) return null;
  const spans = placed.track.spans.filter((span) => wordsFor(span, dictionary).length > 0);
  if (spans.length === 0) return null;
  const span = spans[random.below(spans.length)]!;
  const words = wordsFor(span, dictionary);
  const word = words[random.below(words.length)]!;
  const value = typeof word === 'string' && typeof span.value === 'string' ? combine(span.value, word, random) : word;
  const choices = encodeValue(span.arbitrary, value);
  if (choices === null) return null;
  return replaceValues(recording, placed, span.start, span.end - span.start, choices.values);
};

function wordsFor(
  span: Span,
  dictionary: { strings: readonly string[]; numbers: readonly number[]; bigints: readonly bigint[] },
): readonly (string | number | bigint)[] {
  if (typeof span.value === 'string') return dictionary.strings;
  if (typeof span.value === 'number') return dictionary.numbers;
  return typeof span.value === 'bigint' ? dictionary.bigints : [];
}

/** The word alone, or put into the old string at a place. */
function combine(old: string, word: string, random: { below(size: number): number }): string {
  if (old.length === 0 || random.below(2) === 0) return word;
  const at = random.below(old.length + 1);
  return old.slice(0, at) + word + old.slice(at + (random.below(2) === 0 ? word.length : 0));
}
