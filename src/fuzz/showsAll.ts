import { firstFrom } from '../coverage/scan/hits';
import type { Observation } from './attempt';

/** Whether an attempt showed all of some features. */
export function showsAll({ features, featureCount }: Observation, wanted: Iterable<number>): boolean {
  for (const feature of wanted) {
    const at = firstFrom(features, featureCount, feature);
    if (at === featureCount || features[at] !== feature) return false;
  }
  return true;
}
