import type { ChoiceValue } from '../../choice/choices';
import type { Role } from '../../property/recording';
import type { Attempts, Place } from '../attempts/attempts';
import { minimize } from '../attempts/minimize';
import type { Steps } from '../attempts/steps';
import { isSimplest } from '../attempts/values';

/** Roles of choices that may be equal for a reason. Lengths and selectors of branches are equal by chance. */
const REPEATED: ReadonlySet<Role> = new Set(['value', 'index']);

/** Makes choices of the same value simpler together, for failures that need equal values. */
export function* minimizeEqual(attempts: Attempts): Steps<void> {
  const groups = new Map<ChoiceValue, Place[]>();
  for (const place of attempts.places()) {
    if (isSimplest(place.node) || !REPEATED.has(place.node.role)) continue;
    groups.set(place.node.value, [...(groups.get(place.node.value) ?? []), place]);
  }
  for (const group of groups.values()) {
    if (group.length < 2) continue;
    yield* minimize(group[0]!.node, function* (value) {
      if (group.some((place) => attempts.nodeAt(place) === null)) return false;
      return yield* attempts.attemptValues(group.map((place) => [place, value]));
    });
  }
}
