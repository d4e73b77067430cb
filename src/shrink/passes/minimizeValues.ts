import type { Attempts } from '../attempts/attempts';
import { minimize } from '../attempts/minimize';
import type { Steps } from '../attempts/steps';
import { isSimplest } from '../attempts/values';

/** Makes each choice as simple as possible while the other choices stay as they are. */
export function* minimizeValues(attempts: Attempts): Steps<void> {
  for (const path of attempts.paths()) {
    for (let index = 0; index < attempts.track(path).nodes.length; index += 1) {
      const node = attempts.track(path).nodes[index]!;
      if (isSimplest(node)) continue;
      yield* minimize(node, function* (value) {
        if (index >= attempts.track(path).nodes.length) return false;
        return yield* attempts.attemptSplice(path, index, index + 1, [value]);
      });
    }
  }
}
