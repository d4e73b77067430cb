import { expect, test } from '@jest/globals';
import { types } from 'node:util';
import fc from 'fast-check';
import { encodeChoices } from '../../../../../src/choice/encoding';
import { ComparisonLog } from '../../../../../src/coverage/comparisons/comparisonLog';
import { CoverageMap } from '../../../../../src/coverage/coverageMap';
import type { Explained } from '../../../../../src/explain/explain';
import type { FailureSnapshot } from '../../../../../src/protocol/failure';
import { errorSnapshot } from '../../../../../runner/targets/failureSnapshots';
import { FlightRecorder } from '../../../../../runner/channel/flightRecorder';
import type { FoundFailure } from '../../../../../runner/channel/messages';
import { StackTraces } from '../../../../../runner/worker/loop/stackTraces';
import { TargetLoop } from '../../../../../runner/worker/loop/targetLoop';
import { threadClock } from '../../../../../runner/worker/loop/threadClock';

const TARGET = { id: 'a', file: 'a', testName: 'a', fullName: 'a', titles: ['a'], ordinal: 0, inputTimeoutMs: 1000 };

/** A loop for a property, as a thread has one. */
function loopFor(property: object, seed = 1): TargetLoop {
  const comparisons = new ComparisonLog({ isProxy: types.isProxy });
  const tools = {
    recorder: new FlightRecorder(),
    coverage: new CoverageMap(comparisons, { capacity: 64 }),
    comparisons,
    stackTraces: new StackTraces({ sourceMapOf: () => undefined, insertionsOf: () => undefined }),
    clock: threadClock(),
    origins: { rootDir: process.cwd() },
  };
  const loop = new TargetLoop(TARGET, tools, seed);
  loop.bind(property, 1000, fc.stringify);
  loop.startSlice();
  return loop;
}

const limit = (inputs: number): Parameters<TargetLoop['pump']>[0] => ({
  until: Infinity,
  inputs,
  isAbandoned: () => false,
});

function large(ran: unknown[] = []): object {
  return fc.property(fc.nat(), fc.boolean(), (n, flag) => {
    ran.push([n, flag]);
    if (n > 1000) throw new Error('large');
  });
}

test('a minimal failure is confirmed first, then explained, once', () => {
  const ran: unknown[] = [];
  const loop = loopFor(large(ran));
  void loop.pump(limit(20_000));
  const failure = loop.toConfirm()!;
  expect(failure).toMatchObject({ state: 'minimal', input: '[1001,false]', isToExplain: true, explained: null });
  const [reported] = loop.report().failures;
  expect(reported).toMatchObject({ isToExplain: true, explanation: undefined });

  const before = ran.length;
  failure.isConfirmed = true;
  loop.startSlice();
  void loop.pump(limit(2000));
  const [explained, ...others] = loop.report().failures;
  expect(others).toEqual([]);
  expect(explained).toMatchObject({
    isToExplain: false,
    explanation: {
      free: [{ part: 'the 2nd argument', tried: 1, isAll: true }],
      nearest: {
        input: '[1000,false]',
        changes: [{ part: 'the 1st argument', value: '1000', insteadOf: '1001' }],
      },
      reached: null,
    },
  });
  expect(explained!.explanation!.runs).toBeLessThan(100);
  expect(ran.length - before).toBeGreaterThanOrEqual(2000);

  loop.startSlice();
  void loop.pump(limit(2000));
  expect(loop.report().failures).toEqual([]);
});

test('one that others have explained is not explained again', () => {
  const loop = loopFor(large());
  const choices = { values: [1001, 0], forks: [], biased: false };
  loop.fuzzer.replay({ originKey: originKeyOf(large()), choices, isFlaky: false, isExplained: true });
  void loop.pump(limit(20_000));
  expect(loop.toConfirm()).toMatchObject({ state: 'minimal', isToExplain: false });
});

