import type { Span } from '../property/recording';
import { pickTrack, replaceValues, valuesOf, type Mutator } from './mutator';

/** Puts what an arbitrary generated in another input in the place of what the same arbitrary generated in this. */
export const splice: Mutator = (recording, { random, other, labelOf }) => {
  const placed = pickTrack(recording, random);
  const donor = pickTrack(other(), random);
  if (placed === null || donor === null || placed.track.spans.length === 0) return null;
  const to = placed.track.spans[random.below(placed.track.spans.length)]!;
  const label = labelOf(to.arbitrary);
  if (label === undefined) return null;
  const fitting: Span[] = donor.track.spans.filter((span) => labelOf(span.arbitrary) === label);
  if (fitting.length === 0) return null;
  const from = fitting[random.below(fitting.length)]!;
  return replaceValues(recording, placed, to.start, to.end - to.start, valuesOf(donor).slice(from.start, from.end));
};
