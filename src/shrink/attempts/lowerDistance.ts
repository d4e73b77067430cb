import { findLargest } from './findLargest';
import type { Steps } from './steps';

/** How much longer each step down is than the one before, where not even half of the distance works. */
const LEAP = 8n;

/**
 * Looks for the smallest distance below `far` for which `works` holds; returns the smallest that it found, `far` for
 * none. Taken to hold for all distances above some threshold, which is asked for in three ways: by the next smaller
 * distance (one question where there is nothing to gain), by halves (so that a small threshold is found soon, however
 * large `far` is), and if half of it is too little by growing steps (thresholds that other values set are often near).
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