test('of a small property all is explained before it is over', () => {
  const property = fc.property(fc.nat(9), fc.boolean(), (n, _flag) => {
    if (n === 5) throw new Error('five');
  });
  const loop = loopFor(property);
  void loop.pump(limit(Infinity));
  loop.toConfirm()!.isConfirmed = true;
  void loop.pump(limit(Infinity));
  expect(loop.fuzzer.isExhausted).toBe(true);
  expect([...loop.fuzzer.failures.all()]).toMatchObject([
    { state: 'minimal', input: '[5,false]', explained: { free: [{ argument: 1, tried: 1, isAll: true }] } },
  ]);
});

test('the same seed explains alike, and runs the same other inputs, whenever and whether it is explained', () => {
  const inputsOf = (isExplained: boolean): { ran: unknown[]; explained: Explained | null } => {
    const ran: unknown[] = [];
    const loop = loopFor(large(ran), 7);
    void loop.pump(limit(3000));
    const failure = loop.toConfirm()!;
    failure.isConfirmed = true;
    failure.isToExplain = isExplained;
    void loop.pump(limit(6000));
    return { ran, explained: failure.explained };
  };
  const [first, second, without] = [inputsOf(true), inputsOf(true), inputsOf(false)];
  expect(first.explained).not.toBeNull();
  expect(second.explained).toEqual(first.explained);
  expect(without.explained).toBeNull();
  for (const { ran } of [first, second]) {
    const start = ran.findIndex((input, at) => JSON.stringify(input) !== JSON.stringify(without.ran[at]));
    expect(start).toBeGreaterThan(0);
    const rest = findAfter(ran, without.ran.slice(start, start + 50), start);
    // One run more makes sure that it still fails.
    expect(rest - start).toBeLessThanOrEqual(first.explained!.runs + 1);
    expect(ran.slice(rest)).toEqual(without.ran.slice(start, start + ran.length - rest));
  }
});

test('what was found out stays with the input, and the moment at which that was minimal', () => {
  const explanation = { runs: 3, free: [], together: { tried: 40, failed: 40 }, nearest: null, reached: null };
  const before = { inputs: 100, cpuSeconds: 1, wallSeconds: 1 };
  const moment = { inputs: 10, cpuSeconds: 0.5, wallSeconds: 0.5 };
  const found = (over: Partial<FoundFailure>): FoundFailure => ({
    origin: { key: 'a', errorClass: 'Error', place: null },
    errorName: 'Error',
    message: '',
    input: '[1]',
    choices: encodeChoices({ values: [1], forks: [], biased: false }),
    choiceCount: 1,
    state: 'minimal',
    reruns: { runs: 20, fails: 20 },
    explanation: undefined,
    isToExplain: false,
    shrinks: 0,
    found: moment,
    minimal: moment,
    ...over,
  });
  const snapshotOf = (over: Partial<FoundFailure>, old?: FailureSnapshot): FailureSnapshot =>
    errorSnapshot('id', TARGET, found(over), old, before, 1);
  const minimal = snapshotOf({});
  const explained = snapshotOf({ explanation, minimal: { ...moment, inputs: 99 } }, minimal);
  expect(explained).toMatchObject({ explanation, minimalAt: { inputs: 110 } });
  expect(snapshotOf({}, explained).explanation).toEqual(explanation);
  expect(snapshotOf({ state: 'flaky' }, explained).explanation).toBeUndefined();
  const simpler = encodeChoices({ values: [0], forks: [], biased: false });
  expect(snapshotOf({ choices: simpler }, explained).explanation).toBeUndefined();
});

/** Where `part` begins in `list`, from `start` on; -1 if nowhere. */
function findAfter(list: readonly unknown[], part: readonly unknown[], start: number): number {
  const text = JSON.stringify(part);
  return list.findIndex((_, at) => at >= start && JSON.stringify(list.slice(at, at + part.length)) === text);
}

/** Fails once to learn how the failure of a property is called. */
function originKeyOf(property: object): string {
  const loop = loopFor(property);
  void loop.pump(limit(5000));
  return loop.toConfirm()!.origin.key;
}
