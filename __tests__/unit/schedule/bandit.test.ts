import { describe, expect, test } from '@jest/globals';
import { Random } from '../../../src/choice/random';
import { Bandit, sampleGamma } from '../../../src/schedule/bandit';

describe('Bandit', () => {
  const play = (rates: readonly number[], rounds: number): number[] => {
    const random = new Random(5);
    const unit = (): number => random.unit();
    const bandit = new Bandit<number>();
    const plays = rates.map(() => 0);
    for (let round = 0; round < rounds; round += 1) {
      const arm = bandit.choose(rates.keys(), unit)!;
      plays[arm]! += 1;
      bandit.learn(arm, unit() < rates[arm]! ? 1 : 0, 1);
    }
    return plays;
  };

  test('prefers the arm that finds more, and gives none up', () => {
    const plays = play([0.02, 0.5, 0.02], 600);
    expect(plays[1]!).toBeGreaterThan(400);
    expect(Math.min(...plays)).toBeGreaterThan(3);
  });

  test('shares evenly where nothing is found', () => {
    for (const count of play([0, 0, 0, 0], 800)) expect(count).toBeGreaterThan(100);
  });

  test('forgets: an arm that dried up is left for one that yields', () => {
    const random = new Random(9);
    const bandit = new Bandit<string>();
    bandit.learn('dry', 200, 1);
    for (let second = 0; second < 300; second += 1) bandit.learn('dry', 0, 1);
    bandit.learn('wet', 20, 10);
    expect(bandit.expectedRate('dry')).toBeLessThan(0.1);
    const picks = Array.from({ length: 50 }, () => bandit.choose(['dry', 'wet'], () => random.unit()));
    expect(picks.filter((pick) => pick === 'wet').length).toBeGreaterThan(45);
  });

  test('has nothing to choose from nothing', () => {
    expect(new Bandit<string>().choose([], Math.random)).toBeUndefined();
  });
});

test.each([0.5, 1, 3, 20])('sampleGamma has mean and variance %d', (shape) => {
  const random = new Random(3);
  const samples = Array.from({ length: 20_000 }, () => sampleGamma(shape, () => random.unit()));
  const mean = samples.reduce((sum, x) => sum + x, 0) / samples.length;
  const variance = samples.reduce((sum, x) => sum + (x - mean) ** 2, 0) / samples.length;
  expect(mean / shape).toBeCloseTo(1, 1);
  expect(variance / shape).toBeCloseTo(1, 0);
});
