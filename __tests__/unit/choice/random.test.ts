import { describe, expect, test } from '@jest/globals';
import { Random } from '../../../src/choice/random';

describe('Random', () => {
  test('gives the same for the same seed, and something else for another', () => {
    const stream = (seed: number): number[] => {
      const random = new Random(seed);
      return Array.from({ length: 20 }, () => random.uint32());
    };
    expect(stream(5)).toEqual(stream(5));
    expect(stream(5)).not.toEqual(stream(6));
    expect(stream(5)).not.toEqual(stream(5 + 2 ** 32));
  });

  test('starts anew when it is seeded', () => {
    const random = new Random(9);
    const first = random.uint32();
    random.uint32();
    random.seed(9);
    expect(random.uint32()).toBe(first);
  });

  test.each([
    [0, 0],
    [-3, 3],
    [-0x8000_0000, 0x7fff_ffff],
    [0, 0xffff_ffff],
    [-8.64e15, 8.64e15],
    [Number.MIN_SAFE_INTEGER, Number.MAX_SAFE_INTEGER],
  ])('draws integers of %d … %d and reaches both halves', (min, max) => {
    const random = new Random(1);
    const values = Array.from({ length: 500 }, () => random.int(min, max));
    expect(values.every((value) => Number.isSafeInteger(value) && value >= min && value <= max)).toBe(true);
    const middle = min / 2 + max / 2;
    const share = values.filter((value) => value > middle).length / values.length;
    if (min !== max) expect(Math.abs(share - 0.5)).toBeLessThan(0.1);
  });

  test.each([
    [-2n, 2n],
    [0n, 1n << 64n],
    [-(1n << 255n), (1n << 255n) - 1n],
  ])('draws bigints of %d … %d and reaches both halves', (min, max) => {
    const random = new Random(2);
    const values = Array.from({ length: 500 }, () => random.bigint(min, max));
    expect(values.every((value) => value >= min && value <= max)).toBe(true);
    const share = values.filter((value) => value * 2n > min + max).length / values.length;
    expect(Math.abs(share - (max < 10n ? 0.4 : 0.5))).toBeLessThan(0.1);
  });

  test('is uniform', () => {
    const random = new Random(4);
    const counts = Array.from({ length: 16 }, () => 0);
    const draws = 16_000;
    for (let draw = 0; draw < draws; draw += 1) counts[random.below(16)]! += 1;
    const chiSquared = counts.reduce((sum, count) => sum + (count - 1000) ** 2 / 1000, 0);
    // 15 degrees of freedom: above 37.7 once in a thousand; the seed is fixed.
    expect(chiSquared).toBeLessThan(37.7);
  });
});
