import type { Track } from '../../property/recording';
import type { Attempts } from '../attempts/attempts';
import type { Steps } from '../attempts/steps';
import { listsOf } from '../attempts/spanTree';
import { isInRange } from '../attempts/values';

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
        while (isPromising(attempts.track(path), start, start + size)) {
          if (!(yield* attempts.attemptSplice(path, start, start + size, []))) break;
        }
      }
    }
  }
}

/**
 * Not if the choice that moves up means something else than the first of those deleted. Not if they are items of a
 * list, which go with their share of its length.
 */
function isPromising(track: Track, start: number, end: number): boolean {
  const { nodes } = track;
  if (end > nodes.length) return false;
  const [first, next] = [nodes[start]!, nodes[end]];
  if (next !== undefined) {
    const isOfSameKind = first.role === next.role && typeof first.value === typeof next.value;
    if (!isOfSameKind || !isInRange(first, next.value)) return false;
  }
  return !listsOf(track).some(
    ({ items }) => items.some((item) => item.start === start) && items.some((item) => item.end === end),
  );
}
