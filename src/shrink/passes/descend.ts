import type { Attempts } from '../attempts/attempts';
import type { Steps } from '../attempts/steps';
import { isBelow } from '../attempts/spanTree';

/** At most this many descendants are tried in the place of one span. */
const MAX_DESCENDANTS = 24;

/** Replaces a span by a smaller span inside of it that the same arbitrary generated: a tree by one of its subtrees. */
export function* descend(attempts: Attempts): Steps<void> {
  for (const path of attempts.paths()) {
    for (let place = 0; place < attempts.track(path).spans.length;) {
      if (!(yield* replaceByDescendant(attempts, path, place))) place += 1;
    }
  }
}

function* replaceByDescendant(attempts: Attempts, path: readonly number[], place: number): Steps<boolean> {
  const track = attempts.track(path);
  const span = track.spans[place]!;
  let tried = 0;
  for (let below = place + 1; below < track.spans.length && tried < MAX_DESCENDANTS; below += 1) {
    const part = track.spans[below]!;
    if (part.start >= span.end) break;
    const isSmaller = part.end - part.start < span.end - span.start;
    if (part.arbitrary !== span.arbitrary || !isSmaller || !isBelow(track, below, place)) continue;
    tried += 1;
    const values = track.nodes.slice(part.start, part.end).map((node) => node.value);
    if (yield* attempts.attemptSplice(path, span.start, span.end, values)) return true;
  }
  return false;
}
