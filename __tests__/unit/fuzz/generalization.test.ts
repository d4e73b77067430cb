import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { Random } from '../../../src/choice/random';
import { Corpus } from '../../../src/corpus/corpus';
import type { Observation } from '../../../src/fuzz/attempt';
import { Generalization } from '../../../src/fuzz/generalization';
import { encodeValue } from '../../../src/property/encodeValue';
import { InputRunner } from '../../../src/property/inputRunner';
import { Subject, type Gap } from '../../../src/mutate/subject';

/** The gaps of `input`, an entry that is kept because its text matches `pattern`, and how many inputs it took. */
function gapsOf(input: string, pattern: RegExp, seed = 1): { gaps: readonly Gap[]; steps: number } {
  let text = '';
  const arbitrary = fc.string({ maxLength: 60 });
  const property = fc.property(arbitrary, (value) => void (text = value));
  const runner = new InputRunner(property, { random: new Random(seed) });
  runner.generate({ type: 'replay', choices: encodeValue(fc.tuple(arbitrary), [input])!, tail: 'stop' }, true);
  void runner.execute();
  expect(text).toBe(input);
  const subject = new Subject(runner.recording());
  const { entry } = new Corpus<Subject>().admit(subject.recording.choices, runner.tape.drawn, [7], subject);
  const generalization = new Generalization(new Random(seed));
  generalization.add(entry!);
  let steps = 0;
  for (let choices = generalization.next(); choices !== null; choices = generalization.next()) {
    steps += 1;
    runner.generate({ type: 'replay', choices, tail: 'simplest' }, true);
    void runner.execute();
    expect(text).not.toBe(input);
    // Of an observation, only what `tell` reads.
    const seen = {
      status: 'passed',
      features: Uint32Array.of(pattern.test(text) ? 7 : 8),
      featureCount: 1,
    } as Observation;
    generalization.tell(seen);
  }
  return { gaps: subject.gaps, steps };
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
