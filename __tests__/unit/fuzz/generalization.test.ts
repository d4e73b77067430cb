import { expect, test } from '@jest/globals';
import { Random } from '../../../src/choice/random';
import type { Observation } from '../../../src/fuzz/attempt';
import { Generalization } from '../../../src/fuzz/generalization';
import type { Gap } from '../../../src/mutate/subject';
import { textEntry } from './textEntry';

/** The gaps of `input`, an entry that is kept because its text matches `pattern`, and how many inputs it took. */
function gapsOf(input: string, pattern: RegExp, seed = 1): { gaps: readonly Gap[]; steps: number } {
  const { entry, textOf } = textEntry(input);
  const done: unknown[] = [];
  const generalization = new Generalization(new Random(seed), (one) => done.push(one));
  generalization.add(entry);
  let steps = 0;
  for (let choices = generalization.next(); choices !== null; choices = generalization.next()) {
    steps += 1;
    const text = textOf(choices);
    expect(text).not.toBe(input);
    // Of an observation, only what `tell` reads.
    const seen = {
      status: 'passed',
      features: Uint32Array.of(pattern.test(text) ? 7 : 8),
      featureCount: 1,
    } as Observation;
    generalization.observe(seen);
  }
  expect(done).toEqual([entry]);
  return { gaps: entry.data.gaps, steps };
}

function placesOf(gaps: readonly Gap[]): number[][] {
  return gaps.map(({ from, count }) => [from, count]);
}

test('items that may be others are gaps, and places where others fit', () => {
  expect(placesOf(gapsOf('(ab)=>', /^\(..\)=>$/).gaps)).toEqual([[1, 2]]);
  expect(placesOf(gapsOf('()=>', /^\([^()]*\)=>$/).gaps)).toEqual([[1, 0]]);
  expect(placesOf(gapsOf('ab', /^ab$/).gaps)).toEqual([]);
});

test('two inputs at most are run for each place, and none for a long list', () => {
  const short = gapsOf('abcdef', /^abcdef$/);
  expect(short.steps).toBeGreaterThanOrEqual(7);
  expect(short.steps).toBeLessThanOrEqual(2 * (6 + 7));
  expect(gapsOf('x'.repeat(50), /^x+$/)).toEqual({ gaps: [], steps: 0 });
});
