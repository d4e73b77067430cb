import { expect, test } from '@jest/globals';
import type { Choices } from '../../../src/choice/choices';
import { Evidence, type RunOutcome } from '../../../src/explain/evidence';

const NONE: Choices = { values: [], forks: [], biased: false };

/** Notes runs written as `same 1 2 3`: what they did, and the edges they took. */
function evidenceOf(...runs: readonly string[]): Evidence {
  const evidence = new Evidence();
  for (const run of runs) {
    const [outcome, ...edges] = run.split(' ');
    // How often an edge was taken does not count.
    const features = Uint32Array.from(edges, (edge, at) => Number(edge) * 8 + (at % 8));
    evidence.note({ outcome: outcome as RunOutcome, choices: NONE, features, featureCount: features.length });
  }
  return evidence;
}

test.each([
  [['same 1 2 3'], [1, 2, 3]],
  [
    ['same 1 2 3', 'same 3 2 4'],
    [2, 3],
  ],
  [
    ['same 1 2 3', 'passed 1 4', 'same 2 3 4'],
    [2, 3],
  ],
  [['same 1 2 3', 'same 1 4', 'passed 1'], []],
  // They are neither: what they take says nothing.
  [
    ['same 1 2', 'rejected 1', 'failed 2', 'passed'],
    [1, 2],
  ],
  [['passed 1', 'rejected 2'], []],
])('after %j, only failing runs took %j', (runs, edges) => {
  expect(evidenceOf(...runs).suspectEdges()).toEqual(edges);
});

test('counts runs that failed so, and that passed', () => {
  const { failing, passing, passed } = evidenceOf('same 1', 'passed 1', 'failed 1', 'rejected 1', 'same 1', 'same 1');
  expect([failing, passing, passed.length]).toEqual([3, 1, 1]);
});

test('keeps the latest passing inputs, and no huge ones', () => {
  const evidence = new Evidence();
  const pass = (values: number[]): void =>
    evidence.note({ outcome: 'passed', choices: { ...NONE, values }, features: new Uint32Array(0), featureCount: 0 });
  for (let input = 0; input < 3000; input += 1) pass([input]);
  pass(Array.from({ length: 4000 }, () => 0));
  expect(evidence.passed.length).toBeLessThan(2000);
  expect(evidence.passed.at(-1)?.values).toEqual([2999]);
  expect(evidence.passing).toBe(3001);
});
