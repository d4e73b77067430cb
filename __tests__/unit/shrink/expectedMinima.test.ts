import { describe, expect, test } from '@jest/globals';
import * as fc from 'fast-check';
import { Random } from '../../../src/choice/random';
import { InputRunner } from '../../../src/property/inputRunner';
import { findFailure, shrinkWith, textOf } from './shrinkWith';

// The simplest failures that Hypothesis' own tests expect of its shrinker, for the arbitraries of fast-check.

const SEEDS = [1, 2, 3, 4];

/** The simplest `arguments` for which `isWanted` holds, from several that were found at random. */
async function check<T extends [unknown, ...unknown[]]>(
  arbitraries: { [K in keyof T]: fc.Arbitrary<T[K]> },
  isWanted: (...args: T) => boolean,
  expected: string | ((args: T) => boolean),
): Promise<void> {
  const property = fc.property(...arbitraries, (...args: T) => !isWanted(...args));
  const wrong: string[] = [];
  for (const seed of SEEDS) {
    const runner = new InputRunner(property, { random: new Random(seed) });
    const { best, evaluations } = await shrinkWith(runner, await findFailure(runner, seed % 4 === 1), 4000);
    const text = await textOf(runner, best, fc.stringify);
    const isExpected = typeof expected === 'string' ? text === `[${expected}]` : expected(JSON.parse(text) as T);
    if (!isExpected) wrong.push(`seed ${seed}: ${text} after ${evaluations}`);
  }
  expect(wrong).toEqual([]);
}

const sum = (numbers: readonly number[]): number => numbers.reduce((a, b) => a + b, 0);
const times = (count: number, text: string): string => `[${Array.from({ length: count }, () => text).join()}]`;

describe('lists', () => {
  test('ten items from a list of one repeated boolean', () =>
    check(
      [fc.boolean().chain((item) => fc.array(fc.constant(item), { maxLength: 50 }))],
      (list) => list.length >= 10,
      times(10, 'false'),
    ));

  test('ten numbers from a list as long as a number drawn before', () =>
    check(
      [fc.nat(30).chain((n) => fc.array(fc.integer(), { minLength: n, maxLength: n }))],
      (list) => list.length >= 10,
      times(10, '0'),
    ));

  test('a rectangle that holds the row a, b', () =>
    check(
      [
        fc
          .nat(10)
          .chain((width) => fc.array(fc.array(fc.constantFrom('a', 'b'), { minLength: width, maxLength: width }))),
      ],
      (rows) => rows.some((row) => row.join() === 'a,b'),
      '[["a","b"]]',
    ));

  test('twenty numbers that are at least their places', () =>
    check(
      [fc.array(fc.nat(100), { minLength: 20, maxLength: 20 })],
      (list) => list.every((value, index) => value >= index),
      `[${Array.from({ length: 20 }, (_, index) => index).join()}]`,
    ));

  test('sets with ten numbers in all', () =>
    check(
      [fc.array(fc.uniqueArray(fc.integer()))],
      (sets) => new Set(sets.flat()).size >= 10,
      ([sets]) => {
        const numbers = sets.flat().sort((a, b) => a - b);
        return sets.length === 1 && numbers.length === 10 && numbers.at(-1) === numbers[0]! + 9;
      },
    ));

  test.each([0, 1, 2, 10, 100, 1000])('a member of the list that is at least %d', (n) =>
    check(
      [fc.array(fc.nat(2000)), fc.nat(2000)],
      (list, member) => member >= n && list.includes(member),
      `[${n}],${n}`,
    ),
  );

  test('a number that is in the list twice', () =>
    check(
      [fc.array(fc.integer()), fc.integer()],
      (list, value) => list.filter((item) => item === value).length > 1,
      '[0,0],0',
    ));

  test('a sum of ten of at least three numbers, in order', () =>
    check(
      [fc.array(fc.nat())],
      (list) => sum(list) >= 10 && list.length >= 3,
      ([list]) => list.length === 3 && sum(list) === 10 && list.join() === [...list].sort((a, b) => a - b).join(),
    ));

  test('five lists that each hold true and another', () =>
    check(
      [fc.array(fc.array(fc.boolean()), { minLength: 5, maxLength: 5 })],
      (lists) => lists.every((list) => list.length >= 2 && list.includes(true)),
      times(5, '[false,true]'),
    ));

  test('a largest and a smallest number more than ten apart', () =>
    check(
      [fc.array(fc.integer(), { minLength: 1 })],
      (list) => Math.max(...list) > Math.min(...list) + 10,
      ([list]) => list.length === 2 && Math.abs(list[0]! - list[1]!) === 11 && list.includes(0),
    ));
});

