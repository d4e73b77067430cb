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

// A text is one unit of the order, as it is one choice for Hypothesis: a free text that holds what matters is simpler
// than a constant of a later branch. `fc.constant` draws nothing, so it stays (`text | just("x")`).
describe('a value of another branch', () => {
  const words = ['quetzalcoatl-1', 'quetzalcoatl-2', 'quetzalcoatl-3'];
  const word = fc.constantFrom(...words);
  const isWanted = (text: string): boolean => text.includes('quetzalcoatl');

  test('the part of a word that matters', () => check([fc.oneof(fc.string(), word)], isWanted, '"quetzalcoatl"'));

  test('nested in a list', () =>
    check([fc.array(fc.oneof(fc.string(), word))], (list) => list.some(isWanted), '["quetzalcoatl"]'));

  test('several of them', () =>
    check(
      [fc.array(fc.oneof(fc.string(), word))],
      (list) => list.filter(isWanted).length > 1,
      '["quetzalcoatl","quetzalcoatl"]',
    ));

  test('with others around', () =>
    check(
      [fc.string(), fc.oneof(fc.string(), word), fc.array(fc.string())],
      (before, text, after) => before !== '' && isWanted(text) && after.length > 0,
      '" ","quetzalcoatl",[""]',
    ));

  test('with three branches', () =>
    check([fc.oneof(fc.boolean().map(String), fc.string(), word)], isWanted, '"quetzalcoatl"'));

  test('of which two are words', () =>
    check(
      [fc.oneof(fc.string(), word, fc.constantFrom('quetzalcoatl-kangaroo', 'wallaby-quetzalcoatl'))],
      isWanted,
      '"quetzalcoatl"',
    ));

  test('of a branch that is made of others', () => {
    const composed = fc
      .tuple(fc.constantFrom('alpha', 'beta'), fc.constantFrom('gamma', 'delta'))
      .map(([a, b]) => `${a} middle ${b}`);
    return check([fc.oneof(fc.string(), composed)], (text) => text.includes('middle'), '"middle"');
  });

  test('of texts with characters of their own', () =>
    check(
      [fc.oneof(fc.string({ unit: fc.constantFrom('a', 'b', 'c', 'd') }), fc.constantFrom('aabbccdd', 'ddccbbaa'))],
      (text) => text.includes('bbcc'),
      '"bbcc"',
    ));

  test('of texts of a least length', () =>
    check(
      [fc.oneof(fc.string({ minLength: 8 }), fc.constantFrom('helloworld', 'hello world'))],
      (text) => text.includes('hello'),
      ([text]) => text.length === 8 && text.replaceAll(' ', '') === 'hello',
    ));

  test('in a generator', () =>
    check([fc.gen().map((draw) => draw(() => fc.oneof(fc.string(), word)))], isWanted, '"quetzalcoatl"'));

  test('of bytes', () =>
    check(
      [fc.oneof(fc.uint8Array(), fc.constantFrom(...words.map((text) => Uint8Array.from(Buffer.from(text)))))],
      (bytes) => Buffer.from(bytes).includes('zal'),
      'Uint8Array.from([122,97,108])',
    ));

  test.each([
    ['of numbers', fc.integer(), [4991, 4999, 5001, 5009]],
    ['of numbers of a range', fc.nat(10_000), [4999, 5001]],
    ['of numbers of a range that is far', fc.integer({ min: 10 }), [4999, 5001]],
  ])('%s', (_name, number, constants) =>
    check([fc.oneof(number, fc.constantFrom(...constants))], (n) => n >= 4990 && n <= 5010, '4990'),
  );

  test('of negative numbers', () =>
    check(
      [fc.oneof(fc.integer({ max: 100 }), fc.constantFrom(-5001, -5000))],
      (n) => n >= -5010 && n <= -4990,
      '-4990',
    ));

  test('of numbers in a list', () =>
    check(
      [fc.array(fc.oneof(fc.integer(), fc.constantFrom(500, 501)))],
      (list) => list.some((n) => n >= 490 && n <= 510),
      '[490]',
    ));

  test.each([
    ['of fractions', fc.double()],
    ['of fractions of a range', fc.double({ min: 0, max: 100 })],
    ['of fractions that are numbers', fc.double({ noNaN: true })],
  ])('%s', (_name, fraction) =>
    check([fc.oneof(fraction, fc.constantFrom(11.5, 11.25))], (x) => x >= 10 && x <= 12, '10'),
  );
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
