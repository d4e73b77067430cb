import type { Steps } from './steps';

/**
 * The largest count for which `works` holds, taken to hold for 0 and, roughly, for all below: doubles until it fails,
 * then bisects. So small answers cost little and large ones a logarithm.
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
