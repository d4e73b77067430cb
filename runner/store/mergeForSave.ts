import { mergeFailedAgain, mergeFound, mergePassed, type FailureHistoryEntry } from '../../src/database';
import { isOutdated, mayClose } from '../../src/database/merge/codeHistory';
import type { CodeTag, FailureSnapshot } from '../../src/protocol/failure';
import { isOpen } from '../../src/protocol/failureStates';

/**
 * Merges `failure`, to which something happened in this run, with `known`: the same failure in the database. Returns
 * what to write: `known` as it is when the code of this run must not decide about the failure (see codeHistory.ts).
 */
export async function mergeForSave(
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

/** This run decides, unless another process has saved something newer or simpler in the meantime. */
function mergeWithKnown(
  known: FailureSnapshot | undefined,
  failure: FailureSnapshot,
  event: FailureHistoryEntry['event'],
  at: number,
): FailureSnapshot {
  if (known === undefined) return failure;
  // The input that is saved now is another one than this run replayed. It is simpler, and fails each time.
  const isBetter = isOpen(known.state) && known.state !== 'flaky' && known.choices < failure.choices;
  if (isBetter && (event === 'passed' || event === 'changed' || event === 'expired' || event === 'flaky')) return known;
  if (event === 'passed') return mergePassed(known, at);
  // Only a replay finds this out, and this run has just done one.
  if (event === 'moved' || event === 'changed' || event === 'expired' || event === 'flaky') {
    return { ...failure, firstSeenAt: known.firstSeenAt, history: known.history };
  }
  if (event === 'failed-again') return mergeFailedAgain(known, at);
  const merged = mergeFound(known, failure);
  // If the inputs are equal, the failure of this run has the report, the state and the time at which it became minimal.
  return merged.blob === failure.blob
    ? { ...failure, firstSeenAt: merged.firstSeenAt, fixedAt: null, history: known.history }
    : merged;
}
