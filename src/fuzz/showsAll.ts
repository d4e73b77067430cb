import type { Observation } from './attempt';

/** Whether an attempt showed all of some features. */
export function showsAll({ features, featureCount }: Observation, wanted: Iterable<number>): boolean {
  for (const feature of wanted) if (!includes(features, featureCount, feature)) return false;
  return true;
}

/** Whether `feature` is among the first `count`, which rise. */
function includes(features: Uint32Array, count: number, feature: number): boolean {
  let low = 0;
  let high = count;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (features[middle]! < feature) low = middle + 1;
    else high = middle;
  }
  return low < count && features[low] === feature;
}
