import type { Span, Track } from '../property/recording';

/** A list in a track: the place of its length, and its items in order. */
export interface List {
  readonly lengthAt: number;
  readonly minLength: number;
  readonly maxLength: number;
  readonly items: readonly Span[];
  /** The arbitrary that generates the items; null if it is not known. */
  readonly itemArbitrary: object | null;
}

/** Those lists of a track whose recorded parts fit together: a length, then that many items side by side. */
export function listsOf(track: Track): List[] {
  const children = new Map<number, Span[]>();
  track.spans.forEach((span) => {
    if (span.parent < 0) return;
    const siblings = children.get(span.parent);
    if (siblings === undefined) children.set(span.parent, [span]);
    else siblings.push(span);
  });
  const lists: List[] = [];
  track.spans.forEach((span, index) => {
    if (span.list === null) return;
    let lengthAt = span.start;
    while (lengthAt < span.end && track.nodes[lengthAt]!.role !== 'length') lengthAt += 1;
    const node = track.nodes[lengthAt];
    if (lengthAt >= span.end || node === undefined || typeof node.value !== 'number') return;
    const items = (children.get(index) ?? []).filter((child) => child.start > lengthAt);
    if (items.length !== node.value) return;
    const { minLength, maxLength } = span.list;
    const itemArbitrary = items[0]?.arbitrary ?? (span.arbitrary as { arb?: object }).arb ?? null;
    lists.push({ lengthAt, minLength, maxLength, items, itemArbitrary });
  });
  return lists;
}
