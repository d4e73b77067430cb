import { afterEach, describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { ComparisonLog } from '../../../../../src/coverage/comparisons/comparisonLog';
import { CoverageMap } from '../../../../../src/coverage/coverageMap';
import { FlightRecorder } from '../../../../../runner/channel/flightRecorder';
import { StackTraces } from '../../../../../runner/worker/loop/stackTraces';
import type { LoopLimit } from '../../../../../runner/worker/loop/inputLoop';
import { TargetLoop } from '../../../../../runner/worker/loop/targetLoop';
import { threadClock } from '../../../../../runner/worker/loop/threadClock';

const { stackTraceLimit } = Error;
afterEach(() => {
  Error.stackTraceLimit = stackTraceLimit;
});

function makeLoop(property: object, seed = 1, clock = threadClock()): { loop: TargetLoop; recorder: FlightRecorder } {
  const comparisons = new ComparisonLog();
  const recorder = new FlightRecorder();
  const tools = {
    recorder,
    coverage: new CoverageMap(comparisons, { capacity: 1024 }),
    comparisons,
    stackTraces: new StackTraces({ sourceMapOf: () => undefined, insertionsOf: () => undefined }),
    clock,
    origins: { rootDir: process.cwd() },
  };
  const target = { id: 'a', file: 'a', testName: 'a', fullName: 'a', titles: ['a'], ordinal: 0, inputTimeoutMs: 1000 };
  const loop = new TargetLoop(target, tools, seed);
  loop.bind(property, 1000, fc.stringify);
  return { loop, recorder };
}

/** A loop that has run `inputs` inputs of the property, as a slice does. */
async function fuzz(property: object, inputs: number, seed = 1): Promise<TargetLoop> {
  const { loop } = makeLoop(property, seed);
  const limit: LoopLimit = {
    until: Infinity,
    inputs,
    isAbandoned: () => false,
    keepFrames: (count) => (Error.stackTraceLimit = count),
  };
  loop.startSlice();
  for (let left = 100; left > 0 && loop.inputs < inputs; left -= 1) {
    await loop.pump(limit);
    for (const failure of loop.fuzzer.failures.all()) failure.isConfirmed = true;
  }
  return loop;
}

function failuresOf(loop: TargetLoop) {
  return [...loop.fuzzer.failures.all()].map(({ origin, input, state }) => ({ origin, input, state }));
}

/** A property with the same predicate, synchronous or not. */
const KINDS = {
  'a synchronous property': (predicate: (value: number) => void) => fc.property(fc.nat(), predicate),
  'an asynchronous property': (predicate: (value: number) => void) =>
    fc.asyncProperty(fc.nat(), async (value) => predicate(value)),
};

describe.each(Object.entries(KINDS))('the frames of errors in %s', (_, propertyOf) => {
  test('are not kept for inputs of the ordinary kind, and a failure has its place all the same', async () => {
    let withoutFrames = 0;
    const property = propertyOf((value) => {
      if (Error.stackTraceLimit === 0) withoutFrames += 1;
      if (value % 64 === 63) throw new Error('now and then');
    });
    const loop = await fuzz(property, 3000);
    expect(withoutFrames).toBeGreaterThan(100);
    const [failure] = failuresOf(loop);
    expect(failure?.origin.place?.file).toContain('targetLoop.test');
    expect((JSON.parse(failure!.input) as number[])[0]! % 64).toBe(63);
  });

  test('are kept while many inputs fail, because each would be run twice', async () => {
    let withoutFrames = 0;
    const property = propertyOf((value) => {
      if (Error.stackTraceLimit === 0) withoutFrames += 1;
      if (value > 1000) throw new Error('too large');
    });
    await fuzz(property, 3000);
    expect(withoutFrames).toBeLessThan(100);
  });

  test('tell two failures of one class apart', async () => {
    const property = propertyOf((value) => {
      if (value > 1_000_000) throw new Error('huge');
      if (value > 1000) throw new Error('large');
    });
    const loop = await fuzz(property, 5000);
    expect(failuresOf(loop).map(({ input }) => input)).toEqual(expect.arrayContaining(['[1001]', '[1000001]']));
  });

  test('are kept for code that cannot do without: it is not said to fail', async () => {
    let runs = 0;
    let withoutFrames = 0;
    const property = propertyOf(() => {
      runs += 1;
      if (Error.stackTraceLimit === 0) withoutFrames += 1;
      const [, caller] = new Error('where am I?').stack!.split('\n');
      if (caller!.trim() === '') throw new Error('nowhere');
    });
    const loop = await fuzz(property, 1000);
    expect(failuresOf(loop)).toEqual([]);
    expect(withoutFrames).toBeGreaterThan(0);
    expect(withoutFrames).toBeLessThan(10);
    expect(runs).toBeGreaterThan(900);
  });

  test('are kept again once the loop rests', async () => {
    await fuzz(
      propertyOf(() => {}),
      100,
    );
    expect(Error.stackTraceLimit).toBeGreaterThan(0);
  });
});

test('a slice whose inputs become slow ends with the first of them, once the time is seen to pass', async () => {
  let now = 0;
  let calls = 0;
  const property = fc.property(fc.nat(), () => {
    calls += 1;
    if (calls < 1000) return;
    now += 3;
    recorder.tick();
  });
  const { loop, recorder } = makeLoop(property, 1, { wallSeconds: () => now, cpuSeconds: () => now });
  loop.startSlice();
  await loop.pump({ until: 1, inputs: Infinity, isAbandoned: () => false });
  expect(calls).toBe(1000);
});

test('the same seed gives the same inputs', async () => {
  const run = async (seed: number): Promise<string> => {
    const inputs: unknown[] = [];
    await fuzz(
      fc.property(fc.string(), fc.double(), (...values) => {
        inputs.push(values);
        if (inputs.length % 7 === 0) throw new Error('now and then');
      }),
      500,
      seed,
    );
    return fc.stringify(inputs);
  };
  const first = await run(3);
  expect(await run(3)).toBe(first);
  expect(await run(4)).not.toBe(first);
});

test('the same seed gives the same inputs however the time is cut, where random ones are run in a row', async () => {
  const run = async (slice: number): Promise<string> => {
    const inputs: number[] = [];
    const { loop } = makeLoop(
      fc.property(fc.nat(), (value) => void inputs.push(value)),
      3,
    );
    while (loop.inputs < 4000) {
      loop.startSlice();
      await loop.pump({ until: Infinity, inputs: Math.min(slice, 4000 - loop.inputs), isAbandoned: () => false });
    }
    return inputs.join();
  };
  expect(await run(7)).toBe(await run(4000));
});

test('a failure among random inputs in a row is told with its own input', async () => {
  let runs = 0;
  const property = fc.property(fc.nat(), (value) => {
    runs += 1;
    if (runs > 2000 && value % 1000 === 7) throw new Error('late');
  });
  const loop = await fuzz(property, 20_000);
  expect(failuresOf(loop)).toMatchObject([{ input: '[7]', state: 'minimal' }]);
});

test('a failure that shows once and never again is not lost', async () => {
  let runs = 0;
  const property = fc.property(fc.nat(), () => {
    runs += 1;
    if (runs === 300) throw new Error('once');
  });
  const told = [expect.objectContaining({ state: 'flaky', reruns: { runs: 20, fails: 0 } })];
  expect((await fuzz(property, 1000)).report(true).failures).toEqual(told);
  // While there will be other reports, it may still show its place; but not for ever.
  runs = 0;
  const loop = await fuzz(property, 1000);
  const reports = Array.from({ length: 10 }, () => loop.report().failures);
  expect(reports[0]).toEqual([]);
  expect(reports.flat()).toEqual(told);
});

describe('words that were of use', () => {
  test('are reported when they change, and those of earlier runs are offered but not reported', () => {
    const { loop } = makeLoop(fc.property(fc.string(), () => {}));
    loop.startSlice();
    expect(loop.report().words).toBeNull();
    loop.importWords(['a', 'b', 'a']);
    expect(loop.fuzzer.provenWords).toEqual(['b', 'a']);
    expect(loop.report().words).toBeNull();
    loop.fuzzer.prove('c');
    expect(loop.report().words).toEqual(['b', 'a', 'c']);
    expect(loop.report().words).toBeNull();
    loop.fuzzer.prove('b');
    expect(loop.report().words).toEqual(['a', 'c', 'b']);
  });
});
