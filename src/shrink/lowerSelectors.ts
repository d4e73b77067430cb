import type { ChoiceValue } from '../choice/choices';
import type { ChoiceNode, Track } from '../property/recording';
import type { Attempts } from './attempts';
import type { Steps } from './shrinker';
import { isSimplest, simplestIn } from './values';

/** Branches tried, from the simplest on. */
const MAX_BRANCHES = 6;
/** How many of the choices of the old branch the new one keeps. */
const KEPT = [0, 1, 2, 3];

/** Takes an earlier branch of `oneof`, which may need fewer choices than the present one. */
export function* lowerSelectors(attempts: Attempts): Steps<void> {
  for (const path of attempts.paths()) {
    for (let index = attempts.track(path).nodes.length - 1; index >= 0; index -= 1) {
      const node = attempts.track(path).nodes[index];
      if (node === undefined || isSimplest(node) || (node.role !== 'selector' && node.role !== 'index')) continue;
      yield* lowerOne(attempts, path, index);
    }
  }
}

function* lowerOne(attempts: Attempts, path: readonly number[], index: number): Steps<void> {
  const track = attempts.track(path);
  const rest = endOf(track, index) - index - 1;
  const after = attempts.values(path).slice(index + 1);
  for (const branch of branchesBelow(track.nodes[index]!)) {
    for (const kept of [...KEPT.filter((count) => count < rest), rest]) {
      const values = [branch, ...after.slice(0, kept)];
      if (yield* attempts.attemptSplice(path, index, index + 1 + rest, values)) return;
    }
  }
}

function branchesBelow(node: ChoiceNode): ChoiceValue[] {
  const simplest = Number(simplestIn(node));
  const count = Math.min(MAX_BRANCHES, Math.abs(Number(node.value) - simplest));
  // Weights below zero only stand for the first branch, and so does zero.
  return Array.from({ length: count }, (_, step) => simplest + step).filter((value) => value <= Number(node.max));
}

/** End of the innermost span that begins with the choice: what the branch drew. */
function endOf(track: Track, index: number): number {
  const spans = track.spans.filter((span) => span.start === index && span.end > index);
  return spans.at(-1)?.end ?? index + 1;
}
