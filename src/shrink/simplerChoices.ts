import type { Choices, ChoiceValue } from '../choice/choices';
import { compareSizes } from '../choice/order';
import { withValues } from '../property/recording';

/**
 * Yields smaller choice sequences than `start`, for an input that hangs or crashes its worker. Trying a sequence takes
 * seconds, and shows only whether it hangs or crashes too. So only few sequences are tried: first halves, quarters and
 * so on are removed, then values are set to zero or as close to it as possible. For each sequence the caller sends back
 * the choices that the run drew if it hung or crashed, or else null. The next sequences are made from the smallest one
 * that hung or crashed. Forks and bias stay as they are.
 */
export function* simplerChoices(start: Choices): Generator<Choices, void, Choices | null> {
  let best = start;
  const isSmaller = (choices: Choices): boolean => compareSizes(choices, best) < 0;
  for (let size = Math.ceil(best.values.length / 2); size >= 1; size = size === 1 ? 0 : Math.ceil(size / 2)) {
    for (let at = 0; at < best.values.length;) {
      const found = yield withValues(best, [], [...best.values.slice(0, at), ...best.values.slice(at + size)]);
      if (found !== null && isSmaller(found)) best = found;
      else at += size;
    }
  }
  for (let at = 0; at < best.values.length; at += 1) {
    const value = best.values[at]!;
    if (value === 0 || value === 0n) continue;
    const zero = yield withValue(best, at, typeof value === 'bigint' ? 0n : 0);
    if (zero !== null && isSmaller(zero)) {
      best = zero;
      continue;
    }
    if (typeof value === 'bigint') continue;
    // With zero the input no longer hangs or crashes: bisects for the value nearest to zero with which it still does.
    let [low, high] = [0, value];
    while (Math.abs(high - low) > 1) {
      const middle = low + Math.trunc((high - low) / 2);
      const found = yield withValue(best, at, middle);
      if (found !== null && isSmaller(found)) {
        best = found;
        high = middle;
        if (best.values[at] !== middle) break;
      } else {
        low = middle;
      }
    }
  }
}

function withValue(choices: Choices, at: number, value: ChoiceValue): Choices {
  return withValues(choices, [], choices.values.with(at, value));
}
