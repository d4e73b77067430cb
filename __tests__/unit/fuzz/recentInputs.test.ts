import { expect, test } from '@jest/globals';
import type { Choices, ChoiceValue, Fork } from '../../../src/choice/choices';
import { Random } from '../../../src/choice/random';
import { RecentInputs } from '../../../src/fuzz/recentInputs';

function choices(values: readonly ChoiceValue[], forks: readonly (Fork | null)[] = []): Choices {
  return { biased: false, values, forks };
}

test('knows an input the second time', () => {
  const recent = new RecentInputs();
  expect(recent.has(choices([1, 2]))).toBe(false);
  expect(recent.has(choices([1, 2]))).toBe(true);
});

test.each<[name: string, a: Choices, b: Choices]>([
  ['order', choices([1, 2]), choices([2, 1])],
  ['length', choices([0]), choices([0, 0])],
  ['sign', choices([1]), choices([-1])],
  ['numbers beyond 32 bits', choices([1]), choices([1 + 2 ** 32])],
  ['bigints of 64 bits', choices([1n]), choices([1n + (1n << 40n)])],
  ['forks', choices([1]), choices([1], [{ values: [2], forks: [] }])],
  ['places of forks', choices([], [{ values: [2], forks: [] }]), choices([], [null, { values: [2], forks: [] }])],
])('tells inputs apart by %s', (_name, a, b) => {
  const recent = new RecentInputs();
  recent.has(a);
  expect(recent.has(b)).toBe(false);
});

test('does not mistake inputs for others', () => {
  const recent = new RecentInputs();
  const random = new Random(9);
  let wrong = 0;
  const seen = new Set<string>();
  for (let round = 0; round < 50_000; round += 1) {
    const values = [random.below(50), random.below(50), random.below(50)];
    const isNew = !seen.has(values.join());
    seen.add(values.join());
    if (recent.has(choices(values)) && isNew) wrong += 1;
  }
  expect(wrong).toBe(0);
});
