import { describe, expect, test } from '@jest/globals';
import * as fc from 'fast-check';
import { doubleOfIndex, doubleOrderOf, indexOfDouble as indexOf } from '../../../src/property/doubleOrder';

const LARGEST = indexOf(Number.MAX_VALUE);
/** Of indexes: what fast-check draws from for all doubles, those from zero, to zero, and to some bounds. */
const RANGES: readonly (readonly [string, bigint, bigint])[] = [
  ['all, with NaN', -LARGEST - 2n, LARGEST + 2n],
  ['all finite', -LARGEST - 1n, LARGEST],
  ['from zero', 0n, LARGEST + 1n],
  ['to zero', -LARGEST - 1n, 0n],
  ['to minus zero', -LARGEST - 1n, -1n],
  ['0 … 1000', 0n, indexOf(1000)],
  ['below 1', 0n, indexOf(1) - 1n],
  ['-0.5 … 1e20', indexOf(-0.5), indexOf(1e20)],
];

describe.each(RANGES)('%s', (_name, min, max) => {
  const order = doubleOrderOf(min, max)!;
  const special = [0, 0.5, 1, 1.5, 2, 1 / 3, 2 ** 40, 2 ** 40 + 0.5, 2 ** 53, 2 ** 53 + 2, 1e16, 3e20, 1e300].flatMap(
    (value) => [indexOf(value) - 1n, indexOf(value), indexOf(value) + 1n, indexOf(-value), indexOf(-value) - 1n],
  );
  const inRange = [...special, min, min + 1n, max - 1n, max].filter((index) => index >= min && index <= max);

  test('is a permutation of the range that keeps signs', () => {
    const check = (index: bigint): void => {
      const choice = order.toChoice(index);
      expect([index, order.toIndex(choice)]).toEqual([index, index]);
      expect([index, order.toChoice(order.toIndex(index))]).toEqual([index, index]);
      expect([index, choice >= min && choice <= max, choice < 0n]).toEqual([index, true, index < 0n]);
    };
    inRange.forEach(check);
    fc.assert(fc.property(fc.bigInt({ min, max }), check), { numRuns: 2000 });
    fc.assert(
      fc.property(fc.bigInt({ min: -5000n, max: 5000n }), (choice) => {
        if (choice >= min && choice <= max) check(choice);
      }),
    );
  });
});

test('integers are their own choices; then come halves, quarters and round numbers', () => {
  const order = doubleOrderOf(-LARGEST - 1n, LARGEST)!;
  for (const value of [0, 1, 2, 1000, 2 ** 53]) expect(order.toChoice(indexOf(value))).toBe(BigInt(value));
  expect(order.toChoice(indexOf(-3))).toBe(-4n);
  const inOrder = [0, 1, 2, 2 ** 53, 0.5, 1.5, 1000.5, 0.25, 0.75, 0.125, 1 / 1024, 1e16, 2e16, 1e300, 5e-324, 0.1];
  const choices = inOrder.map((value) => order.toChoice(indexOf(value)));
  expect(choices).toEqual(choices.toSorted((a, b) => (a < b ? -1 : 1)));
  expect(doubleOfIndex(order.toIndex(BigInt(2 ** 53) + 1n))).toBe(0.5);
});

describe('is not for', () => {
  test.each([
    ['all bigints', -(2n ** 255n), 2n ** 255n],
    ['64 bits, with sign', -(2n ** 63n), 2n ** 63n - 1n],
    ['64 bits', 0n, 2n ** 64n - 1n],
    ['62 bits', 0n, 2n ** 62n - 1n],
    ['62 bits, with sign', -(2n ** 62n), 2n ** 62n],
    ['a quintillion', 0n, 10n ** 18n],
    ['61 bits', 0n, 2n ** 61n],
    ['doubles without zero', indexOf(1), indexOf(1000)],
    ['a few', -5n, 5n],
  ])('%s', (_name, min, max) => {
    expect(doubleOrderOf(min, max)).toBeNull();
  });
});
