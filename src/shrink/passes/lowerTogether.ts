import type { Attempts } from '../attempts/attempts';
import { lowerDistance } from '../attempts/lowerDistance';
import { nearbyPairs, refresh } from '../attempts/pairs';
import type { Steps } from '../attempts/steps';
import { distanceOf, isInRange, isSimplest, lowered, plus } from '../attempts/values';

/** Lowers two choices by the same amount, for failures that need two values with a certain difference. */
export function* lowerTogether(attempts: Attempts): Steps<void> {
  for (const pair of nearbyPairs(attempts)) {
    const now = refresh(attempts, pair);
    if (now === null) continue;
    const [first, second] = now;
    if (isSimplest(first.node)) continue;
    const far = distanceOf(first.node);
    yield* lowerDistance(far, function* (distance) {
      const value = lowered(first.node, far - distance);
      const other = plus(second.node, BigInt(value) - BigInt(first.node.value));
      if (!isInRange(second.node, other)) return false;
      return yield* attempts.attemptValues([
        [first, value],
        [second, other],
      ]);
    });
  }
}
