import { mergeFailedAgain, mergeFound, mergePassed, type FailureHistoryEntry } from '../../src/database';
import { isOutdated, mayClose } from '../../src/database/merge/codeHistory';
import type { CodeTag, FailureSnapshot } from '../../src/protocol/failure';
import { isOpen } from '../../src/protocol/failureStates';

/**
 * What a run writes of a failure to which something happened, and of which the database knows `known`. Code that knows
 * nothing of a failure does not decide about it: see codeHistory.ts.
 */
export async function failureToSave(
  known: FailureSnapshot | undefined,
  failure: FailureSnapshot,
  { event, at }: FailureHistoryEntry,
  { code, rootDir }: { readonly code: CodeTag; readonly rootDir: string },
): Promise<FailureSnapshot> {
  const isClosing = !isOpen(failure.state);
  if (known !== undefined) {
    if (isClosing && !(await mayClose(rootDir, code, known))) return known;
    if (!isClosing && !isOpen(known.state) && (await isOutdated(rootDir, code, known))) return known;
  }
  const merged = mergeWithKnown(known, failure, event, at);
  if (!isOpen(merged.state)) return isClosing ? { ...merged, closedWith: code } : merged;
  const isSeen = known?.seenWith === undefined || merged.lastSeenAt > known.lastSeenAt;
  return { ...merged, closedWith: undefined, seenWith: isSeen ? code : known.seenWith };
}

/** What to write: what this run knows, unless another process knows better (an ordinary run saw it pass since). */
function mergeWithKnown(
  known: FailureSnapshot | undefined,
  failure: FailureSnapshot,
  event: FailureHistoryEntry['event'],
  at: number,
): FailureSnapshot {
  if (known === undefined) return failure;
  // What was tried is not the input that others have found since, a simpler one that fails each time.
  const isBetter = isOpen(known.state) && known.state !== 'flaky' && known.choices < failure.choices;
  if (isBetter && (event === 'passed' || event === 'changed' || event === 'expired' || event === 'flaky')) return known;
  if (event === 'passed') return mergePassed(known, at);
  // What a replay found out is not found out by others.
  if (event === 'moved' || event === 'changed' || event === 'expired' || event === 'flaky') {
    return { ...failure, firstSeenAt: known.firstSeenAt, history: known.history };
  }
  if (event === 'failed-again') return mergeFailedAgain(known, at);
  const merged = mergeFound(known, failure);
  // Of two inputs as simple, ours has what this run found out: report, state, times of becoming minimal.
  return merged.blob === failure.blob
    ? { ...failure, firstSeenAt: merged.firstSeenAt, fixedAt: null, history: known.history }
    : merged;
}
