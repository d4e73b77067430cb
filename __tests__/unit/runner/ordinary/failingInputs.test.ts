import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { errorOf, failingInputs, type Checker, type FailedDetails } from '../../../../runner/ordinary/failingInputs';
import type { CheckParameters } from '../../../../runner/fastCheck/fastCheckHook';
import type { Choices } from '../../../../src/choice/choices';
import { Random } from '../../../../src/choice/random';
import { InputRunner } from '../../../../src/property/inputRunner';

// Its properties are `unknown` here.
const fastCheck = fc as unknown as Checker;

/** The value that a property makes of choices. */
function valueOf(property: object, choices: Choices | null): string | null {
  if (choices === null) return null;
  const runner = new InputRunner(property, { random: new Random(1) });
  runner.generate({ type: 'replay', choices, tail: 'simplest' });
  return runner.argumentsText(fc.stringify);
}

describe('the inputs behind a failure', () => {
  const seen: string[] = [];
  const property = fc.property(fc.nat(), fc.string(), (n, text) => {
    if (n <= 1000) return true;
    seen.push(fc.stringify([n, text]));
    return false;
  });
  const found = (parameters: CheckParameters): { first: string | null; shrunk: string | null } => {
    seen.length = 0;
    const details = fastCheck.check(property, parameters) as FailedDetails;
    const inputs = failingInputs(fastCheck, property, parameters, details);
    if (inputs instanceof Promise) throw new Error('The property is synchronous.');
    return { first: valueOf(property, inputs.first), shrunk: valueOf(property, inputs.shrunk) };
  };

  test('are the first that failed and the one that fast-check made of it', () => {
    const { first, shrunk } = found({ seed: 3 });
    expect(first).toBe(seen[0]);
    expect(shrunk).toBe('[1001,""]');
    expect(first).not.toBe(shrunk);
  });

  test('an example of the user’s may be the first', () => {
    expect(found({ seed: 3, examples: [[2000, 'x']] }).first).toBe('[2000,"x"]');
  });

  test('of an asynchronous property they are promised', async () => {
    const slow = fc.asyncProperty(fc.nat(), async (n) => n < 1000);
    const details = (await fastCheck.check(slow, { seed: 3 })) as FailedDetails;
    const { first, shrunk } = await failingInputs(fastCheck, slow, { seed: 3 }, details);
    expect(first).not.toBeNull();
    expect(valueOf(slow, shrunk)).toBe('[1000]');
  });
});

test.each<[string, Partial<FailedDetails>, unknown]>([
  ['what was thrown', { errorInstance: 'odd', error: 'text' }, 'odd'],
  [
    'a text of old versions',
    { error: 'Property failed by returning false' },
    new Error('Property failed by returning false'),
  ],
  ['nothing', {}, undefined],
])('the error of a failure is %s', (_name, details, expected) => {
  const complete = { numRuns: 1, numShrinks: 0, seed: 1, counterexample: null, counterexamplePath: null, ...details };
  expect(errorOf(complete)).toEqual(expected);
});
