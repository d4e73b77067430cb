import type { ChoiceValue } from '../choice/choices';
import type { Span, Track } from '../property/recording';
import { pickTrack, replaceValues, valuesOf, type Mutator } from './mutator';

/** A list in a track: where its length stands, and its items in order. */
interface List {
  readonly lengthAt: number;
  readonly length: number;
  readonly minLength: number;
  readonly maxLength: number;
  readonly items: readonly Span[];
}

/**
 * Inserts, duplicates, deletes, swaps or reverses whole items of a list, and corrects its length. Inserting may
 * take a list beyond the length that fast-check would draw, up to the longest that is legal.
 */
export const changeList: Mutator = (recording, { random }) => {
  const placed = pickTrack(recording, random);
  if (placed === null) return null;
  const lists = listsOf(placed.track);
  if (lists.length === 0) return null;
  const list = lists[random.below(lists.length)]!;
  const values = valuesOf(placed);
  const items = list.items.map((item) => values.slice(item.start, item.end));
  const changed = changeItems(items, list, random);
  if (changed === null) return null;
  const start = list.lengthAt;
  const end = list.items.at(-1)?.end ?? start + 1;
  const between = list.items.length > 0 ? values.slice(start + 1, list.items[0]!.start) : [];
  return replaceValues(recording, placed, start, end - start, [changed.length, ...between, ...changed.flat()]);
};

function changeItems(
  items: readonly ChoiceValue[][],
  list: List,
  random: { below(size: number): number },
): ChoiceValue[][] | null {
  const changed = [...items];
  const at = (): number => random.below(Math.max(1, items.length));
  const kind = random.below(5);
  if (kind === 0 || items.length === 0) {
    if (items.length >= list.maxLength) return null;
    // Several copies at once reach sizes that one at a time would take many lucky steps to reach.
    const copies = Math.min(list.maxLength - items.length, 1 + random.below(1 << random.below(4)));
    const item = items[at()] ?? [];
    changed.splice(random.below(items.length + 1), 0, ...Array.from({ length: copies }, () => item));
    return changed;
  }
  if (kind === 1 || items.length === 1) {
    if (items.length <= list.minLength) return null;
    const count = Math.min(items.length - list.minLength, 1 + random.below(1 << random.below(3)));
    changed.splice(at(), count);
    return changed;
  }
  if (kind === 2) {
    changed[at()] = items[at()]!;
    return changed;
  }
  if (kind === 3) {
    const [a, b] = [at(), at()];
    [changed[a], changed[b]] = [changed[b]!, changed[a]!];
    return changed;
  }
  const from = at();
  const to = from + 2 + random.below(items.length);
  return [...changed.slice(0, from), ...changed.slice(from, to).reverse(), ...changed.slice(to)];
}

/** Lists whose recorded parts are what they should be: a length, then that many items side by side. */
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
    lists.push({ lengthAt, length: node.value, minLength, maxLength, items });
  });
  return lists;
}
