import type { Steps } from './steps';

/**
 * The largest count up to `limit` for which `works` holds. It assumes that `works` holds for 0 and for most counts
 * below the largest. Doubles the count until `works` fails, then bisects, so the number of steps grows only with the
 * logarithm of the result.
 */
export function* findLargest(limit: number, works: (count: number) => Steps<boolean>): Steps<number> {
  let low = 0;
  let high = limit + 1;
  for (let count = 1; count < high; count = Math.min(2 * count, Math.max(limit, count + 1))) {
    if (yield* works(count)) low = count;
    else high = count;
  }
  while (low + 1 < high) {
    const middle = low + Math.floor((high - low) / 2);
    if (yield* works(middle)) low = middle;
    else high = middle;
  }
  return low;
}
