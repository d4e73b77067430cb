import type { Steps } from './shrinker';

/**
 * The largest count for which `works` holds, taken to hold for 0 and, roughly, for all below: looks at 1 to 4 one by
 * one, then doubles until it fails, then bisects. So small answers cost little and large ones a logarithm.
 */
export function* findLargest(limit: number, works: (count: number) => Steps<boolean>): Steps<number> {
  for (let count = 1; count <= 4; count += 1) {
    if (count > limit || !(yield* works(count))) return count - 1;
  }
  let low = 4;
  let high = 5;
  while (high <= limit && (yield* works(high))) {
    low = high;
    high *= 2;
  }
  if (high > limit) {
    if (limit > low && (yield* works(limit))) return limit;
    high = limit;
  }
  while (low + 1 < high) {
    const middle = low + Math.floor((high - low) / 2);
    if (yield* works(middle)) low = middle;
    else high = middle;
  }
  return low;
}
