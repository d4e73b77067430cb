import type { ChoiceValue } from '../../choice/choices';
import { compareValues } from '../../choice/order';
import type { Attempts } from '../attempts/attempts';
import type { Steps } from '../attempts/steps';
import { listsOf } from '../attempts/spanTree';

/**
 * Exchanges the values of a list's items so that the most frequent value becomes the simplest, and sorts them: `0333`
 * becomes `0001`. This is for failures that need some items to be equal and some to differ, because for these, passes
 * that change one value at a time make no progress.
 */
export function* relabel(attempts: Attempts): Steps<void> {
  for (const path of attempts.paths()) {
    for (let at = 0; at < listsOf(attempts.track(path)).length; at += 1) {
      const { items } = listsOf(attempts.track(path))[at]!;
      const drawn = items.filter(({ start, end }) => end > start);
      if (drawn.length < 3 || drawn.some(({ start, end }) => end !== start + 1)) continue;
      const first = drawn[0]!.start;
      const end = drawn.at(-1)!.end;
      if (end - first !== drawn.length) continue;
      const old = attempts.values(path).slice(first, end);
      yield* attempts.attemptSplice(path, first, end, relabeled(old));
    }
  }
}

function relabeled(values: readonly ChoiceValue[]): ChoiceValue[] {
  const counts = new Map<ChoiceValue, number>();
  for (const value of values) counts.set(value, (counts.get(value) ?? 0) + 1);
  const simple = [...counts.keys()].sort(compareValues);
  // The sort is stable: of two values that are equally frequent, the simpler one stays simpler.
  const frequent = [...simple].sort((a, b) => counts.get(b)! - counts.get(a)!);
  const labels = new Map(frequent.map((value, index) => [value, simple[index]!]));
  return values.map((value) => labels.get(value)!).sort(compareValues);
}
