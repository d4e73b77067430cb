import { expect, test } from '@jest/globals';
import type { Observation } from '../../../src/fuzz/attempt';
import { showsAll } from '../../../src/fuzz/showsAll';

/** `count` of the features belong to the attempt, the rest to an earlier one. */
function check(features: readonly number[], count: number, wanted: readonly number[]): boolean {
  return showsAll({ features: Uint32Array.from(features), featureCount: count } as Observation, wanted);
}

test('finds every feature of an attempt', () => {
  const features = [3, 8, 9, 21, 40];
  for (const feature of features) expect(check(features, 5, [feature])).toBe(true);
  expect(check(features, 5, [40, 3])).toBe(true);
  expect(check(features, 5, [])).toBe(true);
});

test('finds none that it does not have', () => {
  const features = [3, 8, 9, 21, 40];
  for (const other of [0, 4, 10, 41]) expect(check(features, 5, [3, other])).toBe(false);
  expect(check([], 0, [3])).toBe(false);
});

test('does not look at what an earlier attempt left', () => {
  expect(check([3, 8, 9, 21], 2, [8])).toBe(true);
  expect(check([3, 8, 9, 21], 2, [9])).toBe(false);
});
