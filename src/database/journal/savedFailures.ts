import type { FailureSnapshot } from '../../protocol/failure';
import { readJournal } from './journal';
import { foundFailure, type JournalEvent } from './journalEvent';
import { readReplayFile, type ReplayContents, type SavedFailure } from './replayFile';

/** The saved failures of a test file that are not fixed, from its replay file and its journal. Never throws. */
export function readSavedFailures(directory: string, testFile: string): ReplayContents {
  // The journal is read first: if another process applies an event in between, the replay file has it.
  const journal = readJournal(directory, testFile);
  const replay = readReplayFile(directory, testFile);
  return {
    failures: applyJournal(
      replay.failures,
      journal.entries.map((entry) => entry.event),
    ),
    warning: replay.warning ?? journal.warning,
  };
}

/**
 * The failures that remain to be replayed after `events`, which are oldest first. The rules are those of
 * mergeFailure.ts; applying an event twice changes nothing.
 */
function applyJournal(failures: readonly SavedFailure[], events: readonly JournalEvent[]): SavedFailure[] {
  const saved = new Map(failures.map((failure) => [failure.id, failure]));
  const passedAt = new Map<string, number>();
  for (const event of events) {
    const id = event.type === 'found' ? event.failure.id : event.failureId;
    const known = saved.get(id);
    if (event.type === 'passed') {
      passedAt.set(id, Math.max(passedAt.get(id) ?? 0, event.at));
    } else if (known !== undefined) {
      saved.set(id, { ...known, lastSeenAt: Math.max(known.lastSeenAt, event.at) });
    } else if (event.type === 'found') {
      saved.set(id, toSavedFailure(foundFailure(event)));
    }
  }
  return [...saved.values()].filter((failure) => (passedAt.get(failure.id) ?? 0) <= failure.lastSeenAt);
}

/** The part of a failure that an ordinary run needs. */
export function toSavedFailure(failure: FailureSnapshot): SavedFailure {
  const { id, targetId, testName, blob, origin, shape, errorName, message, input } = failure;
  const { firstSeenAt, lastSeenAt, foundBy, host } = failure;
  const { explanation } = failure;
  // A target id ends with ` :: <ordinal>`.
  const ordinal = Number(targetId.slice(targetId.lastIndexOf(' ') + 1)) || 0;
  return {
    id,
    targetId,
    testName,
    ordinal,
    blob,
    originKey: origin.key,
    shape,
    errorName,
    message,
    input,
    firstSeenAt,
    lastSeenAt,
    foundBy,
    host,
    ...(explanation === undefined ? {} : { explanation }),
  };
}
