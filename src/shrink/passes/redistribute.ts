import { doubleOfIndex, doubleOrderOf, indexOfDouble } from '../../property/doubleOrder';
import type { ChoiceNode } from '../../property/recording';
import type { Attempts, Place } from '../attempts/attempts';
import { lowerDistance } from '../attempts/lowerDistance';
import { nearbyPairs, refresh } from '../attempts/pairs';
import type { Steps } from '../attempts/steps';
import { distanceOf, isInRange, isSimplest, lowered, plus } from '../attempts/values';

/**
 * Moves an amount from a choice to a later one, for failures that need a certain sum. The order compares the earlier
 * choice first, so the input becomes simpler.
 */
export function* redistribute(attempts: Attempts): Steps<void> {
  for (const pair of nearbyPairs(attempts)) {
    const now = refresh(attempts, pair);
    if (now === null) continue;
    const [first, second] = now;
    if (isSimplest(first.node)) continue;
    const far = distanceOf(first.node);
    const leave = function* (distance: bigint): Steps<boolean> {
      const value = lowered(first.node, far - distance);
      const other = plus(second.node, BigInt(first.node.value) - BigInt(value));
      if (!isInRange(second.node, other)) return false;
      return yield* attempts.attemptValues([
        [first, value],
        [second, other],
      ]);
    };
    if (!(yield* leave(0n))) yield* lowerDistance(far, leave);
    yield* withLargest(attempts, now);
  }
}

/**
 * Sets the second double to the largest one, and then lowers the first: for failures that need their sum to overflow.
 */
function* withLargest(attempts: Attempts, pair: readonly [Place, Place]): Steps<void> {
  const now = refresh(attempts, pair);
  if (now === null) return;
  const [first, second] = now;
  const largest = largestOf(second.node);
  if (largest === null || largestOf(first.node) === null) return;
  const far = distanceOf(first.node);
  yield* lowerDistance(far, function* (distance) {
    return yield* attempts.attemptValues([
      [first, lowered(first.node, far - distance)],
      [second, largest],
    ]);
  });
}

/**
 * For the choice of a huge double: the choice of the largest double with its sign, if it is in range; otherwise null.
 */
function largestOf(node: ChoiceNode): bigint | null {
  const { value, min, max } = node;
  if (typeof value !== 'bigint') return null;
  const order = doubleOrderOf(BigInt(min), BigInt(max));
  if (order === null) return null;
  const double = doubleOfIndex(order.toIndex(value));
  if (!Number.isFinite(double) || Math.abs(double) < HUGE) return null;
  const largest = order.toChoice(indexOfDouble(Math.sign(double) * Number.MAX_VALUE));
  return isInRange(node, largest) ? largest : null;
}

/** From this absolute value on, a double is called huge: it may overflow with another one. */
const HUGE = 1e200;
