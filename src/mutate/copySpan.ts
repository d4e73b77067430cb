import type { Span } from '../property/recording';
import { pickTrack, replaceValues, valuesOf, type Mutator } from './mutator';

/**
 * Copies what one arbitrary generated over what the same arbitrary generated elsewhere in the input: equal parts,
 * and, where one lies inside the other, a tree that grew (a child replaced by its parent) or shrank.
 */
export const copySpan: Mutator = (recording, { random }) => {
  const placed = pickTrack(recording, random);
  if (placed === null || placed.track.spans.length < 2) return null;
  const { spans } = placed.track;
  const from = spans[random.below(spans.length)]!;
  const twins = spans.filter((span) => span.arbitrary === from.arbitrary && span !== from && !isSame(span, from));
  if (twins.length === 0) return null;
  const to = twins[random.below(twins.length)]!;
  const values = valuesOf(placed).slice(from.start, from.end);
  return replaceValues(recording, placed, to.start, to.end - to.start, values);
};

function isSame(a: Span, b: Span): boolean {
  return a.start === b.start && a.end === b.end;
}
