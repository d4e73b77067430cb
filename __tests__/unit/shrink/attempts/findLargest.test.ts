import { expect, test } from '@jest/globals';
import { findLargest } from '../../../../src/shrink/attempts/findLargest';

/** Runs the search over a predicate; the questions are answered at once, nothing is yielded. */
function search(limit: number, works: (count: number) => boolean): { found: number; asked: number[] } {
  const asked: number[] = [];
  // oxlint-disable-next-line require-yield -- reason: the search asks through generators, which may but need not run something.
  const steps = findLargest(limit, function* (count) {
    asked.push(count);
    return works(count);
  });
  const end = steps.next();
  if (end.done !== true) throw new Error('The search yielded something.');
  return { found: end.value, asked };
}

test('finds every threshold up to the limit, and asks for nothing beyond it', () => {
  for (let limit = 0; limit <= 40; limit += 1) {
    for (let threshold = 0; threshold <= limit; threshold += 1) {
      const { found, asked } = search(limit, (count) => count <= threshold);
      expect([limit, threshold, found]).toEqual([limit, threshold, threshold]);
      expect(Math.max(0, ...asked)).toBeLessThanOrEqual(limit);
    }
  }
});

test('asks once where nothing works, and a logarithm where much does', () => {
  expect(search(1_000_000, () => false).asked).toEqual([1]);
  expect(search(1_000_000, (count) => count <= 777_777).asked.length).toBeLessThan(50);
});
