import type { ChoiceValue } from '../../choice/choices';
import type { Span, Track } from '../../property/recording';
import type { Attempts } from '../attempts/attempts';
import type { Steps } from '../attempts/steps';
import { listsOf, type ListSpan } from '../attempts/spanTree';

/**
 * In a list of lists, joins two neighbors into one list, which may be longer than a list that fast-check would draw.
 */
export function* joinLists(attempts: Attempts): Steps<void> {
  for (const path of attempts.paths()) {
    for (let at = 0; at < listsOf(attempts.track(path)).length; at += 1) {
      for (let item = 0; item + 1 < (listsOf(attempts.track(path))[at]?.items.length ?? 0);) {
        if (!(yield* joinItems(attempts, path, at, item, item + 2))) item += 1;
      }
    }
  }
}

/** As `joinLists`, but joins all inner lists of a list at once. */
export function* joinAllLists(attempts: Attempts): Steps<void> {
  for (const path of attempts.paths()) {
    for (let at = 0; at < listsOf(attempts.track(path)).length; at += 1) {
      yield* joinItems(attempts, path, at, 0, listsOf(attempts.track(path))[at]!.items.length);
    }
  }
}

/**
 * Joins the items `start` … `end - 1` of the list with the index `at`, if one arbitrary generated them all as lists.
 */
function* joinItems(
  attempts: Attempts,
  path: readonly number[],
  at: number,
  start: number,
  end: number,
): Steps<boolean> {
  const track = attempts.track(path);
  const lists = listsOf(track);
  const outer = lists[at]!;
  const inner = outer.items.slice(start, end).map((item) => listIn(lists, item));
  const [first] = inner;
  if (first == null || inner.length < 2) return false;
  const items: ChoiceValue[] = [];
  let length = 0;
  for (const list of inner) {
    if (list?.span.arbitrary !== first.span.arbitrary) return false;
    items.push(...itemValues(track, list));
    length += list.length;
  }
  if (length > first.span.list!.maxLength) return false;
  const values = attempts.values(path);
  values.splice(first.lengthIndex, inner.at(-1)!.span.end - first.lengthIndex, length, ...items);
  values[outer.lengthIndex] = outer.length - (inner.length - 1);
  return yield* attempts.attemptTrack(path, values);
}

/** The list that an item is, directly or inside of arbitraries that draw nothing themselves. */
function listIn(lists: readonly ListSpan[], item: Span): ListSpan | null {
  return lists.find(({ span }) => span.start === item.start && span.end === item.end && span.end > span.start) ?? null;
}

function itemValues(track: Track, list: ListSpan): ChoiceValue[] {
  return track.nodes.slice(list.lengthIndex + 1, list.span.end).map((node) => node.value);
}
