import { expect, test } from '@jest/globals';
import { Random } from '../../../src/choice/random';
import type { Attempt, Observation } from '../../../src/fuzz/attempt';
import { TargetFuzzer } from '../../../src/fuzz/targetFuzzer';
import { choicesOf, numberRun } from './numberRun';

/** Runs an attempt of code that does for 7 what it does for no other number. */
function observe({ source }: Attempt): Observation {
  const value = source.type === 'replay' ? Number(source.choices.values[0] ?? 0) : 1000;
  return { ...numberRun(value), features: Uint32Array.of(value === 7 ? 16 : 8), featureCount: 1 };
}

/** What a fuzzer does with 7, which is new to it, before it goes on: whether it records what the code compares. */
function handled(isFollowed: boolean): { readonly compared: boolean[]; readonly entries: number } {
  const fuzzer = new TargetFuzzer({ random: new Random(3), labelOf: () => undefined });
  const loop = fuzzer.run();
  fuzzer.import(choicesOf(7), isFollowed);
  const compared: boolean[] = [];
  let step = loop.next();
  while (step.done !== true && step.value.source.type === 'replay' && step.value.source.choices.values[0] === 7) {
    compared.push(step.value.isCompared === true);
    step = loop.next(observe(step.value));
  }
  return { compared, entries: fuzzer.corpus.length };
}

test('an input that somebody else follows up is made sure of and kept, and no more', () => {
  expect(handled(false)).toEqual({ compared: [false, true], entries: 1 });
  expect(handled(true)).toEqual({ compared: [false, false], entries: 1 });
});
