import type { FailureSnapshot } from '../../protocol/failure';
import { isOpen } from '../../protocol/failureStates';
import { compareInputs } from './simplerInput';

/*
 * Merges the reports of several processes about one failure. Applying an event twice changes nothing. A late event does
 * not reopen a failure that passed after the event, and does not close a failure that failed after the event. A failure
 * counts as fixed when a replay passed after it was last seen. A flaky failure never counts as fixed, because it
 * sometimes passes anyway.
 */

/** Two reports of the same failure: the simpler input wins, and the times span both. */
export function mergeFound(known: FailureSnapshot, found: FailureSnapshot): FailureSnapshot {
  const simpler = compareInputs(found, known) < 0 ? found : known;
  const { firstFound, foundBy, host, firstSeenAt } = found.firstSeenAt < known.firstSeenAt ? found : known;
  const { fixedAt, lastSeenAt, history } = known;
  return mergeFailedAgain(
    { ...simpler, firstFound, foundBy, host, firstSeenAt, fixedAt, lastSeenAt, history },
    found.lastSeenAt,
  );
}

/** The failure was seen again at `at`. */
export function mergeFailedAgain(known: FailureSnapshot, at: number): FailureSnapshot {
  const lastSeenAt = Math.max(known.lastSeenAt, at);
  if (known.fixedAt !== null && known.fixedAt > lastSeenAt) return { ...known, lastSeenAt, state: 'fixed' };
  // A failure that comes back has the same input, but nothing has shown yet that this input is still minimal.
  return { ...known, lastSeenAt, state: isOpen(known.state) ? known.state : 'found', fixedAt: null };
}

/** A replay of the failure passed at `at`. */
export function mergePassed(known: FailureSnapshot, at: number): FailureSnapshot {
  if (at <= known.lastSeenAt || known.state === 'flaky' || !isOpen(known.state)) return known;
  return { ...known, state: 'fixed', fixedAt: Math.min(known.fixedAt ?? at, at) };
}
