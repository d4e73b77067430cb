import type { ChoiceValue } from '../choice/choices';
import type { ChoiceNode } from '../property/recording';
import type { Steps } from './shrinker';
import { distanceOf, isInRange, like, simplestIn } from './values';

/** Distances from the simplest value that are tried first, on both sides: small values are what people like. */
const SMALL = [1n, 2n, 3n];
/** Steps down from where the bisection ends: for failures that need an even number, say. */
const LAST_STEPS = [2n, 3n, 4n];

/** Finds a simpler value for `node`: `accepts` tries one, and on success the value is that one. */
export function* minimize(node: ChoiceNode, accepts: (value: ChoiceValue) => Steps<boolean>): Steps<void> {
  const simplest = BigInt(simplestIn(node));
  let value = BigInt(node.value);
  const tryValue = function* (candidate: bigint): Steps<boolean> {
    if (!isInRange(node, candidate) || !(yield* accepts(like(node, candidate)))) return false;
    value = candidate;
    return true;
  };
  if (yield* tryValue(simplest)) return;
  const far = distanceOf(node);
  for (const distance of SMALL) {
    if (distance >= far) break;
    if (yield* tryValue(simplest + distance)) return;
    if (yield* tryValue(simplest - distance)) return;
  }
  const mirrored = 2n * simplest - value;
  if (value < simplest) yield* tryValue(mirrored);
  const sign = value < simplest ? -1n : 1n;
  let low = far > SMALL.at(-1)! ? SMALL.at(-1)! : 0n;
  let high = far;
  while (high - low > 1n) {
    const middle = (low + high) / 2n;
    if (yield* tryValue(simplest + sign * middle)) high = middle;
    else low = middle;
  }
  for (const step of LAST_STEPS) if (step < high && (yield* tryValue(simplest + sign * (high - step)))) return;
}
