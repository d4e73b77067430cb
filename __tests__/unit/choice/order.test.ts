import { describe, expect, test } from '@jest/globals';
import { simplestBigOf, simplestOf, withoutTexts, type Choices, type Fork } from '../../../src/choice/choices';
import { compareChoices, compareSizes } from '../../../src/choice/order';
import { Random } from '../../../src/choice/random';
import { choices } from './notation';

describe('the order of choices', () => {
  test.each([
    ['', '0', 'fewer choices first'],
    ['9', '0 0', 'fewer choices first, whatever their values'],
    ['5 (1)', '0 0 (1)', 'choices of forks are counted'],
    ['0 (1)', '0 0', 'of as many choices, fewer on the main track'],
    ['0', '1', 'zero is simplest'],
    ['1', '-1', 'positive first'],
    ['-1', '2', 'closer to zero first'],
    ['0 9', '1 0', 'earlier choices count more'],
    ['9223372036854775806n', '9223372036854775807n', 'bigints beyond 2^53 exactly'],
    ['9007199254740991', '9007199254740992n', 'numbers and bigints by their value'],
    ['1', '1n', 'numbers before equal bigints'],
    ['1 2 3 4', 'biased 0', 'unbiased first'],
    ['(1)', '(2)', 'forks count'],
    ['(1) (0)', '(0 1)', 'forks in order, and by their length'],
    ['[3 9 9 9]', '0 0', 'a text is one unit'],
    ['0 [3 9 9 9]', '1 0', 'units count in their order'],
    ['0 [1 9]', '0 [2 0 0]', 'of two texts the shorter one'],
    ['0 [2 0 9] 9', '0 [2 1 0] 0', 'of two texts as long the first choice that differs'],
    ['9', '[0 0]', 'a choice is a unit of one'],
    ['0 (0 [3 9 9 9])', '0 (0 0 0)', 'texts of forks too'],
  ])('%s < %s: %s', (smaller, larger) => {
    expect(compareChoices(choices(smaller), choices(larger))).toBeLessThan(0);
    expect(compareChoices(choices(larger), choices(smaller))).toBeGreaterThan(0);
    expect(compareChoices(choices(larger), choices(larger))).toBe(0);
  });

  test.each([
    ['', '0'],
    ['0 0', '[2 0 0]'],
    ['[3 9 9 9]', '[3 9 9 10]'],
    ['1 0', '0 [3 9 9 9]'],
  ])('%s is smaller than %s, where texts do not count', (smaller, larger) => {
    expect(compareSizes(choices(smaller), choices(larger))).toBeLessThan(0);
    expect(compareSizes(choices(larger), choices(smaller))).toBeGreaterThan(0);
    expect(compareSizes(choices(larger), withoutTexts(choices(larger)))).toBe(0);
  });

  test.each([compareChoices, compareSizes])('$name is total: antisymmetric and transitive', (compare) => {
    const random = new Random(3);
    for (let run = 0; run < 3000; run += 1) {
      const [a, b, c] = [alike(random), alike(random), alike(random)];
      expect(Math.sign(compare(a, b))).toBe(-Math.sign(compare(b, a)) + 0);
      const sorted = [a, b, c].sort(compare);
      expect(compare(sorted[0]!, sorted[1]!)).toBeLessThanOrEqual(0);
      expect(compare(sorted[1]!, sorted[2]!)).toBeLessThanOrEqual(0);
      expect(compare(sorted[0]!, sorted[2]!)).toBeLessThanOrEqual(0);
      // Equal means the same units, so what is equal compares alike with all others.
      if (compare(a, b) === 0) expect(Math.sign(compare(a, c))).toBe(Math.sign(compare(b, c)));
    }
  });

  test('has no endless descents: each step down lowers an ordinal', () => {
    const random = new Random(4);
    for (let run = 0; run < 3000; run += 1) {
      const [a, b] = [alike(random), alike(random)];
      expect(Math.sign(compareChoices(a, b))).toBe(Math.sign(compareLists(ordinalOf(a), ordinalOf(b))));
    }
  });
});

/** Small sequences with small values, so that many are equal in part. */
function alike(random: Random): Choices {
  const length = random.below(5);
  const tokens = Array.from({ length }, () => String(random.below(3) - 1));
  const start = random.below(5);
  if (start + 2 <= length) {
    tokens.splice(start, 0, '[');
    tokens.splice(start + 3 + random.below(length - start - 1), 0, ']');
  }
  if (random.below(4) === 0)
    tokens.push('(', String(random.below(2)), ...(random.coin() ? ['[', '1', '0', ']'] : []), ')');
  return choices([...(random.below(8) === 0 ? ['biased'] : []), ...tokens].join(' '));
}

/**
 * The order written another way: a list of natural numbers, of a length that the numbers before tell. Lists of which
 * each number is bounded below, and each length is told by what comes before, are well-ordered.
 */
function ordinalOf({ biased, ...main }: Choices): number[] {
  const unitsOf = ({ values, texts = [] }: Fork): number[][] => {
    const units: number[][] = [];
    for (let at = 0; at < values.length;) {
      const text = texts.findIndex((place, index) => index % 2 === 0 && place === at);
      const end = text === -1 ? at + 1 : texts[text + 1]!;
      units.push(values.slice(at, end).map((value) => 2 * Math.abs(Number(value)) - (value > 0 ? 1 : 0)));
      at = end;
    }
    return units;
  };
  const all = (fork: Fork): number => unitsOf(fork).length + fork.forks.reduce((sum, child) => sum + all(child!), 0);
  const listOf = (fork: Fork): number[] => [
    unitsOf(fork).length,
    ...unitsOf(fork).flatMap((unit) => [unit.length, ...unit]),
    ...fork.forks.flatMap((child) => listOf(child!)),
  ];
  return [biased ? 1 : 0, all(main), ...listOf(main)];
}

function compareLists(a: readonly number[], b: readonly number[]): number {
  for (let at = 0; at < Math.max(a.length, b.length); at += 1) {
    const difference = (a[at] ?? 0) - (b[at] ?? 0);
    if (difference !== 0) return difference;
  }
  return 0;
}

test('the simplest of a range is zero or the bound closest to it', () => {
  expect([simplestOf(-5, 5), simplestOf(3, 9), simplestOf(-9, -3), simplestOf(0, 4)]).toEqual([0, 3, -3, 0]);
  expect([simplestBigOf(-5n, 5n), simplestBigOf(3n, 9n), simplestBigOf(-9n, -3n)]).toEqual([0n, 3n, -3n]);
});
