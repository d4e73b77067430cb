import { describe, expect, test } from '@jest/globals';
import { Random } from '../../../src/choice/random';
import type { Choices } from '../../../src/choice/choices';
import { compareChoices } from '../../../src/choice/order';
import { Corpus } from '../../../src/corpus/corpus';

const input = (...values: number[]): Choices => ({ biased: false, values, forks: [] });
const features = (...list: number[]): Uint32Array => Uint32Array.from(list);

describe('Corpus', () => {
  test('tells new features, simpler inputs and neither apart', () => {
    const corpus = new Corpus<string>();
    expect(corpus.note(features(8, 16), 2, 3)).toBe('new');
    corpus.admit(input(1, 2, 3), 3, [8, 16], 'a');
    expect(corpus.note(features(8, 16), 2, 3)).toBe('none');
    expect(corpus.note(features(8), 1, 2)).toBe('smaller');
    expect(corpus.note(features(9000), 1, 5)).toBe('new');
  });

  test('keeps the simplest input of each feature, and drops entries that own nothing', () => {
    const corpus = new Corpus<string>();
    corpus.admit(input(5, 5), 2, [1, 2], 'first');
    const second = corpus.admit(input(7), 1, [1], 'second');
    expect(second.newFeatures).toEqual([]);
    expect(corpus.entries.map((entry) => entry.data)).toEqual(['first', 'second']);
    const third = corpus.admit(input(3), 1, [1, 2], 'third');
    expect(third.dropped.map((entry) => entry.data).sort()).toEqual(['first', 'second']);
    expect(corpus.entries.map((entry) => entry.data)).toEqual(['third']);
    expect(corpus.admit(input(4), 1, [1, 2], 'no better').entry).toBeNull();
  });

  test('a feature that is settled before it has an owner never counts', () => {
    const corpus = new Corpus<string>();
    corpus.settle(40_000);
    expect(corpus.note(features(40_000), 1, 1)).toBe('none');
    expect(corpus.admit(input(1), 1, [40_000], 'x').entry).toBeNull();
  });

  test('nothing simpler is looked for where a feature is settled, but what is simpler is taken', () => {
    const corpus = new Corpus<string>();
    corpus.admit(input(2, 2), 2, [7], 'first');
    corpus.settle(7);
    expect(corpus.note(features(7), 1, 1)).toBe('none');
    expect(corpus.choose(() => 0).data).toBe('first');
    expect(corpus.admit(input(1), 1, [7], 'simpler').dropped.map((entry) => entry.data)).toEqual(['first']);
  });

  test('draws inputs with rare features more often', () => {
    const random = new Random(1);
    const corpus = new Corpus<string>();
    corpus.admit(input(1), 1, [1], 'common');
    corpus.admit(input(2), 1, [2], 'rare');
    for (let run = 0; run < 1000; run += 1) corpus.note(features(1), 1, 1);
    const drawn = Array.from({ length: 400 }, () => corpus.choose((size) => random.below(size)).data);
    expect(drawn.filter((data) => data === 'rare').length).toBeGreaterThan(300);
  });

  test('on random histories the owner of a feature is the simplest input that showed it', () => {
    const random = new Random(11);
    const corpus = new Corpus<Choices>();
    const best = new Map<number, Choices>();
    for (let round = 0; round < 500; round += 1) {
      const values = Array.from({ length: 1 + random.below(4) }, () => random.below(5));
      const choices = input(...values);
      const shown = [...new Set(Array.from({ length: 1 + random.below(4) }, () => random.below(20)))];
      corpus.admit(choices, values.length, shown, choices);
      for (const feature of shown) {
        const old = best.get(feature);
        if (old === undefined || compareChoices(choices, old) < 0) best.set(feature, choices);
      }
      const owned = new Map(
        corpus.entries.flatMap((entry) => [...entry.owned].map((feature) => [feature, entry.choices])),
      );
      expect(owned).toEqual(best);
    }
  });
});
