import type { ChoiceValue } from '../../choice/choices';
import { compareValues } from '../../choice/order';
import type { ChoiceNode, Span, Track } from '../../property/recording';
import type { Attempts } from '../attempts/attempts';
import type { Steps } from '../attempts/steps';
import { childrenOf } from '../attempts/spanTree';

/** Sorts sibling parts that the same arbitrary generated: all at once, or else by swapping neighbors. */
export function* sortSiblings(attempts: Attempts): Steps<void> {
  for (const path of attempts.paths()) {
    for (let parent = -1; parent < attempts.track(path).spans.length; parent += 1) {
      for (let group = 0; group < groupsBelow(attempts.track(path), parent).length; group += 1) {
        yield* sortGroup(attempts, path, parent, group);
      }
    }
  }
}

function* sortGroup(attempts: Attempts, path: readonly number[], parent: number, group: number): Steps<void> {
  const track = attempts.track(path);
  const spans = groupsBelow(track, parent)[group]!;
  const parts = spans.map((span) => valuesOf(track, span));
  const sorted = [...parts].sort(compareParts);
  if (sorted.every((part, index) => part === parts[index])) return;
  if (yield* attempts.attemptTrack(path, arranged(track, spans, sorted))) return;
  for (let index = spans.length - 2; index >= 0; index -= 1) {
    const now = groupsBelow(attempts.track(path), parent)[group];
    if (now === undefined || index + 1 >= now.length) continue;
    const current = now.map((span) => valuesOf(attempts.track(path), span));
    if (compareParts(current[index]!, current[index + 1]!) <= 0) continue;
    const swapped = current.with(index, current[index + 1]!).with(index + 1, current[index]!);
    yield* attempts.attemptTrack(path, arranged(attempts.track(path), now, swapped));
  }
}

/**
 * Groups of children that can take each other's places. Only children that draw choices, and groups of at least two.
 */
function groupsBelow(track: Track, parent: number): Span[][] {
  const children = childrenOf(track, parent).filter(({ start, end }) => end > start);
  const groups = [...groupBy(children, ({ arbitrary }) => arbitrary).values()];
  // `fc.tuple(fc.nat(), fc.nat())` has two arbitraries: children without a group are grouped by range if they are one
  // choice.
  const single = groups.filter((group) => group.length === 1).flat();
  const alike = groupBy(
    single.filter(({ start, end }) => end - start === 1),
    ({ start }) => rangeOf(track.nodes[start]!),
  );
  return [...groups, ...alike.values()].filter((group) => group.length > 1);
}

function groupBy<T>(items: readonly T[], keyOf: (item: T) => unknown): Map<unknown, T[]> {
  const groups = new Map<unknown, T[]>();
  for (const item of items) {
    const key = keyOf(item);
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [item]);
    else group.push(item);
  }
  return groups;
}

function rangeOf({ min, max, role }: ChoiceNode): string {
  return `${role} ${typeof min} ${min} ${max}`;
}

function valuesOf(track: Track, { start, end }: Span): ChoiceValue[] {
  return track.nodes.slice(start, end).map((node) => node.value);
}

function compareParts(a: readonly ChoiceValue[], b: readonly ChoiceValue[]): number {
  if (a.length !== b.length) return a.length - b.length;
  for (let index = 0; index < a.length; index += 1) {
    const difference = compareValues(a[index]!, b[index]!);
    if (difference !== 0) return difference;
  }
  return 0;
}

/** The values of the track with `parts` in the places of `spans`. The spans must not overlap. */
function arranged(track: Track, spans: readonly Span[], parts: readonly (readonly ChoiceValue[])[]): ChoiceValue[] {
  const values: ChoiceValue[] = [];
  let at = 0;
  spans.forEach((span, index) => {
    values.push(...valuesOf(track, { ...span, start: at, end: span.start }), ...parts[index]!);
    at = span.end;
  });
  for (; at < track.nodes.length; at += 1) values.push(track.nodes[at]!.value);
  return values;
}
