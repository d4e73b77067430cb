import type { Attempts } from '../attempts/attempts';
import type { Steps } from '../attempts/steps';
import { listsOf } from '../attempts/spanTree';
import { isForced } from '../attempts/values';

/** At most this many thresholds are tried for one item. */
const MAX_THRESHOLDS = 4;

/**
 * Deletes an item of a list. Integers in the list that are above a threshold, and may be indexes of its items, are
 * lowered by one. This is for lists whose items refer to other items by index (graphs, permutations, programs): all
 * indexes after the deleted item change.
 */
export function* deleteAndReindex(attempts: Attempts): Steps<void> {
  for (const path of attempts.paths()) {
    for (let at = 0; at < listsOf(attempts.track(path)).length; at += 1) {
      for (let item = (listsOf(attempts.track(path))[at]?.items.length ?? 0) - 1; item >= 0; item -= 1) {
        yield* deleteOne(attempts, path, at, item);
      }
    }
  }
}

function* deleteOne(attempts: Attempts, path: readonly number[], at: number, item: number): Steps<void> {
  const { nodes } = attempts.track(path);
  const list = listsOf(attempts.track(path))[at];
  const gone = list?.items[item];
  if (list === undefined || gone === undefined || gone.start === gone.end || isForced(nodes[list.lengthIndex]!)) return;
  const inList = nodes.slice(list.lengthIndex + 1, list.span.end).map((node) => Number(node.value));
  const isPlace = (value: number): boolean => value > 0 && value <= list.length;
  const thresholds = new Set([item, ...inList.filter(isPlace).map((value) => value - 1)]);
  for (const threshold of [...thresholds].slice(0, MAX_THRESHOLDS)) {
    const values = nodes.map((node, index) => {
      const isMoved = index > list.lengthIndex && index < list.span.end && node.role === 'value';
      if (!isMoved || typeof node.value !== 'number' || !isPlace(node.value)) return node.value;
      return node.value > threshold ? node.value - 1 : node.value;
    });
    values[list.lengthIndex] = list.length - 1;
    values.splice(gone.start, gone.end - gone.start);
    if (yield* attempts.attemptTrack(path, values)) return;
  }
}
