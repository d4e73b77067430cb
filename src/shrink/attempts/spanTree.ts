import type { Span, Track } from '../../property/recording';

/** A list in a track: the index of the choice of its length, and the spans of its items. */
export interface ListSpan {
  readonly span: Span;
  readonly place: number;
  readonly lengthIndex: number;
  readonly length: number;
  readonly items: readonly Span[];
}

/** The lists of a track, outer ones first. */
export function listsOf(track: Track): readonly ListSpan[] {
  let lists = listsByTrack.get(track);
  if (lists === undefined) listsByTrack.set(track, (lists = findLists(track)));
  return lists;
}

/** Results are kept by track: tracks never change, and passes ask again for each candidate. */
const listsByTrack = new WeakMap<Track, readonly ListSpan[]>();
const childrenByTrack = new WeakMap<Track, ReadonlyMap<number, readonly Span[]>>();

function findLists(track: Track): ListSpan[] {
  const lists: ListSpan[] = [];
  track.spans.forEach((span, place) => {
    if (span.list === null) return;
    let lengthIndex = span.start;
    while (lengthIndex < span.end && track.nodes[lengthIndex]!.role === 'coin') lengthIndex += 1;
    const node = track.nodes[lengthIndex];
    if (lengthIndex >= span.end || node === undefined || typeof node.value !== 'number') return;
    const items = childrenOf(track, place).filter(
      (child) => child.start > lengthIndex || (child.start === child.end && child.start >= lengthIndex),
    );
    lists.push({ span, place, lengthIndex, length: node.value, items });
  });
  return lists;
}

/** The spans directly below the span at `place`; with -1, the outermost spans. */
export function childrenOf(track: Track, place: number): readonly Span[] {
  let children = childrenByTrack.get(track);
  if (children === undefined) {
    const found = new Map<number, Span[]>();
    for (const span of track.spans) {
      const siblings = found.get(span.parent);
      if (siblings === undefined) found.set(span.parent, [span]);
      else siblings.push(span);
    }
    childrenByTrack.set(track, (children = found));
  }
  return children.get(place) ?? [];
}

/** Whether the span at `place` is inside of the span at `ancestor`. */
export function isBelow(track: Track, place: number, ancestor: number): boolean {
  for (let at = track.spans[place]!.parent; at !== -1; at = track.spans[at]!.parent) if (at === ancestor) return true;
  return false;
}
