import { expect, test } from '@jest/globals';
import { Random } from '../../../src/choice/random';
import { Chooser } from '../../../src/schedule/chooser';

/** Shares of the options over some choices; `yields` are the chances that an option is rewarded. */
function shares(chooser: Chooser, yields: readonly number[], trials: number, random: Random): number[] {
  const counts = yields.map(() => 0);
  for (let trial = 0; trial < trials; trial += 1) {
    const option = chooser.choose(random);
    counts[option]! += 1;
    if (random.share() < yields[option]!) chooser.reward(option, 1);
  }
  return counts.map((count) => count / trials);
}

test('begins with the guesses', () => {
  const chooser = new Chooser({ guesses: [0.3, 0.1], floor: 0 });
  // As many rewards as were guessed, so that the guesses stay right.
  const [first] = shares(chooser, [0.3, 0.1], 4000, new Random(1));
  expect(first).toBeGreaterThan(0.65);
  expect(first).toBeLessThan(0.85);
});

test('comes to prefer what pays, against the guesses', () => {
  const chooser = new Chooser({ guesses: [0.1, 0.01, 0.01], floor: 0.02 });
  const random = new Random(2);
  shares(chooser, [0, 0, 0.2], 8000, random);
  const [, , third] = shares(chooser, [0, 0, 0.2], 4000, random);
  expect(third).toBeGreaterThan(0.85);
});

test('keeps the floor of what never pays', () => {
  const chooser = new Chooser({ guesses: [0.01, 0.01], floor: 0.1 });
  const random = new Random(3);
  shares(chooser, [0, 0.5], 20_000, random);
  const [first] = shares(chooser, [0, 0.5], 10_000, random);
  expect(first).toBeGreaterThan(0.08);
  expect(first).toBeLessThan(0.15);
});

test('forgets: what begins to pay later is found', () => {
  const chooser = new Chooser({ guesses: [0.1, 0.1], floor: 0.02 });
  const random = new Random(4);
  const [before] = shares(chooser, [0.3, 0], 40_000, random);
  expect(before).toBeGreaterThan(0.9);
  shares(chooser, [0, 0.3], 40_000, random);
  const [after] = shares(chooser, [0, 0.3], 4000, random);
  expect(after).toBeLessThan(0.1);
});

test('an option whose trials were counted elsewhere pays less', () => {
  const chooser = new Chooser({ guesses: [0.1, 0.1], floor: 0 });
  chooser.count(0, 2000);
  const [first] = shares(chooser, [0, 0], 1000, new Random(5));
  expect(first).toBeLessThan(0.2);
});

test('without any reward all are alike', () => {
  const [first] = shares(new Chooser({ guesses: [0, 0], floor: 0.1 }), [0, 0], 4000, new Random(6));
  expect(first).toBeGreaterThan(0.45);
  expect(first).toBeLessThan(0.55);
});

test('the same random numbers, the same choices', () => {
  const run = (): number[] => {
    const chooser = new Chooser({ guesses: [0.1, 0.2, 0.3], floor: 0.02 });
    return Array.from({ length: 200 }, () => chooser.choose(random));
  };
  let random = new Random(7);
  const first = run();
  random = new Random(7);
  expect(run()).toEqual(first);
});
