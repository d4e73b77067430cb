import { describe, expect, test } from '@jest/globals';
import * as fc from 'fast-check';
import type { Choices } from '../../../src/choice/choices';
import { compareChoices } from '../../../src/choice/order';
import { Random } from '../../../src/choice/random';
import { encodeValue } from '../../../src/property/encodeValue';
import { InputRunner } from '../../../src/property/inputRunner';
import type { Recording } from '../../../src/property/recording';
import { shrink } from '../../../src/shrink/shrinker';
import { choices } from '../choice/notation';
import { findFailure, shrinkWith, textOf } from './shrinkWith';

function runnerOf(property: object, seed = 1): InputRunner {
  return new InputRunner(property, { random: new Random(seed) });
}

function record(runner: InputRunner, sequence: Choices): Recording {
  runner.generate({ type: 'replay', choices: sequence, tail: 'stop' }, true);
  void runner.execute();
  return runner.recording();
}

/** Shrinks from several failures and expects the same text of each. */
async function check(property: object, expected: string, maxEvaluations = 1000, biased = false): Promise<void> {
  for (let seed = 1; seed <= 5; seed += 1) {
    const runner = runnerOf(property, seed);
    const result = await shrinkWith(runner, await findFailure(runner, biased), maxEvaluations);
    expect([seed, await textOf(runner, result.best, fc.stringify)]).toEqual([seed, expected]);
    expect(result.isFinished).toBe(true);
  }
}

describe('shrinking finds', () => {
  test('the shortest list that is long enough, of simplest items', () =>
    check(
      fc.property(fc.array(fc.integer()), (list) => list.length < 4),
      '[[0,0,0,0]]',
    ));

  test('a list whose length was drawn before it', () =>
    check(
      fc.property(
        fc.nat(30).chain((n) => fc.array(fc.boolean(), { minLength: n, maxLength: n })),
        (l) => l.length < 10,
      ),
      `[[${Array.from({ length: 10 }, () => false).join()}]]`,
    ));

  test('the exact threshold of an integer, on either side', async () => {
    await check(
      fc.property(fc.integer(), (n) => n < 12_345),
      '[12345]',
    );
    await check(
      fc.property(fc.integer({ max: 100 }), (n) => n > -98_765),
      '[-98765]',
    );
    await check(
      fc.property(fc.bigInt(), (n) => n < 2n ** 100n),
      `[${2n ** 100n}n]`,
    );
  });

  test('the member with the two items it needs', () =>
    check(
      fc.property(fc.array(fc.nat(1000)), (list) => !(list.includes(7) && list.length > 1)),
      '[[0,7]]',
    ));

  test('the branch with the fewest choices', () =>
    check(
      fc.property(fc.oneof(fc.array(fc.nat()), fc.nat()), (value) => String(value).length < 3),
      '[100]',
    ));

  test('the first of the branches with the fewest choices, a text being one', () =>
    check(
      fc.property(fc.oneof(fc.array(fc.nat()), fc.string(), fc.nat()), (value) => String(value).length < 3),
      '["   "]',
    ));

  test('a text in the place of another branch, which is longer but one', () =>
    check(
      fc.property(fc.oneof(fc.string(), fc.integer()), fc.boolean(), (value, _flag) => String(value).length < 4),
      '["    ",false]',
    ));

  test('a subtree', () => {
    const { tree } = fc.letrec<{ tree: unknown }>((tie) => ({
      tree: fc.oneof({ depthSize: 'medium' }, fc.nat(9), fc.tuple(tie('tree'), tie('tree'))),
    }));
    return check(
      fc.property(tree, (value) => !JSON.stringify(value).includes('[7')),
      '[[7,0]]',
    );
  });

  test('sorted siblings', () =>
    check(
      fc.property(fc.tuple(fc.nat(20), fc.nat(20), fc.nat(20)), (list) => new Set(list).size < 3),
      '[[0,1,2]]',
    ));

  test('two values a certain distance apart', () =>
    check(
      fc.property(fc.integer(), fc.integer(), (a, b) => !(Math.abs(a - b) === 11)),
      '[0,11]',
    ));

  test('unbiased choices for a biased failure', async () => {
    const runner = runnerOf(fc.property(fc.string(), (text) => text !== '__proto__'));
    const start = await findFailure(runner, true);
    expect(start.choices.biased).toBe(true);
    const { best } = await shrinkWith(runner, start, 300);
    expect(best.choices.biased).toBe(false);
    expect(await textOf(runner, best, fc.stringify)).toBe('["__proto__"]');
  });
});

