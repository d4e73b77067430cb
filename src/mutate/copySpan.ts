import { pick, pickWhere, type Mutator } from './mutator';
import type { PlacedSpan } from './subject';

/**
 * Copies what one arbitrary generated over what the same arbitrary generated elsewhere in the input: equal parts,
 * and, where one lies inside the other, a tree that grew (a child replaced by its parent) or shrank.
 */
export const copySpan: Mutator = (subject, { random }) => {
  const { spans } = subject;
  if (spans.length < 2) return null;
  const from = pick(spans, random);
  const to = pickWhere(spans, random, ({ span }) => span.arbitrary === from.span.arbitrary && span !== from.span);
  if (to === undefined) return null;
  if (to.track === from.track && isSame(to, from)) return null;
  const values = subject.valuesOf(from.track, from.span.start, from.span.end);
  return { track: to.track, start: to.span.start, count: to.span.end - to.span.start, values };
};

function isSame({ span: a }: PlacedSpan, { span: b }: PlacedSpan): boolean {
  return a.start === b.start && a.end === b.end;
}
