import type { FailureSnapshot } from '../../protocol/failure';
import { isOpen } from '../../protocol/failureStates';
import { compareInputs } from './simplerInput';

/*
 * How knowledge of one failure from several processes becomes one. Applying an event twice changes nothing,
 * and a late one neither unfixes a failure that passed since, nor fixes one that failed since. A failure
 * counts as fixed when a replay passed after it was last seen; a flaky one never does, as passing is what it does.
 */

/** Both tell of the same failure: the simpler input wins, the times span both. */
export function mergeFound(known: FailureSnapshot, found: FailureSnapshot): FailureSnapshot {
  const simpler = compareInputs(found, known) < 0 ? found : known;
  const { firstFound, foundBy, host, firstSeenAt } = found.firstSeenAt < known.firstSeenAt ? found : known;
  const { fixedAt, lastSeenAt, history } = known;
  return mergeFailedAgain(
    { ...simpler, firstFound, foundBy, host, firstSeenAt, fixedAt, lastSeenAt, history },
    found.lastSeenAt,
  );
}

/** It failed at `at`. */
export function mergeFailedAgain(known: FailureSnapshot, at: number): FailureSnapshot {
  const lastSeenAt = Math.max(known.lastSeenAt, at);
  if (known.fixedAt !== null && known.fixedAt > lastSeenAt) return { ...known, lastSeenAt, state: 'fixed' };
  // A failure that comes back is as simple as it was, but nobody has looked whether it can be simpler now.
  return { ...known, lastSeenAt, state: isOpen(known.state) ? known.state : 'found', fixedAt: null };
}

/** Its replay passed at `at`. */
export function mergePassed(known: FailureSnapshot, at: number): FailureSnapshot {
  if (at <= known.lastSeenAt || known.state === 'flaky' || !isOpen(known.state)) return known;
  return { ...known, state: 'fixed', fixedAt: Math.min(known.fixedAt ?? at, at) };
}
