import { pick, pickWhere, type Mutator } from './mutator';

/** Puts what an arbitrary generated in another input in the place of what the same arbitrary generated in this. */
export const splice: Mutator = (subject, { random, other, labelOf }) => {
  if (subject.spans.length === 0) return null;
  const to = pick(subject.spans, random);
  const label = labelOf(to.span.arbitrary);
  if (label === undefined) return null;
  const donor = other();
  const from = pickWhere(donor.spans, random, ({ span }) => labelOf(span.arbitrary) === label);
  if (from === undefined) return null;
  const { track, span } = from;
  const values = donor.valuesOf(track, span.start, span.end);
  return { track: to.track, start: to.span.start, count: to.span.end - to.span.start, values };
};
