import type { Attempts } from './attempts';
import { lowerDistance } from './lowerDistance';
import { nearbyPairs, refresh } from './pairs';
import type { Steps } from './shrinker';
import { distanceOf, isInRange, isSimplest, lowered, plus } from './values';

/** Moves an amount from a choice to a later one: for failures that need a certain sum. The earlier counts more. */
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
  }
}
