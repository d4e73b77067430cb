import { expect, test } from '@jest/globals';
import { Random } from '../../../src/choice/random';
import { GapFilling, type Filled } from '../../../src/fuzz/gapFilling';
import { EMPTY_DICTIONARY } from '../../../src/mutate/dictionary';
import type { MutationContext } from '../../../src/mutate/mutator';
import { textEntry } from './textEntry';

const context: MutationContext = {
  random: new Random(1),
  labelOf: () => 1,
  other: () => textEntry('[,]').entry.data,
  dictionary: { ...EMPTY_DICTIONARY, proven: ['<<'], strings: ['merge'], keys: ['length'] },
};

function all(fillings: GapFilling): Filled[] {
  const found: Filled[] = [];
  for (let next = fillings.next(context); next !== null; next = fillings.next(context)) found.push(next);
  return found;
}

test('words and other inputs stand in the gaps of an entry, each word once', () => {
  const { entry, textOf } = textEntry('(ab)=>');
  entry.data.gaps = [{ list: entry.data.lists[0]!, from: 1, count: 2 }];
  const fillings = new GapFilling();
  fillings.add(entry);
  const found = all(fillings);
  const texts = found.map(({ choices }) => textOf(choices));
  expect(texts).toEqual(expect.arrayContaining(['(<<)=>', '(merge)=>', '(length)=>', '([,])=>']));
  expect(texts.filter((text) => !/^\(.*\)=>$/su.test(text))).toEqual([]);
  // A word is told, so that it can be offered elsewhere; what is put in with it is not.
  expect(found.filter(({ word }) => word === 'merge')).toHaveLength(1);
  expect(found.find(({ choices }) => textOf(choices) === '([,])=>')!.word).toBeNull();
  expect(fillings.next(context)).toBeNull();
});

test('an entry without gaps is not filled, nor one that something simpler took over from', () => {
  const fillings = new GapFilling();
  fillings.add(textEntry('ab').entry);
  const { entry } = textEntry('(ab)=>');
  entry.data.gaps = [{ list: entry.data.lists[0]!, from: 1, count: 2 }];
  fillings.add(entry);
  entry.owned.clear();
  expect(all(fillings)).toEqual([]);
});
