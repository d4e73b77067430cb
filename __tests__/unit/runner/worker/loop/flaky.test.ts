import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { Random } from '../../../../../src/choice/random';
import { encodeChoices } from '../../../../../src/choice/encoding';
import { ComparisonLog } from '../../../../../src/coverage/comparisons/comparisonLog';
import { CoverageMap } from '../../../../../src/coverage/coverageMap';
import type { Choices } from '../../../../../src/choice/choices';
import { failureRate } from '../../../../../src/protocol/failureRate';
import { FlightRecorder } from '../../../../../runner/channel/flightRecorder';
import { StackTraces } from '../../../../../runner/worker/loop/stackTraces';
import { TargetLoop } from '../../../../../runner/worker/loop/targetLoop';
import { threadClock } from '../../../../../runner/worker/loop/threadClock';

/** A loop that ran `inputs` inputs, with slices of 5000 and failures confirmed as they come. */
async function fuzz(
  property: object,
  inputs: number,
  prepare = (_loop: TargetLoop): void => {},
  keepFrames?: (count: number) => void,
): Promise<TargetLoop> {
  const comparisons = new ComparisonLog();
  const tools = {
    recorder: new FlightRecorder(),
    coverage: new CoverageMap(comparisons, { capacity: 1024 }),
    comparisons,
    stackTraces: new StackTraces({ sourceMapOf: () => undefined, insertionsOf: () => undefined }),
    clock: threadClock(),
    origins: { rootDir: process.cwd() },
  };
  const target = { id: 'a', file: 'a', testName: 'a', fullName: 'a', titles: ['a'], ordinal: 0, inputTimeoutMs: 1000 };
  const loop = new TargetLoop(target, tools, 1);
  loop.bind(property, 1000, fc.stringify);
  prepare(loop);
  while (loop.inputs < inputs) {
    loop.startSlice();
    await loop.pump({ until: Infinity, inputs: 5000, isAbandoned: () => false, keepFrames });
    for (const failure of loop.fuzzer.failures.all()) failure.isConfirmed = true;
  }
  return loop;
}

/** Fails by chance, whatever the input is. */
function byChance(rate: number, seed: number): object {
  const random = new Random(seed);
  return fc.property(fc.nat(), () => {
    if (random.share() < rate) throw new Error('chance');
  });
}

function seeds(count: number): number[] {
  return Array.from({ length: count }, (_, index) => index + 1);
}

// The more often it throws, the slower it is.
describe.each([
  [0.5, 3],
  [0.1, 8],
  [0.01, 20],
])('a property that fails at a rate of %d', (rate, count) => {
  test('is flaky in each seed, and its rate is told without a bias', async () => {
    let held = 0;
    let all = 0;
    for (const seed of seeds(count)) {
      const loop = await fuzz(byChance(rate, seed), 53_000);
      const failures = [...loop.fuzzer.failures.all()];
      expect(failures.map(({ state }) => state)).toEqual(['flaky']);
      const { reruns } = failures[0]!;
      expect(reruns.runs).toBeGreaterThanOrEqual(400);
      all += reruns.fails / reruns.runs / count;
      const { low, high } = failureRate(reruns);
      if (low <= rate && rate <= high) held += 1;
    }
    // 95 of 100 intervals hold it; four deviations are no chance.
    expect(held).toBeGreaterThan(0.6 * count);
    expect(Math.abs(all - rate)).toBeLessThan(4 * Math.sqrt((rate * (1 - rate)) / (400 * count)));
  });

  test('is still flaky when it is known from an earlier run, whether or not it fails now', async () => {
    const choices: Choices = { values: [5], forks: [], biased: false };
    const found = [...(await fuzz(byChance(rate, 1), 5000)).fuzzer.failures.all()][0]!;
    for (const seed of seeds(4)) {
      const known = { originKey: found.origin.key, choices, isFlaky: true };
      const loop = await fuzz(byChance(rate, seed), 1000, ({ fuzzer }) => fuzzer.replay(known));
      expect(loop.fuzzer.takeReplayed()).toEqual([
        {
          originKey: known.originKey,
          reruns: { runs: 20, fails: expect.any(Number) },
          other: null,
          isMisaligned: false,
        },
      ]);
      for (const { state } of loop.fuzzer.failures.all()) expect(state).toBe('flaky');
    }
  });
});

test('what fails once without the frames of its stack is no failure of its own beside one whose place is known', async () => {
  const { stackTraceLimit } = Error;
  try {
    for (const seed of seeds(4)) {
      // After 100,000 inputs with frames there are none again.
      const loop = await fuzz(byChance(0.001, seed), 250_000, undefined, (count) => (Error.stackTraceLimit = count));
      const failures = [...loop.fuzzer.failures.all()];
      expect(failures.map(({ state, origin }) => [state, origin.place !== null])).toEqual([['flaky', true]]);
    }
  } finally {
    Error.stackTraceLimit = stackTraceLimit;
  }
});

test('a flaky failure does not hide a stable one, at another place or at the same', async () => {
  const random = new Random(3);
  const property = fc.property(fc.nat(), (n) => {
    if (n > 200_000) throw new RangeError('range');
    if (random.share() < 0.1 || n === 123_456) throw new Error('chance');
  });
  const loop = await fuzz(property, 50_000, ({ fuzzer }) =>
    fuzzer.import({ values: [123_456], forks: [], biased: false }),
  );
  const found = [...loop.fuzzer.failures.all()].map(({ state, input, errorName }) => [errorName, state, input]);
  expect(found).toContainEqual(['RangeError', 'minimal', '[200001]']);
  expect(found.find(([name]) => name === 'Error')).toBeDefined();
});

test('what fails each time is not called flaky, and its reruns are told', async () => {
  const loop = await fuzz(
    fc.property(fc.nat(), (n) => {
      if (n > 1000) throw new Error('large');
    }),
    5000,
  );
  const [failure] = [...loop.fuzzer.failures.all()];
  expect(failure).toMatchObject({ state: 'minimal', input: '[1001]', reruns: { runs: 20, fails: 20 } });
  expect(encodeChoices(failure!.choices).length).toBeGreaterThan(0);
});