describe('shrinking', () => {
  test('holds the origin fixed where a simpler input fails for another reason', async () => {
    const property = fc.property(fc.integer(), (n) => {
      if (n > 5000) throw new RangeError('huge');
      if (n > 10) throw new TypeError('big');
    });
    const runner = runnerOf(property);
    const result = await shrinkWith(
      runner,
      record(runner, choices('900000')),
      500,
      (outcome) => outcome.status === 'failed' && outcome.error instanceof RangeError,
    );
    expect(await textOf(runner, result.best, fc.stringify)).toBe('[5001]');
  });

  test('ends at the limit with the best so far, and goes on from there', async () => {
    const property = fc.property(fc.array(fc.array(fc.integer())), (lists) => new Set(lists.flat()).size < 5);
    const runner = runnerOf(property, 3);
    let best = await findFailure(runner, false);
    let rounds = 0;
    for (let isFinished = false; !isFinished; rounds += 1) {
      const result = await shrinkWith(runner, best, 10);
      expect(result.evaluations).toBeLessThanOrEqual(10);
      expect(compareChoices(result.best.choices, best.choices)).toBeLessThanOrEqual(0);
      if (result.shrinks > 0) expect(compareChoices(result.best.choices, best.choices)).toBeLessThan(0);
      if (!result.isFinished && result.shrinks === 0) break;
      best = result.best;
      isFinished = result.isFinished;
    }
    expect(rounds).toBeGreaterThan(2);
    const whole = await shrinkWith(runner, best, 2000);
    expect(whole.isFinished).toBe(true);
  });

  test('proposes nothing twice and nothing that is not simpler', () => {
    const runner = runnerOf(fc.property(fc.array(fc.nat(50)), (list) => list.reduce((a, b) => a + b, 0) < 60));
    let best = record(runner, choices('4 30 20 10 5'));
    const seen = new Set<string>();
    const shrinking = shrink(best, { maxEvaluations: 2000 });
    for (let step = shrinking.next(); step.done !== true;) {
      const key = JSON.stringify(step.value);
      expect(seen.has(key)).toBe(false);
      seen.add(key);
      expect(compareChoices(step.value, best.choices)).toBeLessThan(0);
      runner.generate({ type: 'replay', choices: step.value, tail: 'simplest' }, true);
      const outcome = runner.execute() as { status: string };
      const recording = runner.recording();
      const interesting = outcome.status === 'failed';
      if (interesting && compareChoices(recording.choices, best.choices) < 0) best = recording;
      step = shrinking.next({ interesting, recording });
    }
    expect(best.choices).toEqual(choices('2 10 50'));
  });

  test('ends for a failure that does not come back', async () => {
    const runner = runnerOf(fc.property(fc.array(fc.nat()), () => true));
    const start = record(runner, choices('3 7 8 9'));
    const result = await shrinkWith(runner, start, 1000);
    expect(result).toMatchObject({ best: start, shrinks: 0, isFinished: true });
  });
});

test('two doubles whose sum overflows end at the same input, whatever they were', async () => {
  const pair = fc.array(fc.double({ noNaN: true }));
  const property = fc.property(pair, (list) => sumOf(list) !== Infinity || list.some((item) => item === Infinity));
  const ends = new Set<string>();
  const random = new Random(3);
  for (let round = 0; round < 60; round += 1) {
    const runner = new InputRunner(property, { random });
    const large = (): number => (0.5 + random.unit() / 2) * Number.MAX_VALUE;
    const choices = encodeValue(fc.tuple(pair), [Array.from({ length: 2 + random.below(3) }, large)])!;
    runner.generate({ type: 'replay', choices, tail: 'stop' }, true);
    expect((await runner.execute()).status).toBe('failed');
    const { best } = await shrinkWith(runner, runner.recording(), 5000);
    ends.add(await textOf(runner, best, fc.stringify));
  }
  expect([...ends]).toEqual(['[[1e+292,1.7976931348623157e+308]]']);
});

function sumOf(list: readonly number[]): number {
  return list.reduce((sum, item) => sum + item, 0);
}
