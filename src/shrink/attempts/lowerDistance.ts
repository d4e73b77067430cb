import { findLargest } from './findLargest';
import type { Steps } from './steps';

/** If not even half of the distance works: each step down is this many times as long as the step before. */
const LEAP = 8n;

/**
 * Searches for the smallest distance below `far` for which `works` holds, and returns the smallest that it found, or
 * `far`. It assumes that `works` holds for all distances above some threshold, and searches for it in three ways:
 * 1. It tries the next smaller distance. If that fails, one run was enough to see that nothing can be gained.
 * 2. It halves the distance, so that a small threshold is found soon even if `far` is large.
 * 3. If half of the distance is too little, it goes down in growing steps, because a threshold that depends on other
 *    values is often near.
 */
export function* lowerDistance(far: bigint, works: (distance: bigint) => Steps<boolean>): Steps<bigint> {
  if (far <= 0n || !(yield* works(far - 1n))) return far;
  const most = (far - 1n).toString(2).length;
  const halvings = yield* findLargest(most, function* (count) {
    return yield* works((far - 1n) >> BigInt(count));
  });
  let high = (far - 1n) >> BigInt(halvings);
  let low = halvings === most ? -1n : high >> 1n;
  if (halvings === 0) {
    for (let step = LEAP; far - step > low; step *= LEAP) {
      if (yield* works(far - step)) high = far - step;
      else low = far - step;
    }
  }
  while (high - low > 1n) {
    const middle = (low + high) / 2n;
    if (yield* works(middle)) high = middle;
    else low = middle;
  }
  return high;
}
