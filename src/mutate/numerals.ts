import type { Random } from '../choice/random';
import type { Dictionary } from './dictionary';
import { pick } from './mutator';

/** A text from which the code made a number, and a function that writes another number in the same way. */
export interface Numeral {
  readonly text: string;
  readonly write: (value: number) => string;
}

/** At most this many words of the code are tried as dates. */
const MOST_WORDS = 512;

/** Dates with which programs make mistakes, in the usual formats. */
const DATES: readonly string[] = [
  '2000-01-01',
  '2024-02-29',
  '1970-01-01T00:00:00.000Z',
  '2038-01-19T03:14:08Z',
  '1969-12-31T23:59:59.999-01:00',
  '0000-01-01',
  '9999-12-31T23:59:59Z',
  '-000001-01-01T00:00:00Z',
  '+275760-09-13',
  '2023-02-30',
  '2024',
  '12/31/1999',
  'Tue, 29 Feb 2000 12:00:00 GMT',
];

/** `text` as `parseInt(text, radix)` read it. */
export function numeral(text: string, radix = 10): Numeral {
  return { text, write: (value) => value.toString(radix) };
}

/** `text` as `new Date(text)` read it: a day if it was one, a moment in ISO 8601 otherwise. */
export function dateNumeral(text: string): Numeral {
  const isDay = /^\d{4}-\d\d-\d\d$/.test(text);
  return {
    text,
    write: (value) => {
      // A number beyond the range of Date is written as a number.
      if (Number.isNaN(new Date(value).getTime())) return String(value);
      const iso = new Date(value).toISOString();
      return isDay && iso.length === ISO_LENGTH ? iso.slice(0, 10) : iso;
    },
  };
}

/** Length of the text of a date whose year has four digits. */
const ISO_LENGTH = '2000-01-01T00:00:00.000Z'.length;

/**
 * A text that `parseInt(text, radix)` reads as a number: half of the time a number in the code under test, if there is
 * any.
 */
export function someNumeral({ numbers }: Dictionary, random: Random, radix = 10): string {
  const number = numbers.length > 0 && random.coin() ? pick(numbers, random) : random.below(100);
  return number.toString(radix);
}

/** A text that is a date: half of the time a word in the code under test, if any of these is a date. */
export function someDate({ strings }: Dictionary, random: Random): string {
  const own = strings.slice(0, MOST_WORDS).filter((text) => /\d/.test(text) && !Number.isNaN(Date.parse(text)));
  return pick(own.length > 0 && random.coin() ? own : DATES, random);
}
