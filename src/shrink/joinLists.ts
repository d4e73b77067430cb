import type { ChoiceValue } from '../choice/choices';
import type { Span, Track } from '../property/recording';
import type { Attempts } from './attempts';
import type { Steps } from './shrinker';
import { listsOf, type ListSpan } from './spanTree';

/** In a list of lists, makes one list of two neighbors. It may become longer than fast-check would draw it. */
export function* joinLists(attempts: Attempts): Steps<void> {
  for (const path of attempts.paths()) {
    for (let at = 0; at < listsOf(attempts.track(path)).length; at += 1) {
      for (let item = 0; item + 1 < (listsOf(attempts.track(path))[at]?.items.length ?? 0);) {
        if (!(yield* joinAt(attempts, path, at, item))) item += 1;
      }
    }
  }
}

function* joinAt(attempts: Attempts, path: readonly number[], at: number, item: number): Steps<boolean> {
  const track = attempts.track(path);
  const lists = listsOf(track);
  const outer = lists[at]!;
  const first = listIn(lists, outer.items[item]!);
  const second = listIn(lists, outer.items[item + 1]!);
  if (first === null || second === null || first.span.arbitrary !== second.span.arbitrary) return false;
  if (first.length + second.length > first.span.list!.maxLength) return false;
  const values = attempts.values(path);
  const items = [...itemValues(track, first), ...itemValues(track, second)];
  values.splice(first.lengthIndex, second.span.end - first.lengthIndex, first.length + second.length, ...items);
  values[outer.lengthIndex] = outer.length - 1;
  return yield* attempts.attemptTrack(path, values);
}

/** The list that an item is, itself or below arbitraries that draw nothing of their own. */
function listIn(lists: readonly ListSpan[], item: Span): ListSpan | null {
  return lists.find(({ span }) => span.start === item.start && span.end === item.end && span.end > span.start) ?? null;
}

function itemValues(track: Track, list: ListSpan): ChoiceValue[] {
  return track.nodes.slice(list.lengthIndex + 1, list.span.end).map((node) => node.value);
}
