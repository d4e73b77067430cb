import { beforeEach, describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { ComparisonLog } from '../../../../src/coverage/comparisons/comparisonLog';
import { Random } from '../../../../src/choice/random';
import { CoverageMap } from '../../../../src/coverage/coverageMap';
import { FlightRecorder } from '../../../../runner/channel/flightRecorder';
import { StackTraces } from '../../../../runner/worker/loop/stackTraces';
import type { LoopLimit } from '../../../../runner/worker/loop/inputLoop';
import { TargetLoop } from '../../../../runner/worker/loop/targetLoop';
import { threadClock } from '../../../../runner/worker/loop/threadClock';
import { stepOf, UserBehaviors } from '../../../../runner/worker/userBehaviors';

describe('what counts as one behavior', () => {
  let coverage: CoverageMap;
  let behaviors: UserBehaviors;
  beforeEach(() => {
    coverage = new CoverageMap(new ComparisonLog(), { capacity: 20_000 });
    behaviors = new UserBehaviors(coverage);
  });

  /** The features of one run, as text. */
  const shown = (run: () => void): string => {
    coverage.reset();
    run();
    return coverage.hits.slice(0, coverage.scan()).join();
  };

  test('events: the label, and how often', () => {
    const once = shown(() => behaviors.event('a'));
    expect(shown(() => behaviors.event('a'))).toBe(once);
    expect(shown(() => behaviors.event('b'))).not.toBe(once);
    expect(shown(() => [1, 2, 3].forEach(() => behaviors.event('a')))).not.toBe(once);
  });

  test('observations: the label and the value, however often', () => {
    const once = shown(() => behaviors.observe('state', 1));
    expect(shown(() => [1, 1, 1].forEach((value) => behaviors.observe('state', value)))).toBe(once);
    const values = [2, '1', 1n, true, null, undefined, Number.NaN, '', Symbol('1'), [1, 2], {}];
    const all = [once, ...values.map((value) => shown(() => behaviors.observe('state', value)))];
    expect(new Set(all).size).toBe(values.length + 1);
    expect(shown(() => behaviors.observe('other', 1))).not.toBe(once);
  });

  test('observations of what cannot be made a text', () => {
    const hostile = {
      toString() {
        throw new Error('no');
      },
    };
    const bare: unknown = Object.create(null);
    expect(shown(() => behaviors.observe('a', hostile))).toBe(shown(() => behaviors.observe('a', bare)));
  });

  test('observations of very many values share a few behaviors, the first ones stay', () => {
    const first = shown(() => behaviors.observe('n', 0));
    for (let value = 1; value < 5000; value += 1) behaviors.observe('n', value);
    expect(coverage.edgeCount).toBeGreaterThan(256);
    expect(coverage.edgeCount).toBeLessThanOrEqual(256 + 64);
    expect(shown(() => behaviors.observe('n', 0))).toBe(first);
    expect(shown(() => behaviors.observe('n', 4711))).toBe(shown(() => behaviors.observe('n', 4711)));
    // Other labels have room of their own.
    const count = coverage.edgeCount;
    behaviors.observe('m', 0);
    expect(coverage.edgeCount).toBe(count + 1);
  });

  test('labels without end cost no memory without end', () => {
    for (let label = 0; label < 15_000; label += 1) {
      behaviors.event(`${label}`);
      behaviors.observe(`${label}`, 'x');
    }
    expect(coverage.edgeCount).toBeLessThanOrEqual(20_000);
    expect(shown(() => behaviors.event('14999'))).toBe('');
  });

  test('targets: the step', () => {
    expect(shown(() => behaviors.target(1000, 'a'))).toBe(shown(() => behaviors.target(1001n, 'a')));
    expect(shown(() => behaviors.target(1000, 'a'))).not.toBe(shown(() => behaviors.target(1300, 'a')));
    expect(shown(() => behaviors.target(1000, 'a'))).not.toBe(shown(() => behaviors.target(1000, 'b')));
    expect(shown(() => behaviors.target(Number.NaN, 'a'))).toBe('');
  });
});

test('steps rise with the value', () => {
  const values = [
    -Infinity,
    -1e300,
    -1001,
    -8,
    -7,
    -2,
    -1,
    -0.5,
    -5e-324,
    0,
    5e-324,
    0.5,
    1,
    2,
    3,
    4,
    5,
    6,
    7,
    8,
    10,
    12,
    1000,
    1e300,
    Infinity,
  ];
  const steps = values.map((value) => stepOf(value)!);
  for (let at = 1; at < steps.length; at += 1) expect(steps[at]!).toBeGreaterThan(steps[at - 1]!);
  fc.assert(
    fc.property(fc.double({ noNaN: true }), fc.double({ noNaN: true }), (a, b) => {
      expect(Math.sign(stepOf(a)! - stepOf(b)!) * Math.sign(a - b)).toBeGreaterThanOrEqual(0);
    }),
  );
  expect(stepOf(-0)).toBe(stepOf(0));
});

/** More than enough to find what can be found, so that no change of the search's fortune breaks a test. */
const MANY = 150_000;

describe('the search', () => {
  /** Fuzzes a property whose code is not instrumented: nothing but what it tells can guide. */
  async function isFound(
    propertyOf: (behaviors: UserBehaviors) => object,
    inputs = 20_000,
    seed = 5,
  ): Promise<boolean> {
    return [...(await fuzzed(propertyOf, inputs, seed)).fuzzer.failures.all()].length > 0;
  }

  async function fuzzed(
    propertyOf: (behaviors: UserBehaviors) => object,
    inputs: number,
    seed = 5,
  ): Promise<TargetLoop> {
    const comparisons = new ComparisonLog();
    const coverage = new CoverageMap(comparisons, { capacity: 4096 });
    const tools = {
      recorder: new FlightRecorder(),
      coverage,
      comparisons,
      stackTraces: new StackTraces({ sourceMapOf: () => undefined, insertionsOf: () => undefined }),
      clock: threadClock(),
      origins: { rootDir: process.cwd() },
    };
    const target = { id: 'a', file: 'a', testName: 'a', fullName: 'a', titles: [], ordinal: 0, inputTimeoutMs: 1000 };
    const loop = new TargetLoop(target, tools, seed);
    loop.bind(propertyOf(new UserBehaviors(coverage)), 1000, fc.stringify);
    const limit: LoopLimit = {
      until: Infinity,
      inputs,
      isAbandoned: () => [...loop.fuzzer.failures.all()].length > 0,
      keepFrames: (count) => (Error.stackTraceLimit = count),
    };
    const { stackTraceLimit } = Error;
    loop.startSlice();
    await loop.pump(limit);
    Error.stackTraceLimit = stackTraceLimit;
    return loop;
  }

  const sumOf = (list: readonly number[]): number => list.reduce((sum, item) => sum + item, 0);
  const sumProperty = (tell: (sum: number) => void): object =>
    fc.property(fc.array(fc.nat(100)), (list) => {
      const sum = sumOf(list);
      tell(sum);
      if (sum >= 20000) throw new Error('too much');
    });

  test('reaches a large sum with target, and not without', async () => {
    let found = 0;
    for (let seed = 1; seed <= 4; seed += 1) {
      const isReached = await isFound((told) => sumProperty((sum) => told.target(sum, 'sum')), MANY, seed);
      found += Number(isReached);
    }
    expect(found).toBeGreaterThanOrEqual(3);
    expect(await isFound((behaviors) => sumProperty(() => behaviors.event('called')))).toBe(false);
  });

  test('comes near to a number with the negative distance', async () => {
    const property = (tell: (distance: number) => void): object =>
      fc.property(fc.integer({ min: 0, max: 1e8 }), (number) => {
        const distance = Math.abs(number - 12_345_678);
        tell(-distance);
        if (distance < 10) throw new Error('there');
      });
    expect(await isFound((behaviors) => property((distance) => behaviors.target(distance, '')), MANY)).toBe(true);
    expect(await isFound((behaviors) => property(() => behaviors.event('called')))).toBe(false);
  });

  const WORD = 'RLLRDRUL';
  const machine = (tell: (state: number) => void): object => {
    const known = new Set<string>();
    return fc.property(fc.array(fc.constantFrom('L', 'R', 'U', 'D')), (moves) => {
      if (known.has(moves.join(''))) return;
      let state = 0;
      for (const move of moves) state = WORD[state] === move ? state + 1 : 0;
      tell(state);
      if (state === WORD.length) throw new Error('open');
      known.add(moves.join(''));
    });
  };

  test('goes from state to state behind a cache, too', async () => {
    expect(await isFound((behaviors) => machine((state) => behaviors.observe('state', state)), MANY)).toBe(true);
  });

  test('keeps few inputs for values of chance', async () => {
    const random = new Random(1);
    const loop = await fuzzed(
      (behaviors) => fc.property(fc.string(), () => behaviors.observe('chance', random.below(1e9))),
      5000,
    );
    expect(loop.fuzzer.corpus.length).toBeLessThan(64);
    expect(loop.fuzzer.unstable.size).toBeGreaterThan(100);
    expect(loop.fuzzer.stableReruns).toBe(0);
  });

  test('goes from state to state with observe, and not without', async () => {
    const word = 'RLLRDRUL';
    const property = (tell: (state: number) => void): object =>
      fc.property(fc.array(fc.constantFrom('L', 'R', 'U', 'D')), (moves) => {
        let state = 0;
        for (const move of moves) state = word[state] === move ? state + 1 : 0;
        tell(state);
        if (state === word.length) throw new Error('open');
      });
    expect(await isFound((behaviors) => property((state) => behaviors.observe('state', state)), MANY)).toBe(true);
    expect(await isFound((behaviors) => property(() => behaviors.event('called')))).toBe(false);
  });
});
