import { describe, expect, test } from '@jest/globals';
import * as fc from 'fast-check';
import { Random } from '../../../../src/choice/random';
import { InputRunner } from '../../../../src/property/inputRunner';
import { KnownRuns } from '../../../../src/shrink/attempts/knownRuns';
import { choices } from '../../choice/notation';

/** Knows the runs of the given sequences, of a number 3 … 9 and a list of numbers. */
function knownAfter(...texts: string[]): KnownRuns {
  const known = new KnownRuns();
  const property = fc.property(fc.integer({ min: 3, max: 9 }), fc.array(fc.nat(9), { maxLength: 3 }), () => {});
  const runner = new InputRunner(property, { random: new Random(1) });
  for (const text of texts) {
    runner.generate({ type: 'replay', choices: choices(text), tail: 'simplest' });
    known.add(runner.recording());
  }
  return known;
}

describe('a candidate is known', () => {
  test.each([
    ['5 2 7 8', 'itself'],
    ['5 2 7 8 9 9', 'with choices that nothing reads'],
  ])('%s: %s', (candidate) => {
    expect(knownAfter('5 2 7 8').has(choices(candidate))).toBe(true);
  });

  test.each([
    ['', 'all that is missing is simplest'],
    ['3', 'the rest is missing'],
    ['0 0', 'what is out of range becomes simplest'],
    ['99', 'above the range too'],
    ['3n', 'a bigint in the place of a number too'],
  ])('%s: %s', (candidate) => {
    expect(knownAfter('3 0').has(choices(candidate))).toBe(true);
  });
});

describe('a candidate is not known', () => {
  test.each([
    ['5 2 7', 'the missing item would be 0'],
    ['5 1 7', 'another length'],
    ['6 2 7 8', 'another number'],
    ['5 2 7 8 (1)', 'it has forks'],
    ['biased 5 2 7 8', 'it is biased'],
  ])('%s: %s', (candidate) => {
    expect(knownAfter('5 2 7 8').has(choices(candidate))).toBe(false);
  });

  test('before anything ran', () => {
    expect(knownAfter().has(choices(''))).toBe(false);
  });
});
