import type { ChoiceValue } from '../../choice/choices';
import type { ChoiceNode } from '../../property/recording';
import { findLargest } from './findLargest';
import { lowerDistance } from './lowerDistance';
import type { Steps } from './steps';
import { distanceOf, isInRange, like, mirrored, simplestIn } from './values';

/** Distances from the simplest value that are tried first, on both sides: small values are the easiest to read. */
const SMALL = [1n, 2n];

/**
 * Finds a simpler value for `node`. `accepts` tries a value; if it returns true, the choice has this value from then
 * on.
 */
export function* minimize(node: ChoiceNode, accepts: (value: ChoiceValue) => Steps<boolean>): Steps<void> {
  const simplest = BigInt(simplestIn(node));
  const far = distanceOf(node);
  const tryValue = function* (value: bigint): Steps<boolean> {
    return isInRange(node, value) && (yield* accepts(like(node, value)));
  };
  if (yield* tryValue(simplest)) return;
  for (const distance of SMALL) {
    if (distance > far) return;
    if (yield* tryValue(simplest + distance)) return;
    if (yield* tryValue(simplest - distance)) return;
  }
  const isBelow = BigInt(node.value) < simplest;
  const isNegative = isBelow && simplest === 0n;
  const sign = isBelow && !(isNegative && (yield* tryValue(BigInt(mirrored(node))))) ? -1n : 1n;
  const isGood = function* (distance: bigint): Steps<boolean> {
    // The smallest distances were tried above.
    return distance > SMALL.at(-1)! && (yield* tryValue(simplest + sign * distance));
  };
  const now = yield* lowerDistance(far, isGood);
  // Steps of two are for failures that need an even number; the half is for failures that need one of a few numbers.
  const steps = yield* findLargest(Number(now / 2n), (count) => isGood(now - 2n * BigInt(count)));
  if (steps === 0 && now === far) yield* isGood(now / 2n);
}
