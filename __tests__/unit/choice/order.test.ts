import { describe, expect, test } from '@jest/globals';
import { simplestBigOf, simplestOf } from '../../../src/choice/choices';
import { compareChoices } from '../../../src/choice/order';
import { Random } from '../../../src/choice/random';
import { choices, randomChoices } from './notation';

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
  ])('%s < %s: %s', (smaller, larger) => {
    expect(compareChoices(choices(smaller), choices(larger))).toBeLessThan(0);
    expect(compareChoices(choices(larger), choices(smaller))).toBeGreaterThan(0);
    expect(compareChoices(choices(larger), choices(larger))).toBe(0);
  });

  test('is total: antisymmetric and transitive', () => {
    const random = new Random(3);
    for (let run = 0; run < 3000; run += 1) {
      const [a, b, c] = [randomChoices(random), randomChoices(random), randomChoices(random)];
      expect(Math.sign(compareChoices(a, b))).toBe(-Math.sign(compareChoices(b, a)) + 0);
      const sorted = [a, b, c].sort(compareChoices);
      expect(compareChoices(sorted[0]!, sorted[2]!)).toBeLessThanOrEqual(0);
    }
  });
});

test('the simplest of a range is zero or the bound closest to it', () => {
  expect([simplestOf(-5, 5), simplestOf(3, 9), simplestOf(-9, -3), simplestOf(0, 4)]).toEqual([0, 3, -3, 0]);
  expect([simplestBigOf(-5n, 5n), simplestBigOf(3n, 9n), simplestBigOf(-9n, -3n)]).toEqual([0n, 3n, -3n]);
});
