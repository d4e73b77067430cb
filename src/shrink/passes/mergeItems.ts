import type { Attempts } from '../attempts/attempts';
import type { Steps } from '../attempts/steps';
import { listsOf } from '../attempts/spanTree';
import { isForced, isInRange, like } from '../attempts/values';

/** Replaces two neighboring items of one choice each by their sum, or by a bound of the range if the sum exceeds it. */
export function* mergeItems(attempts: Attempts): Steps<void> {
  for (const path of attempts.paths()) {
    for (let at = 0; at < listsOf(attempts.track(path)).length; at += 1) {
      for (let item = 0; item + 1 < (listsOf(attempts.track(path))[at]?.items.length ?? 0);) {
        if (!(yield* mergeAt(attempts, path, at, item))) item += 1;
      }
    }
  }
}

function* mergeAt(attempts: Attempts, path: readonly number[], at: number, item: number): Steps<boolean> {
  const { nodes } = attempts.track(path);
  const list = listsOf(attempts.track(path))[at]!;
  const first = list.items[item]!;
  const second = list.items[item + 1]!;
  const isOneChoiceEach = first.end === first.start + 1 && second.end === second.start + 1;
  if (!isOneChoiceEach || second.start !== first.end || isForced(nodes[list.lengthIndex]!)) return false;
  const node = nodes[first.start]!;
  if (typeof node.value !== typeof nodes[second.start]!.value) return false;
  const sum = BigInt(node.value) + BigInt(nodes[second.start]!.value);
  const merged = isInRange(node, sum) ? [like(node, sum)] : [node.min, node.max];
  for (const value of merged) {
    const values = attempts.values(path);
    values.splice(first.start, 2, value);
    values[list.lengthIndex] = list.length - 1;
    if (yield* attempts.attemptTrack(path, values)) return true;
  }
  return false;
}
