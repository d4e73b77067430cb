import type { ChoiceValue } from '../../choice/choices';
import { longText } from '../../property/longText';
import type { ChoiceNode, Span, Track } from '../../property/recording';
import { trackAt, type Attempts } from '../attempts/attempts';
import type { Steps } from '../attempts/steps';
import { isForced, simplestIn } from '../attempts/values';

/** At most this many branches are tried, from the simplest on. */
const MAX_BRANCHES = 8;
/** The new branch keeps this many of the first, or of the last, choices of the old branch. */
const KEPT = [0, 1, 2, 3];

/**
 * Takes another branch of `oneof`: an earlier one, or one that needs fewer choices. The choices of the old branch may
 * serve the new one if both begin, or end, with a part of the same kind. If the new branch needs no more choices than
 * the old one, its largest values are tried too, because later passes can lower them. If it is a text, a long text is
 * tried.
 */
export function* lowerSelectors(attempts: Attempts): Steps<void> {
  for (const path of attempts.paths()) {
    for (let index = attempts.track(path).nodes.length - 1; index >= 0; index -= 1) {
      const node = attempts.track(path).nodes[index];
      if (node === undefined || isForced(node)) continue;
      if (node.role === 'selector' || node.role === 'index') yield* changeBranch(attempts, path, index);
    }
  }
}

function* changeBranch(attempts: Attempts, path: readonly number[], index: number): Steps<void> {
  const track = attempts.track(path);
  const node = track.nodes[index]!;
  const span = spanAt(track, index);
  const old = attempts.values(path).slice(index + 1, span?.end ?? index + 1);
  const end = index + 1 + old.length;
  for (const branch of branchesOf(node, span)) {
    for (const kept of keptParts(old)) {
      const { evaluations } = attempts;
      if (yield* attempts.attemptSplice(path, index, end, [branch, ...kept])) return;
      if (kept.length > 0 || attempts.evaluations === evaluations) continue;
      const largest = largestOf(trackAt(attempts.latest, path), index);
      if (largest.length > old.length) continue;
      if (yield* attempts.attemptSplice(path, index, end, [branch, ...largest])) return;
    }
    const text = span === null ? null : longText(span.arbitrary, branch);
    if (text !== null && (yield* attempts.attemptPart(path, index, end, text))) return;
  }
}

/** The choices of the branch after `index`, with the largest value of its range for each choice that is a value. */
function largestOf(track: Track, index: number): ChoiceValue[] {
  const nodes = track.nodes.slice(index + 1, spanAt(track, index)?.end ?? index + 1);
  return nodes.map(({ role, max, value }) => (role === 'value' ? max : value));
}

/** The parts of the choices of the old branch that may be kept: the shortest first, all of them last. */
function keptParts(old: readonly ChoiceValue[]): (readonly ChoiceValue[])[] {
  const parts = KEPT.filter((count) => count < old.length).flatMap((count) =>
    count === 0 ? [[]] : [old.slice(0, count), old.slice(-count)],
  );
  return [...parts, old];
}

/** One value of the selector for each branch except the present one. */
function branchesOf(node: ChoiceNode, span: Span | null): ChoiceValue[] {
  const simplest = Number(simplestIn(node));
  const oneOf: { cumulatedWeights?: unknown } | undefined = span?.arbitrary;
  const weights = oneOf?.cumulatedWeights;
  // A branch of `oneof` begins where the weights of the branches before it end. A constant has one value.
  const starts = Array.isArray(weights)
    ? [simplest, ...weights.slice(0, -1).map(Number)]
    : Array.from({ length: MAX_BRANCHES }, (_, step) => simplest + step);
  return starts.slice(0, MAX_BRANCHES).filter((start) => start !== node.value && start <= Number(node.max));
}

/** The innermost span that begins with the choice: the span of the `oneof` that drew it. */
function spanAt(track: Track, index: number): Span | null {
  return track.spans.findLast((span) => span.start === index && span.end > index) ?? null;
}
