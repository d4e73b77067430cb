import type { Attempts } from './attempts';
import type { Steps } from './shrinker';

/** Numbers of neighboring choices to delete, largest first. */
const BLOCKS = [16, 8, 4, 3, 2, 1];

/**
 * Deletes neighboring choices without regard to their meaning; what follows moves up. From the end, where what
 * follows is least. It finds what a structure hides: draws that a filter rejected, branches that end a recursion.
 */
export function* deleteBlocks(attempts: Attempts): Steps<void> {
  for (const path of attempts.paths()) {
    for (const size of BLOCKS) {
      for (let start = attempts.track(path).nodes.length - size; start >= 0; start -= 1) {
        // Deleting once more at the same place is how a long run of useless choices goes.
        while (start + size <= attempts.track(path).nodes.length) {
          if (!(yield* attempts.attemptSplice(path, start, start + size, []))) break;
        }
      }
    }
  }
}
