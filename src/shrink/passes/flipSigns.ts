import type { ChoiceValue } from '../../choice/choices';
import type { Attempts } from '../attempts/attempts';
import type { Steps } from '../attempts/steps';
import { isInRange, mirrored } from '../attempts/values';

/** Makes all negative values positive at once, for failures that need values with the same sign. */
export function* flipSigns(attempts: Attempts): Steps<void> {
  for (const path of attempts.paths()) {
    const { nodes } = attempts.track(path);
    const isNegative = nodes.map((node) => node.role === 'value' && node.value < 0 && isInRange(node, mirrored(node)));
    if (isNegative.filter(Boolean).length < 2) continue;
    const values = nodes.map((node, index): ChoiceValue => (isNegative[index]! ? mirrored(node) : node.value));
    yield* attempts.attemptTrack(path, values);
  }
}
