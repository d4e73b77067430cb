import { expect, test } from '@jest/globals';
import { Random } from '../../../src/choice/random';
import type { Attempt, Observation } from '../../../src/fuzz/attempt';
import { TargetFuzzer } from '../../../src/fuzz/targetFuzzer';
import { choicesOf, numberRun } from './numberRun';

const ORIGIN = { key: 'a', errorClass: 'Error', place: { file: 'a.js', line: 1, column: 1, functionName: null } };
const LEAST = 100;

/** Runs an attempt of a property with one number, which fails from 100 on. */
function observe({ source }: Attempt, random: Random): Observation {
  const value = source.type === 'replay' ? Number(source.choices.values[0] ?? 0) : 50 + random.below(2 ** 30);
  const isFailure = value >= LEAST;
  if (!isFailure) return numberRun(value);
  const failure = { rawKey: 'a', errorName: 'Error', message: 'large', origin: () => ORIGIN };
  return { ...numberRun(value), status: 'failed', isRejected: true, failure };
}

/** A fuzzer, and the way to have it run so many inputs. */
function fuzzer(): { fuzzer: TargetFuzzer; run: (inputs: number) => void } {
  const made = new TargetFuzzer({ random: new Random(3), labelOf: () => undefined });
  const random = new Random(4);
  const loop = made.run();
  let step = loop.next();
  return {
    fuzzer: made,
    run(inputs) {
      for (let done = 0; done < inputs && step.done !== true; done += 1) step = loop.next(observe(step.value, random));
    },
  };
}

test('a failure that nobody else has is made minimal', () => {
  const { fuzzer: one, run } = fuzzer();
  run(2000);
  expect(one.failures.get('a')).toMatchObject({ state: 'minimal', input: `[${LEAST}]`, isNews: true });
});

test('one that others make simpler is found and told, and left as it is until it is released', () => {
  const { fuzzer: one, run } = fuzzer();
  one.failureProcessor.hold('a');
  run(2000);
  const found = one.failures.get('a')!;
  expect(found).toMatchObject({ state: 'found', shrinks: expect.any(Number), isNews: true });
  expect(found.choices.values[0]).not.toBe(LEAST);
  one.failureProcessor.release('a');
  run(2000);
  expect(one.failures.get('a')).toMatchObject({ state: 'minimal', input: `[${LEAST}]` });
});

const KNOWN = { origin: ORIGIN, errorName: 'Error', message: 'large', size: 1 };

test('one that others have made minimal is no news, and costs no shrinking', () => {
  const { fuzzer: one, run } = fuzzer();
  one.failureProcessor.know({ ...KNOWN, input: `[${LEAST}]`, choices: choicesOf(LEAST) });
  run(2000);
  expect(one.failures.get('a')).toMatchObject({ state: 'minimal', shrinks: 0, isNews: false, isConfirmed: true });
});

test('what is simpler than what others have is news, and made simpler here', () => {
  const { fuzzer: one, run } = fuzzer();
  one.failureProcessor.know({ ...KNOWN, input: '[2000000000]', choices: choicesOf(2_000_000_000) });
  run(2000);
  expect(one.failures.get('a')).toMatchObject({ state: 'minimal', input: `[${LEAST}]`, isNews: true });
});

test('what others have is taken in place of what is less simple here', () => {
  const { fuzzer: one, run } = fuzzer();
  one.failureProcessor.hold('a');
  run(500);
  one.failureProcessor.know({ ...KNOWN, input: `[${LEAST}]`, choices: choicesOf(LEAST) });
  expect(one.failures.get('a')).toMatchObject({ state: 'minimal', input: `[${LEAST}]`, isNews: false });
});
