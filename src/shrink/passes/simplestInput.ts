import { NO_CHOICES } from '../../choice/choices';
import type { Attempts } from '../attempts/attempts';
import type { Steps } from '../attempts/steps';
import { simplestIn } from '../attempts/values';

/** Tries the simplest input of all, then the simplest values in the present structure. */
export function* simplestInput(attempts: Attempts): Steps<void> {
  if (yield* attempts.attempt(NO_CHOICES)) return;
  for (const path of attempts.paths()) {
    const { nodes } = attempts.track(path);
    const simplest = nodes.map((node) =>
      node.role === 'value' || node.role === 'coin' ? simplestIn(node) : node.value,
    );
    yield* attempts.attemptTrack(path, simplest);
  }
}
