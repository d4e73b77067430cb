import { describe, expect, test } from '@jest/globals';
import * as fc from 'fast-check';
import { Random } from '../../../src/choice/random';
import { drawBigInt, drawInt, type Drawn } from '../../../src/property/draws';
import { InputRunner } from '../../../src/property/inputRunner';

const DRAWS = 4000;

/** Share of draws for which the condition holds. */
function share<T>(draw: (random: Random) => T, holds: (value: T) => boolean): number {
  const random = new Random(11);
  let count = 0;
  for (let index = 0; index < DRAWS; index += 1) if (holds(draw(random))) count += 1;
  return count / DRAWS;
}

/** One choice drawn before. */
function one(value: number | bigint): Drawn {
  return {
    length: 1,
    numberAt: () => (typeof value === 'number' ? value : null),
    bigintAt: () => (typeof value === 'bigint' ? value : null),
  };
}

describe('draws', () => {
  const [min, max] = [-0x8000_0000, 0x7fff_ffff];

  test('stay in their range', () => {
    for (const [low, high] of [
      [0, 0],
      [0, 1],
      [-3, 9],
      [5, 1000],
      [-1000, -5],
      [min, max],
      [-8.64e15, 8.64e15],
    ] as const) {
      const inside = (value: number): boolean => Number.isSafeInteger(value) && value >= low && value <= high;
      expect(share((random) => drawInt(random, low, high, one(high)), inside)).toBe(1);
      const [lowBig, highBig] = [BigInt(low), BigInt(high)];
      expect(
        share(
          (r) => drawBigInt(r, lowBig, highBig, one(lowBig)),
          (value) => value >= lowBig && value <= highBig,
        ),
      ).toBe(1);
    }
  });

  test('of integers are small, at a bound, like an earlier one, or anything', () => {
    const draw = (random: Random): number => drawInt(random, min, max, one(123_456));
    expect(share(draw, (value) => Math.abs(value) < 100)).toBeGreaterThan(0.15);
    expect(share(draw, (value) => value === min || value === max)).toBeGreaterThan(0.03);
    expect(share(draw, (value) => Math.abs(value - 123_456) <= 1)).toBeGreaterThan(0.15);
    expect(share(draw, (value) => Math.abs(value) > 1e8)).toBeGreaterThan(0.25);
  });

  test('from few values are uniform', () => {
    for (let value = 0; value < 5; value += 1) {
      expect(
        Math.abs(
          share(
            (random) => drawInt(random, 0, 4, one(0)),
            (drawn) => drawn === value,
          ) - 0.2,
        ),
      ).toBeLessThan(0.03);
    }
  });

  test('of characters are mostly uniform', () => {
    for (const value of [32, 65, 126]) {
      const drawn = share(
        (random) => drawInt(random, 32, 126, one(40)),
        (one) => one === value,
      );
      expect(drawn).toBeGreaterThan(0.6 / 95);
    }
    const drawn = share(
      (random) => drawInt(random, 32, 126, one(40)),
      (one) => one === 40,
    );
    expect(drawn).toBeGreaterThan(3 / 95);
  });

  test('of doubles are often round numbers', () => {
    const runner = new InputRunner(
      fc.property(fc.double(), (value) => void (seen = value)),
      { random: new Random(3) },
    );
    let seen = 0;
    const isRound = share(
      () => {
        runner.generate({ type: 'random', biased: false });
        void runner.execute();
        return seen;
      },
      (value) => Number.isInteger(value * 10) && Math.abs(value) < 1e6 && Math.abs(value) >= 0.1,
    );
    expect(isRound).toBeGreaterThan(0.05);
  });

  test('of branches keep the weights of the user', () => {
    let seen = '';
    const branches = fc.oneof(
      { arbitrary: fc.constant('rare'), weight: 1 },
      { arbitrary: fc.constant('usual'), weight: 99 },
    );
    const runner = new InputRunner(
      fc.property(branches, (value) => void (seen = value)),
      { random: new Random(5) },
    );
    const rare = share(
      () => {
        runner.generate({ type: 'random', biased: false });
        void runner.execute();
        return seen;
      },
      (value) => value === 'rare',
    );
    expect(rare).toBeLessThan(0.03);
  });
});
