import type { Track } from '../../property/recording';
import type { Attempts } from '../attempts/attempts';
import type { Steps } from '../attempts/steps';
import { listsOf } from '../attempts/spanTree';
import { isInRange } from '../attempts/values';

/** Numbers of neighboring choices to delete, largest first. */
const BLOCKS = [16, 8, 4, 3, 2, 1];

/**
 * Deletes neighboring choices whatever they mean; the choices after them move up. It begins at the end, where the
 * fewest choices follow. It removes what spans do not show: draws that a filter rejected, branches that end a
 * recursion.
 */
export function* deleteBlocks(attempts: Attempts): Steps<void> {
  for (const path of attempts.paths()) {
    for (const size of BLOCKS) {
      for (let start = attempts.track(path).nodes.length - size; start >= 0; start -= 1) {
        // Deletes again at the same place, to remove a long run of useless choices.
        while (isPromising(attempts.track(path), start, start + size)) {
          if (!(yield* attempts.attemptSplice(path, start, start + size, []))) break;
        }
      }
    }
  }
}

/**
 * Whether a block is worth deleting. It is not if the choice that moves up is of another kind than the first deleted
 * choice. And it is not if the block consists of whole items of a list: `deleteItems` removes those, and lowers the
 * length of the list too.
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
