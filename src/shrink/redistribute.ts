import type { Attempts } from './attempts';
import { findLargest } from './findLargest';
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
    const move = function* (count: number): Steps<boolean> {
      const value = lowered(first.node, BigInt(count));
      const other = plus(second.node, BigInt(first.node.value) - BigInt(value));
      if (!isInRange(second.node, other)) return false;
      return yield* attempts.attemptValues([
        [first, value],
        [second, other],
      ]);
    };
    const limit = Number(distanceOf(first.node));
    if (limit > Number.MAX_SAFE_INTEGER || (yield* move(limit))) continue;
    yield* findLargest(limit, move);
  }
}
