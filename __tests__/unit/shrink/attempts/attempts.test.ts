import { expect, test } from '@jest/globals';
import * as fc from 'fast-check';
import type { Choices } from '../../../../src/choice/choices';
import { compareSizes } from '../../../../src/choice/order';
import { Random } from '../../../../src/choice/random';
import { InputRunner } from '../../../../src/property/inputRunner';
import type { Recording } from '../../../../src/property/recording';
import { Attempts } from '../../../../src/shrink/attempts/attempts';
import { choices } from '../../choice/notation';

const property = fc.property(
  fc.oneof(fc.string(), fc.tuple(fc.nat(9), fc.nat(9)), fc.constantFrom('one', 'two')),
  () => false,
);

function record(runner: InputRunner, sequence: Choices): Recording {
  runner.generate({ type: 'replay', choices: sequence, tail: 'simplest' }, true);
  return runner.recording();
}

/** `run`, and `kept` or not: what becomes of the candidate `to` when `from` is the best. */
function outcomeOf(from: string, to: string, compare?: typeof compareSizes): string {
  const runner = new InputRunner(property, { random: new Random(1) });
  const attempts = new Attempts(record(runner, choices(from)), 10, compare);
  const steps = attempts.attempt(choices(to));
  const step = steps.next();
  if (step.done === true) return 'not run';
  const isKept = steps.next({ interesting: true, recording: record(runner, step.value) }).value;
  return isKept === true ? 'kept' : 'run';
}

test.each([
  ['0 5 1 1 1 1 1', '0 4 1 1 1 1', 'kept', 'a shorter text'],
  ['0 4 1 1 1 1', '0 5 1 1 1 1 1', 'not run', 'a longer one'],
  ['0 5 1 1 1 1 1', '1 0 0', 'run', 'fewer choices that are more units'],
  ['2 1', '0 [3 1 1 1]', 'kept', 'more choices, known to be fewer units'],
  ['2 1', '0 3 1 1 1', 'not run', 'more choices of which nothing is known'],
  ['1 1 1', '0 [3 1 1 1]', 'kept', 'a text of two numbers'],
])('of %s, %s is %s: %s', (from, to, expected) => {
  expect(outcomeOf(from, to)).toBe(expected);
});

test('where only fewer choices count, texts do not', () => {
  expect(outcomeOf('0 5 1 1 1 1 1', '1 0 0', compareSizes)).toBe('kept');
  expect(outcomeOf('2 1', '0 [3 1 1 1]', compareSizes)).toBe('not run');
});
