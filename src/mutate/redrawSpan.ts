import { drawAnew } from '../property/drawAnew';
import { pick, type Mutator } from './mutator';

/** Draws anew what one arbitrary generated, and keeps the rest. */
export const redrawSpan: Mutator = ({ spans }, { random }) => {
  if (spans.length === 0) return null;
  const { track, span } = pick(spans, random);
  const values = drawAnew(span.arbitrary, random);
  return values === null ? null : { track, start: span.start, count: span.end - span.start, values };
};
