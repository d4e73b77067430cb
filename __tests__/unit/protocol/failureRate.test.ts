import { describe, expect, test } from '@jest/globals';
import { Random } from '../../../src/choice/random';
import { failureRate, isFlaky, rerunsText } from '../../../src/protocol/failureRate';

/** `rate low..high`, three digits. */
function text(fails: number, runs: number): string {
  const { rate, low, high } = failureRate({ fails, runs });
  return `${rate.toFixed(3)} ${low.toFixed(3)}..${high.toFixed(3)}`;
}

describe('the interval of a rate', () => {
  // Values of Wilson's interval as printed by R's binom.confint(method = "wilson").
  test.each([
    [0, 10, '0.000 0.000..0.278'],
    [10, 10, '1.000 0.722..1.000'],
    [5, 10, '0.500 0.237..0.763'],
    [1, 100, '0.010 0.002..0.054'],
    [0, 0, '0.000 0.000..1.000'],
  ])('%i of %i', (fails, runs, expected) => {
    expect(text(fails, runs)).toBe(expected);
  });

  test.each([0.5, 0.1, 0.01])('holds a true rate of %d about 95 times in 100', (truth) => {
    const random = new Random(5);
    let held = 0;
    for (let round = 0; round < 1000; round += 1) {
      let fails = 0;
      for (let run = 0; run < 400; run += 1) if (random.share() < truth) fails += 1;
      const { low, high } = failureRate({ fails, runs: 400 });
      if (low <= truth && truth <= high) held += 1;
    }
    expect(held).toBeGreaterThan(920);
    expect(held).toBeLessThan(985);
  });
});

test('an input that failed each time is not flaky, nor one that was not run again', () => {
  expect([isFlaky({ runs: 0, fails: 0 }), isFlaky({ runs: 3, fails: 3 }), isFlaky({ runs: 3, fails: 2 })]).toEqual([
    false,
    false,
    true,
  ]);
});

test('text says how often, and how sure that is', () => {
  expect(rerunsText({ runs: 20, fails: 3 })).toBe(
    'When it was run again, it failed 3 of 20 runs (15 %, between 5.2 % and 36 %).',
  );
  expect(rerunsText({ runs: 20, fails: 20 })).toBe('It failed each of the 20 times that it was run again.');
});
