import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { checkOneInput, choicesOfPath, passedDetails } from '../../../../runner/fastCheck/runDetails';
import type { Check } from '../../../../runner/fastCheck/fastCheckHook';
import { toBlob } from '../../../../src/choice/encoding';
import { Random } from '../../../../src/choice/random';

const choices = { values: [7], forks: [], biased: false };
const BLOB = toBlob(choices);
const input = { choices, blob: BLOB, inputs: 12, shrinks: 3 };
const check: Check = (property, parameters) =>
  fc.check(property as fc.IProperty<unknown>, parameters as fc.Parameters<unknown>);
const digit = fc.integer({ min: 0, max: 9 });

test('one input runs in place of all, whatever the parameters ask for', () => {
  const ran: number[] = [];
  const property = fc.property(digit, (n) => ran.push(n) > 5);
  const parameters = { numRuns: 50, path: '3', examples: [[1]], seed: 5 };
  const details = checkOneInput(check, property, parameters, input, new Random(1));
  expect(ran).toEqual([7]);
  expect(details).toMatchObject({
    failed: true,
    seed: 5,
    counterexample: [7],
    counterexamplePath: BLOB,
    numRuns: 12,
    numShrinks: 3,
  });
});

test('a property that passes has no path, also when it is asynchronous', async () => {
  const details = checkOneInput(
    check,
    fc.asyncProperty(digit, async () => true),
    undefined,
    input,
    new Random(1),
  );
  expect(await details).toMatchObject({ failed: false, counterexamplePath: null, numRuns: 12 });
});

test('details of a property that passed are those that fast-check gives', () => {
  const own = fc.check(
    fc.property(digit, () => true),
    { seed: 5, numRuns: 4 },
  );
  const ours = passedDetails({ seed: 5 }, 4) as object;
  expect(Object.keys(ours).sort()).toEqual(Object.keys(own).sort());
  expect(ours).toMatchObject({ failed: false, numRuns: 4, seed: 5, counterexample: null });
});

test('a path of ours has choices, a path of fast-check has none', () => {
  expect(choicesOfPath(BLOB)).toEqual(choices);
  expect([choicesOfPath('12:3:0'), choicesOfPath(''), choicesOfPath(undefined)]).toEqual([null, null, null]);
});
