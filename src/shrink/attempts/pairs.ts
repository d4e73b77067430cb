import type { Track } from '../../property/recording';
import type { Attempts, Place } from './attempts';
import { isForced } from './values';

/** How far apart the two choices of a pair may be, counted in free choices. */
const MAX_APART = 8;

/**
 * Pairs of free numbers that are near each other, in order; a pair may be in two tracks. The list is not updated: some
 * of its places may not exist later. Characters of texts are left out, because their sums and differences mean nothing.
 */
export function* nearbyPairs(attempts: Attempts): Generator<readonly [Place, Place], void, void> {
  const inTexts = new Set(
    attempts.paths().flatMap((path) => charactersOf(attempts.track(path)).map((at) => `${path} ${at}`)),
  );
  const free = attempts
    .places()
    .filter(({ node, path, index }) => !isForced(node) && node.role === 'value' && !inTexts.has(`${path} ${index}`));
  for (let first = 0; first < free.length; first += 1) {
    for (let second = first + 1; second < free.length && second <= first + MAX_APART; second += 1) {
      yield [free[first]!, free[second]!];
    }
  }
}

/** Indexes of the choices that make a text on their own: the only choice of a span whose value is a string. */
function charactersOf({ spans }: Track): number[] {
  return spans
    .filter(({ value, start, end }) => typeof value === 'string' && end === start + 1)
    .map(({ start }) => start);
}

/** The places with the choices that are there now; null if one of them is no longer a free number. */
export function refresh(attempts: Attempts, places: readonly [Place, Place]): readonly [Place, Place] | null {
  const [first, second] = places.map((place) => ({ ...place, node: attempts.nodeAt(place) }));
  if (first?.node == null || second?.node == null || isForced(first.node) || isForced(second.node)) return null;
  return [
    { ...places[0], node: first.node },
    { ...places[1], node: second.node },
  ];
}
