import type { FailureSnapshot } from '../../protocol/failure';
import { isOpen } from '../../protocol/failureStates';
import { withHistory } from '../records/failureRecords';
import { compareInputs } from './simplerInput';

/**
 * What two databases know of one failure, as one. It does not matter which is given first, nor how often and in which
 * order several are put together. The better input wins: one that fails each time before one that is flaky, then the
 * simpler one. Times span both, histories are united. Whether it is open is decided by what happened last: seen failing
 * after it was closed, it is open; closed after it was last seen, it is closed.
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
  // These have no time of their own: they happened after it was last seen by who says so.
  const closed = [a, b]
    .filter((side) => side.lastSeenAt === lastSeenAt && (side.state === 'changed' || side.state === 'expired'))
    .sort((one, other) => compareText(one.state, other.state) || compare(one, other));
  if (closed[0] !== undefined) return { state: closed[0].state, fixedAt: null, closedWith: closed[0].closedWith };
  return { state: isOpen(better.state) ? better.state : 'found', fixedAt: null, closedWith: undefined };
}

/** Negative when `a` is the better one. Total, so that the outcome does not depend on the order. */
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

/** What is most known of it first; what is closed says least of the input. */
const OPEN_STATES: readonly string[] = ['minimal', 'flaky', 'shrinking', 'found', 'fixed', 'changed', 'expired'];

/** Without what is merged in its own way. */
function textOf(failure: FailureSnapshot): string {
  const fields = Object.entries(failure).filter(([name]) => name !== 'history');
  return JSON.stringify(fields.sort(([one], [other]) => compareText(one, other)));
}

function compareText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
