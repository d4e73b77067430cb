import { expect, test } from '@jest/globals';
import { lowerDistance } from '../../../../src/shrink/attempts/lowerDistance';

/** Runs the search over a predicate; the questions are answered at once, nothing is yielded. */
function search(far: bigint, works: (distance: bigint) => boolean): { found: bigint; asked: bigint[] } {
  const asked: bigint[] = [];
  // oxlint-disable-next-line require-yield -- reason: the search asks through generators, which may but need not run something.
  const steps = lowerDistance(far, function* (distance) {
    asked.push(distance);
    return works(distance);
  });
  const end = steps.next();
  if (end.done !== true) throw new Error('The search yielded something.');
  return { found: end.value, asked };
}

test('finds every threshold, and asks for nothing outside of 0 … far - 1', () => {
  for (let far = 0n; far <= 70n; far += 1n) {
    for (let threshold = 0n; threshold <= far; threshold += 1n) {
      const { found, asked } = search(far, (distance) => distance >= threshold);
      expect([far, threshold, found]).toEqual([far, threshold, threshold]);
      expect(asked.every((distance) => distance >= 0n && distance < far)).toBe(true);
    }
  }
});

test('asks once where nothing works', () => {
  expect(search(1_000_000n, () => false).asked).toEqual([999_999n]);
});

test('asks in proportion to the digits of a small threshold, or of the step to a near one', () => {
  expect(search(2n ** 62n, (distance) => distance >= 10n).asked.length).toBeLessThan(22);
  expect(search(2n ** 62n, (distance) => distance >= 2n ** 62n - 10n).asked.length).toBeLessThan(12);
  expect(search(2n ** 31n, (distance) => distance >= 123_456n).asked.length).toBeLessThan(36);
});