describe('numbers', () => {
  test('one, of a fraction that is at least one', () =>
    check([fc.double({ noNaN: true })], (value) => value >= 1, '1'));

  test('zero, where a large negative bound leaves it allowed', () =>
    check([fc.bigInt({ min: -(2n ** 256n), max: 2n ** 256n })], (value) => value >= -(2n ** 255n), '0n'));

  test.each([0, 1, 2, 3, 10, 127, 128, 129, 1000, 65_536, 1_000_003])('a threshold of exactly %d', (threshold) =>
    check([fc.integer()], (value) => value >= threshold, String(threshold)),
  );

  test('the nearer of two ranges', () =>
    check([fc.oneof(fc.integer({ min: 101, max: 200 }), fc.nat(100))], () => true, '101'));

  test('a sum above a thousand of two numbers', () =>
    check([fc.nat(1000), fc.nat(1000)], (a, b) => a + b > 1000, '1,1000'));

  test('a sum above a thousand with others between', () =>
    check(
      [fc.nat(1000), fc.string(), fc.boolean(), fc.integer(), fc.nat(1000)],
      (a, _text, _flag, _other, b) => a + b > 1000,
      '1,"",false,0,1000',
    ));

  test('a sum above a thousand of two fractions', () => {
    const fraction = fc.double({ min: 0, max: 1000, noNaN: true });
    return check([fraction, fraction], (a, b) => a + b > 1000, '1,1000');
  });

  test('a sum above a thousand of a number and a fraction', () =>
    check([fc.nat(1000), fc.double({ min: 0, max: 1000, noNaN: true })], (a, b) => a + b > 1000, '1,1000'));

  describe.each([
    ['positive', 0, 1000],
    ['negative', -1000, 0],
    ['mixed', -1000, 1000],
  ])('a gap between two numbers, %s', (_name, min, max) => {
    const number = fc.integer({ min, max });
    const expected = (gap: number) => (args: readonly unknown[]) => {
      const [a, b] = [args[0] as number, args.at(-1) as number];
      return b - a === gap && (a === 0 || b === 0);
    };
    test.each([1, 2, 7, 100])('%d', (gap) =>
      check<[number, number]>([number, number], (a, b) => a + gap === b, expected(gap)),
    );
    test('with others between', () =>
      check<[number, string, number, number]>(
        [number, fc.string(), fc.double({ noNaN: true }), number],
        (a, _text, _fraction, b) => a + 7 === b,
        (args) => expected(7)(args) && args[1] === '' && args[2] === 0,
      ));
  });
});

describe('texts', () => {
  const units = fc.constantFrom('0', '1', '2', '3', '4', '5', '6', '7', '8', '9');
  const digits = fc.string({ unit: units });

  test('a run-length coder that forgets to start the count again', () =>
    check([digits], (text) => decode(encode(text)) !== text, '"001"'));

  test('three equal characters and another', () =>
    check(
      [digits],
      (text) => new Set(text).size >= 2 && Array.from(text).some((char) => text.split(char).length > 3),
      '"0001"',
    ));

  test('a text that differs from its lower case', () =>
    check([fc.string({ unit: 'grapheme' })], (text) => text.toLowerCase() !== text, '"A"'));

  test('a text that is not plain', () =>
    check(
      [fc.string({ unit: 'binary' })],
      (text) => Array.from(text).some((char) => char.codePointAt(0)! >= 0x80),
      ([text]) => Array.from(text).length === 1 && text.codePointAt(0) === 0x80,
    ));
});

// A text of the free branch is one choice for Hypothesis. Here it is one for each character, and a constant of two
// choices is simpler than fourteen, so the constant stays; what is one choice elsewhere is generated there.
describe('a value of another branch', () => {
  const words = ['quetzalcoatl-1', 'quetzalcoatl-2', 'quetzalcoatl-3'];
  const word = fc.constantFrom(...words);

  test('the first of the words', () =>
    check([fc.oneof(fc.string(), word)], (text) => text.includes('quetzalcoatl'), '"quetzalcoatl-1"'));

  test('nested in a list', () =>
    check(
      [fc.array(fc.oneof(fc.string(), word))],
      (list) => list.some((text) => text.includes('quetzalcoatl')),
      '["quetzalcoatl-1"]',
    ));

  test('with three branches', () =>
    check(
      [fc.oneof(fc.boolean().map(String), fc.string(), word)],
      (text) => text.includes('quetzalcoatl'),
      '"quetzalcoatl-1"',
    ));

  test('of numbers', () =>
    check([fc.oneof(fc.integer(), fc.constantFrom(500_001, 500_002))], (n) => n > 500_000 && n < 500_010, '500001'));

  test('of fractions', () =>
    check(
      [fc.oneof(fc.double({ noNaN: true }), fc.constantFrom(500_001.5, 500_002.5))],
      (n) => n > 500_000.75 && n < 500_010,
      '500001',
    ));
});

/** [character, count] of each run; the bug: after the first run the count is not started again. */
function encode(text: string): [string, number][] {
  const runs: [string, number][] = [];
  let count = 0;
  Array.from(text).forEach((char, index) => {
    count += 1;
    if (text[index + 1] === char) return;
    runs.push([char, count]);
    count = runs.length > 0 && count > 1 ? 1 : 0;
  });
  return runs;
}

function decode(runs: readonly [string, number][]): string {
  return runs.map(([char, count]) => char.repeat(count)).join('');
}
