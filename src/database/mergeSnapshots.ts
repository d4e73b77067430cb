import type { FailureSnapshot } from '../protocol/events';
import { isOpen } from '../protocol/failureStates';
import { withHistory } from './failureRecords';

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
  const { foundBy, host, worker, firstFound, firstSeenAt } = first;
  const merged = {
    ...better,
    ...closing(a, b, better, lastSeenAt),
    foundBy,
    host,
    firstFound,
    firstSeenAt,
    lastSeenAt,
  };
  if (worker === undefined) delete merged.worker;
  else merged.worker = worker;
  return withHistory(merged, [...(a.history ?? []), ...(b.history ?? [])]);
}

type Mutable<T> = { -readonly [Key in keyof T]: T[Key] };
type Closing = Pick<FailureSnapshot, 'state' | 'fixedAt'> & Partial<Mutable<Pick<FailureSnapshot, 'worker'>>>;

function closing(a: FailureSnapshot, b: FailureSnapshot, better: FailureSnapshot, lastSeenAt: number): Closing {
  const passes = [a, b].map(({ fixedAt }) => fixedAt).filter((at) => at !== null && at > lastSeenAt);
  if (passes.length > 0) return { state: 'fixed', fixedAt: Math.max(...(passes as number[])) };
  // These have no time of their own: they happened after it was last seen by who says so.
  const closed = [a, b]
    .filter((side) => side.lastSeenAt === lastSeenAt && (side.state === 'changed' || side.state === 'expired'))
    .map(({ state }) => state)
    .sort();
  if (closed[0] !== undefined) return { state: closed[0], fixedAt: null };
  return { state: isOpen(better.state) ? better.state : 'found', fixedAt: null };
}

/** Negative when `a` is the better one. Total, so that the outcome does not depend on the order. */
function compare(a: FailureSnapshot, b: FailureSnapshot): number {
  return (
    Number(a.state === 'flaky') - Number(b.state === 'flaky') ||
    a.choices - b.choices ||
    a.blob.length - b.blob.length ||
    compareText(a.blob, b.blob) ||
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
