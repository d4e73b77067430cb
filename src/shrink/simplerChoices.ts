import type { Choices, ChoiceValue } from '../choice/choices';
import { compareSizes } from '../choice/order';
import { withValues } from '../property/recording';

/**
 * Smaller sequences than `start`, for inputs that end their thread: each costs seconds to try, and nothing is learned
 * of it but whether it does so too. So there are few: halves, quarters and so on taken out, then values set to zero or
 * as close to it as they can be. Is told of each what it turned into when it was deadly as well, else null; goes on from there.
 * Forks and bias are left as they are.
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
    // Zero is too simple: between it and the value lies the simplest that is not, if there is an order at all.
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
