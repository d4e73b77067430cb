import type { Random } from '../choice/random';
import { type Edit, withWord } from './edit';
import { DANGEROUS_NUMBERS, DANGEROUS_STRINGS, type Dictionary } from './dictionary';
import { pick, type Mutator } from './mutator';
import { replaceText, replaceValue } from './replaceText';
import type { PlacedSpan, Subject } from './subject';

type Word = string | number | bigint;

/** Offers a word to put in the place of `old`, of the same type as `old`; undefined if there is none. */
type Offer = (old: unknown, dictionary: Dictionary, random: Random) => Word | undefined;

/**
 * Puts a word in the place of a string, number or bigint of the input, or inside a string. Half of the time it is a
 * literal of the code under test; otherwise an operand of a recent comparison, a word that led to something new, a text
 * that a regular expression matches, or a value that programs often do not expect.
 */
export const useWord: Mutator = (subject, { random, dictionary }) => {
  if (subject.wholes.length === 0) return null;
  const placed = pick(subject.wholes, random);
  const word = someWord(placed.span.value, dictionary, random);
  if (word === undefined) return null;
  if (typeof word !== 'string') return replaceValue(placed, word);
  const edit = combine(subject, placed, word, random);
  return edit === null ? null : withWord(edit, word);
};

/** A word to put in the place of `old`. */
export const someWord: Offer = (old, dictionary, random) =>
  (random.coin() ? literal : pick(OTHER_WORDS, random))(old, dictionary, random);

const literal: Offer = (old, { strings, numbers, bigints, keys }, random) => {
  if (typeof old === 'string') return anyOf(random.below(4) === 0 && keys.length > 0 ? keys : strings, random);
  if (typeof old === 'bigint') return anyOf(bigints, random);
  const number = anyOf(numbers, random);
  return number === undefined ? undefined : near(number, random);
};

const operand: Offer = (old, { operands }, random) => {
  if (typeof old === 'string') return anyOf(operands.strings, random);
  const number = anyOf(operands.numbers, random);
  if (number === undefined) return undefined;
  if (typeof old === 'number') return near(number, random);
  return typeof old === 'bigint' && Number.isInteger(number) ? BigInt(number) : undefined;
};

const proven: Offer = (old, dictionary, random) =>
  typeof old === 'string' ? anyOf(dictionary.proven, random) : undefined;

const matching: Offer = (old, { patterns, samples }, random) => {
  if (typeof old !== 'string' || patterns.length === 0) return undefined;
  const { source, flags } = pick(patterns, random);
  return samples.sample(source, flags, random) ?? undefined;
};

const dangerous: Offer = (old, _dictionary, random) => {
  if (typeof old === 'string') return pick(DANGEROUS_STRINGS, random);
  return typeof old === 'number' ? pick(DANGEROUS_NUMBERS, random) : undefined;
};

const OTHER_WORDS: readonly Offer[] = [operand, proven, matching, dangerous];

/**
 * The word alone, or the old string with the word in it: at its end, inserted elsewhere, or over some of its characters
 * (at most as many as the word has).
 */
function combine(subject: Subject, placed: PlacedSpan, word: string, random: Random): Edit | null {
  const { length } = String(placed.span.value);
  if (length === 0 || random.below(4) === 0) return replaceText(subject, placed, 0, length, word);
  if (random.below(3) === 0) return replaceText(subject, placed, length, 0, word);
  const at = random.below(length + 1);
  const overwritten = random.below(3) === 0 ? 1 + random.below(word.length) : 0;
  return replaceText(subject, placed, at, Math.min(overwritten, length - at), word);
}

function near(number: number, random: Random): number {
  const pickOf = random.below(6);
  if (pickOf > 1 || !Number.isFinite(number)) return number;
  return number + (pickOf === 0 ? 1 : -1);
}

function anyOf<T>(words: readonly T[], random: Random): T | undefined {
  return words.length === 0 ? undefined : pick(words, random);
}
