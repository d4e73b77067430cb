import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { Random } from '../../../src/choice/random';
import { NO_CHOICES, type ChoiceValue } from '../../../src/choice/choices';
import { countInputsLike, nextInOrder } from '../../../src/property/enumeration';
import { InputRunner } from '../../../src/property/inputRunner';

function enumerate(arbitrary: fc.Arbitrary<unknown>): string[] {
  const seen: string[] = [];
  const runner = new InputRunner(
    fc.property(arbitrary, (value) => {
      seen.push(fc.stringify(value));
    }),
    { random: new Random(1) },
  );
  let values: readonly ChoiceValue[] | null = NO_CHOICES.values;
  while (values !== null && seen.length < 10_000) {
    runner.generate({ type: 'replay', choices: { biased: false, values, forks: [] }, tail: 'simplest' });
    void runner.execute();
    values = nextInOrder(runner.recording());
  }
  return seen;
}

test.each<[string, fc.Arbitrary<unknown>, number]>([
  ['booleans', fc.tuple(fc.boolean(), fc.boolean()), 4],
  ['a range around zero', fc.integer({ min: -3, max: 4 }), 8],
  ['a bigint range below zero', fc.bigInt({ min: -5n, max: -2n }), 4],
  ['short lists', fc.array(fc.nat(1), { maxLength: 3 }), 1 + 2 + 4 + 8],
  ['branches', fc.oneof(fc.constant('x'), fc.nat(2)), 4],
])('visits each input of %s once', (_name, arbitrary, count) => {
  const seen = enumerate(arbitrary);
  expect(seen).toHaveLength(count);
  expect(new Set(seen).size).toBe(count);
});

test('estimates what there is to visit, and does not try what is drawn lazily', () => {
  const recordingOf = (arbitrary: fc.Arbitrary<unknown>, use: (value: never) => void = () => {}): number => {
    const runner = new InputRunner(
      fc.property(arbitrary, (value) => use(value as never)),
      { random: new Random(1) },
    );
    runner.generate({ type: 'replay', choices: NO_CHOICES, tail: 'simplest' });
    void runner.execute();
    return countInputsLike(runner.recording());
  };
  expect(recordingOf(fc.tuple(fc.nat(9), fc.boolean()))).toBe(20);
  expect(recordingOf(fc.integer())).toBeGreaterThan(2 ** 31);
  expect(recordingOf(fc.gen(), (gen: (make: () => unknown) => unknown) => void gen(fc.boolean))).toBe(Infinity);
});
