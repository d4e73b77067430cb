import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { Random } from '../../../src/choice/random';
import { Corpus } from '../../../src/corpus/corpus';
import type { Observation } from '../../../src/fuzz/attempt';
import { CorpusTrimming } from '../../../src/fuzz/corpusTrimming';
import { Subject } from '../../../src/mutate/subject';
import { InputRunner } from '../../../src/property/inputRunner';

/** Reduces a random list whose only feature is that it has a number above 900; gives what it ended with. */
function reduced(seed: number): { from: number; to: number; steps: number } {
  let list: number[] = [];
  const property = fc.property(fc.array(fc.nat(1000), { minLength: 1, maxLength: 30 }), (value) => void (list = value));
  const runner = new InputRunner(property, { random: new Random(seed) });
  do {
    runner.generate({ type: 'random', biased: false }, true);
    void runner.execute();
  } while (list.every((item) => item <= 900) || list.length < 10);
  const recording = runner.recording();
  const size = runner.tape.drawn;
  const { entry } = new Corpus<Subject>().admit(recording.choices, size, [7], new Subject(recording));
  const reduction = new CorpusTrimming();
  reduction.add(entry!);
  let to = size;
  let steps = 0;
  for (let choices = reduction.next(); choices !== null; choices = reduction.next()) {
    steps += 1;
    runner.generate({ type: 'replay', choices, tail: 'simplest' }, true);
    void runner.execute();
    const shows = list.some((item) => item > 900);
    if (shows) to = Math.min(to, runner.tape.drawn);
    // Of an observation, only what `tell` reads.
    const seen = { status: 'passed', features: Uint32Array.of(shows ? 7 : 8), featureCount: 1 } as Observation;
    reduction.observe(seen, runner.recording());
  }
  return { from: size, to, steps };
}

test.each([1, 2, 3, 4, 5])('an entry is made as short as what it shows allows (seed %i)', (seed) => {
  const { from, to, steps } = reduced(seed);
  expect(from).toBeGreaterThan(10);
  expect(to).toBe(2);
  expect(steps).toBeLessThanOrEqual(100);
});

test('there is nothing to do without entries, or with short ones', () => {
  expect(new CorpusTrimming().next()).toBeNull();
});
