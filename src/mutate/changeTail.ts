import { replace } from './edit';
import { pick, type Mutator } from './mutator';

/** Keeps the choices up to a point and draws the rest anew. */
export const changeTail: Mutator = ({ tracks, nodes }, { random }) => {
  if (nodes.length === 0) return null;
  const { track, at } = pick(nodes, random);
  return replace(track, at, tracks[track]!.track.nodes.length - at, []);
};
