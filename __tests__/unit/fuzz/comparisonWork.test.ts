import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { Random } from '../../../src/choice/random';
import type { Comparison } from '../../../src/coverage/comparisons/comparison';
import type { Observation } from '../../../src/fuzz/attempt';
import { ComparisonWork, type Looked } from '../../../src/fuzz/comparisonWork';
import { Corpora } from '../../../src/fuzz/corpora';
import { ALL_TECHNIQUES } from '../../../src/fuzz/techniques';
import { EMPTY_DICTIONARY } from '../../../src/mutate/dictionary';
import { Player } from '../mutate/player';
import { numberRun } from './numberRun';

const WORD: Comparison = { site: 0, op: '===', left: undefined, right: 'word' };
const FROM_RANDOM: Looked = { entry: null, arm: null, isStaged: false, proposed: 0 };

/** What a run of a property of one text shows that was seen to look for a word at its end. */
function textRun(text: string): Observation {
  const subject = new Player(fc.string()).of(text);
  const { choices } = subject.recording;
  return {
    ...numberRun(0),
    size: choices.values.length,
    choices: () => choices,
    recording: () => subject.recording,
    comparisons: () => [WORD],
  };
}

function newWork(): ComparisonWork {
  const random = new Random(5);
  const techniques = new Set(ALL_TECHNIQUES);
  return new ComparisonWork(random, new Corpora(random, techniques), techniques);
}

/** Whether the word is put at the end of a text. */
function follows(work: ComparisonWork, text: string, looked = FROM_RANDOM): boolean {
  const run = textRun(text);
  work.follow(run, looked, EMPTY_DICTIONARY);
  for (let round = 0; round < 20; round += 1) {
    const staged = work.next();
    if (staged !== null) return staged.choices.values.length === run.size + 'word'.length;
  }
  return false;
}

test('what a run compared is put into its input', () => {
  expect(follows(newWork(), 'ab')).toBe(true);
});

test('an input that has grown far beyond others is not made longer', () => {
  expect(follows(newWork(), 'a'.repeat(100))).toBe(false);
});

test('an input that is not much larger than those given is', () => {
  const work = newWork();
  work.noteGiven(textRun('a'.repeat(60)));
  expect(follows(work, 'a'.repeat(100))).toBe(true);
});

test('with time, larger inputs are followed', () => {
  expect(follows(newWork(), 'a'.repeat(100), { ...FROM_RANDOM, proposed: 3200 })).toBe(true);
});

test('runs that compare nothing are noticed', () => {
  const work = newWork();
  for (let run = 0; run < 16; run += 1) {
    expect(work.isSilent).toBe(false);
    work.follow(numberRun(run), FROM_RANDOM, EMPTY_DICTIONARY);
  }
  expect(work.isSilent).toBe(true);
  work.follow(textRun('ab'), FROM_RANDOM, EMPTY_DICTIONARY);
  expect(work.isSilent).toBe(false);
});
