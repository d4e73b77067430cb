import { withValues } from '../property/recording';
import { pickTrack, valuesOf, type Mutator } from './mutator';

/** Keeps the choices up to a point and draws the rest anew. */
export const changeTail: Mutator = (recording, { random }) => {
  const placed = pickTrack(recording, random);
  if (placed === null) return null;
  const values = valuesOf(placed).slice(0, random.below(placed.track.nodes.length));
  return withValues(recording.choices, placed.path, values);
};
