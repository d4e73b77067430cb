import { encodeValue } from '../property/encodeValue';
import type { Random } from '../choice/random';
import { DANGEROUS_NUMBERS, DANGEROUS_STRINGS, type Dictionary } from './dictionary';
import { pick, type Mutator } from './mutator';
import { sampleRegExp } from './sampleRegExp';
import type { PlacedSpan } from './subject';

type Word = string | number | bigint;

/** What is offered for a value of the type of `old`; undefined when there is nothing. */
type Offer = (old: unknown, dictionary: Dictionary, random: Random) => Word | undefined;

/** Puts a literal of the code under test in the place of a string, number or bigint of the input, or inside it. */
export const useLiteral = useWords((old, { strings, numbers, bigints, keys }, random) => {
  if (typeof old === 'string') return anyOf(random.below(4) === 0 && keys.length > 0 ? keys : strings, random);
  if (typeof old === 'bigint') return anyOf(bigints, random);
  const number = anyOf(numbers, random);
  return number === undefined ? undefined : near(number, random);
});

/** The same with a text that was of use in another place. */
export const useProven = useWords((old, { proven }, random) =>
  typeof old === 'string' ? anyOf(proven, random) : undefined,
);

/** The same with an operand of a comparison that was seen while running. */
export const useOperand = useWords((old, { operands }, random) => {
  if (typeof old === 'string') return anyOf(operands.strings, random);
  const number = anyOf(operands.numbers, random);
  if (number === undefined) return undefined;
  if (typeof old === 'number') return near(number, random);
  return typeof old === 'bigint' && Number.isInteger(number) ? BigInt(number) : undefined;
});

/** The same with a text that a regular expression of the code matches. */
export const usePattern = useWords((old, { patterns }, random) => {
  if (typeof old !== 'string' || patterns.length === 0) return undefined;
  const { source, flags } = pick(patterns, random);
  return sampleRegExp(source, flags, random) ?? undefined;
});

/** The same with a value that programs often do not expect. */
export const useDangerous = useWords((old, _dictionary, random) => {
  if (typeof old === 'string') return pick(DANGEROUS_STRINGS, random);
  return typeof old === 'number' ? pick(DANGEROUS_NUMBERS, random) : undefined;
});

function useWords(offer: Offer): Mutator {
  return ({ wholes }, { random, dictionary }) => {
    if (wholes.length === 0) return null;
    const { track, span } = pick(wholes, random);
    const word = offer(span.value, dictionary, random);
    if (word === undefined) return null;
    const value = typeof word === 'string' && typeof span.value === 'string' ? combine(span.value, word, random) : word;
    const edit = replaceValue({ track, span }, value);
    return edit === null || typeof word !== 'string' ? edit : { ...edit, word };
  };
}

/** The edit that makes `span` generate `value`; null if it cannot. */
export function replaceValue({ track, span }: PlacedSpan, value: unknown): ReturnType<Mutator> {
  const choices = encodeValue(span.arbitrary, value);
  // Forks of a span cannot be moved into the place of others.
  if (choices === null || choices.forks.some((fork) => fork !== null)) return null;
  return { track, start: span.start, count: span.end - span.start, values: choices.values };
}

/** The word alone, or put into the old string: at its end, elsewhere, or over as much of it. */
function combine(old: string, word: string, random: Random): string {
  if (old.length === 0 || random.below(4) === 0) return word;
  if (random.below(3) === 0) return old + word;
  const at = random.below(old.length + 1);
  const overwritten = random.below(3) === 0 ? 1 + random.below(word.length) : 0;
  return old.slice(0, at) + word + old.slice(at + overwritten);
}

function near(number: number, random: Random): number {
  const pickOf = random.below(6);
  if (pickOf > 1 || !Number.isFinite(number)) return number;
  return number + (pickOf === 0 ? 1 : -1);
}

function anyOf<T>(words: readonly T[], random: Random): T | undefined {
  return words.length === 0 ? undefined : pick(words, random);
}
