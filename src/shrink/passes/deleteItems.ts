import type { Attempts } from '../attempts/attempts';
import { findLargest } from '../attempts/findLargest';
import type { Steps } from '../attempts/steps';
import { listsOf, type ListSpan } from '../attempts/spanTree';
import { isForced } from '../attempts/values';

/** Removes items from lists and lowers the length to match, as many items at once as possible. It begins at the end. */
export function* deleteItems(attempts: Attempts): Steps<void> {
  for (const path of attempts.paths()) {
    for (let at = listsOf(attempts.track(path)).length - 1; at >= 0; at -= 1) {
      const list = listsOf(attempts.track(path))[at];
      if (list === undefined) continue;
      for (let end = list.items.length; end > 0; end -= 1) yield* deleteBefore(attempts, path, at, end);
    }
  }
}

/** Deletes the longest run of items that ends before the item `end` of the list with the index `at`. */
function* deleteBefore(attempts: Attempts, path: readonly number[], at: number, end: number): Steps<void> {
  const track = attempts.track(path);
  const list = listsOf(track)[at];
  if (list === undefined || end > list.items.length) return;
  const values = attempts.values(path);
  const sources = lengthSources(attempts, path, list);
  for (const source of sources) {
    const deleted = yield* findLargest(Math.min(end, list.length), function* (count) {
      const first = list.items[end - count]!.start;
      const last = list.items[end - 1]!.end;
      const candidate = [...values.slice(0, first), ...values.slice(last)];
      candidate[source] = Number(candidate[source]) - count;
      candidate[list.lengthIndex] = list.length - count;
      return yield* attempts.attemptTrack(path, candidate);
    });
    if (deleted > 0) return;
  }
}

/**
 * The choices that may decide how many items there are: the length of the list, if it is free; or else earlier choices
 * of the same value, as in `fc.nat().chain((n) => fc.array(…, { minLength: n, maxLength: n }))`.
 */
function lengthSources(attempts: Attempts, path: readonly number[], list: ListSpan): number[] {
  const { nodes } = attempts.track(path);
  if (!isForced(nodes[list.lengthIndex]!)) return [list.lengthIndex];
  const sources: number[] = [];
  for (let index = list.lengthIndex - 1; index >= 0 && sources.length < MAX_SOURCES; index -= 1) {
    const node = nodes[index]!;
    if (node.value === list.length && !isForced(node)) sources.push(index);
  }
  return sources;
}

const MAX_SOURCES = 3;
