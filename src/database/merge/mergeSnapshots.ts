import type { FailureSnapshot } from '../../protocol/failure';
import { isOpen } from '../../protocol/failureStates';
import { withHistory } from '../records/failureRecords';
import { compareInputs } from './simplerInput';

/**
 * Merges the snapshots of one failure from two databases. The result does not depend on the order, and merging again
 * changes nothing. The better input wins: an input that always fails is better than a flaky one; if both are of the
 * same kind, the simpler one is better. Times span both snapshots, and histories are united. The last event decides the
 * state: a failure that was seen after it was closed is open; a failure that was closed after it was last seen is
 * closed.
 */
export function mergeSnapshots(a: FailureSnapshot, b: FailureSnapshot): FailureSnapshot {
  const better = compare(a, b) <= 0 ? a : b;
  const first = compareFirst(a, b) <= 0 ? a : b;
  const lastSeenAt = Math.max(a.lastSeenAt, b.lastSeenAt);
  const last = a.lastSeenAt === b.lastSeenAt ? better : a.lastSeenAt > b.lastSeenAt ? a : b;
  const { foundBy, host, worker, firstFound, firstSeenAt } = first;
  const merged: FailureSnapshot = {
    ...better,
    ...closing(a, b, better, lastSeenAt),
    foundBy,
    host,
    worker,
    firstFound,
    firstSeenAt,
    lastSeenAt,
    seenWith: last.seenWith,
  };
  return withHistory(merged, [...(a.history ?? []), ...(b.history ?? [])]);
}

type Closing = Pick<FailureSnapshot, 'state' | 'fixedAt' | 'closedWith'>;

function closing(a: FailureSnapshot, b: FailureSnapshot, better: FailureSnapshot, lastSeenAt: number): Closing {
  const passed = [a, b]
    .filter(({ fixedAt }) => fixedAt !== null && fixedAt > lastSeenAt)
    .sort((one, other) => other.fixedAt! - one.fixedAt! || compare(one, other));
  if (passed[0] !== undefined) return { state: 'fixed', fixedAt: passed[0].fixedAt, closedWith: passed[0].closedWith };
  // These states have no time: the process that set such a state did this after it last saw the failure.
  const closed = [a, b]
    .filter((side) => side.lastSeenAt === lastSeenAt && (side.state === 'changed' || side.state === 'expired'))
    .sort((one, other) => compareText(one.state, other.state) || compare(one, other));
  if (closed[0] !== undefined) return { state: closed[0].state, fixedAt: null, closedWith: closed[0].closedWith };
  return { state: isOpen(better.state) ? better.state : 'found', fixedAt: null, closedWith: undefined };
}

/** Negative when `a` is the better one. A total order, so that the result does not depend on the order of arguments. */
function compare(a: FailureSnapshot, b: FailureSnapshot): number {
  return (
    Number(a.state === 'flaky') - Number(b.state === 'flaky') ||
    compareInputs(a, b) ||
    b.lastSeenAt - a.lastSeenAt ||
    OPEN_STATES.indexOf(a.state) - OPEN_STATES.indexOf(b.state) ||
    compareText(textOf(a), textOf(b))
  );
}

function compareFirst(a: FailureSnapshot, b: FailureSnapshot): number {
  return a.firstSeenAt - b.firstSeenAt || compare(a, b);
}

/** From the state with the most knowledge of the input to the one with the least; closed states come last. */
const OPEN_STATES: readonly string[] = ['minimal', 'flaky', 'shrinking', 'found', 'fixed', 'changed', 'expired'];

/** All fields as text, without the history, which is merged separately. */
function textOf(failure: FailureSnapshot): string {
  const fields = Object.entries(failure).filter(([name]) => name !== 'history');
  return JSON.stringify(fields.sort(([one], [other]) => compareText(one, other)));
}

function compareText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
