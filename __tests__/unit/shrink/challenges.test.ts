import { describe, expect, test } from '@jest/globals';
import { Random } from '../../../src/choice/random';
import { InputRunner } from '../../../src/property/inputRunner';
import { FAST_CHECK_VERSIONS } from '../property/fastCheckVersions';
import { challengesOf } from './challenges';
import { findFailure, shrinkWith, textOf } from './shrinkWith';

const SEEDS = [1, 2, 3, 4, 5, 6, 7, 8];

describe.each(FAST_CHECK_VERSIONS)('the shrinking challenge with fast-check $name', ({ fc }) => {
  test.each(challengesOf(fc))('$name', async ({ property, asyncProperty, isMinimal, maxEvaluations }) => {
    const wrong: string[] = [];
    for (const seed of SEEDS) {
      const isAsync = seed % 4 === 0;
      const runner = new InputRunner(isAsync ? asyncProperty : property, { random: new Random(seed) });
      const start = await findFailure(runner, seed % 4 === 1);
      const result = await shrinkWith(runner, start, maxEvaluations);
      const text = await textOf(runner, result.best, fc.stringify);
      if (!isMinimal(text)) wrong.push(`seed ${seed}: ${text} after ${result.evaluations}`);
    }
    expect(wrong).toEqual([]);
  });
});
