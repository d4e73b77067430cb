import { compareInputs } from '../../src/database/merge/simplerInput';
import { isMoved } from '../../src/failure/moved';
import type { FailureHistoryEntry, FailureSnapshot } from '../../src/protocol/failure';
import type { NotCollected } from '../../src/protocol/notCollected';
import type { Origin } from '../../src/protocol/origin';
import type { Stamp } from '../../src/protocol/target';
import { isExplanation, type Explanation } from '../../src/protocol/explanation';
import { isFlaky, shortRate, type Reruns } from '../../src/protocol/failureRate';
import { errorSnapshot, failureId } from '../targets/failureSnapshots';
import type { FailureWriter } from '../store/failureWriter';
import type { Confirmation, FoundFailure, SliceReport } from '../channel/messages';
import type { TargetPool } from '../targets/targetPool';
import type { TrackedFailure, TargetState } from '../targets/targetState';

export interface FailureTrackerOptions {
  readonly writer: FailureWriter;
  readonly pool: TargetPool;
  readonly addNotCollected: (entry: NotCollected) => void;
  /** Called after a failure was announced that will not become simpler in this run. */
  readonly onSettled: () => void;
}

/** A flaky failure expires when it has not failed for this many milliseconds, and in at least this many runs. */
const EXPIRY_MS = 30 * 24 * 3600 * 1000;
const EXPIRY_RUNS = 100;

const EXPECTS_FAILURE = 'The test passes although this property fails: it expects the failure.';

/**
 * Follows the failures of all targets. A failure that a slice reports is noted at once. It is saved and announced after
 * its whole test has failed with it, too.
 */
export class FailureTracker {
  /** Ids of failures that a worker has not explained yet, but will. */
  private readonly toExplain = new Set<string>();

  constructor(private readonly options: FailureTrackerOptions) {}

  /**
   * Notes a failure that a slice reports. `before`: totals of the target before the slice; `worker`: number of the
   * worker. Returns whether the failure is new.
   */
  async note(target: TargetState, found: FoundFailure, before: Stamp, worker: number): Promise<boolean> {
    const { key } = found.origin;
    const old = target.failures.get(key);
    const id = old?.snapshot.id ?? failureId(target.id, key);
    const failure: TrackedFailure = {
      snapshot: errorSnapshot(id, target.found, found, old?.snapshot, before, worker),
      choices: found.choices,
      confirmed: old?.confirmed ?? false,
      isReplayed: true,
      isExplained: old?.isExplained === true || found.explanation !== undefined,
    };
    target.failures.set(key, failure);
    if (found.isToExplain) this.toExplain.add(id);
    else if (found.state === 'minimal' && this.toExplain.delete(id) && failure.confirmed) {
      // An explanation in which only numbers have changed is not announced again.
      const isNews = found.explanation !== undefined && !isSameFinding(found.explanation, old?.snapshot.explanation);
      if (isNews) await this.save(failure, 'explained');
      else this.options.onSettled();
    }
    // A flaky failure is confirmed once. After that, reports only bring more reruns, for its rate.
    const isRate = found.state === 'flaky' && failure.confirmed && old?.snapshot.state === 'flaky';
    if (isRate) await this.options.writer.save(failure.snapshot, 'flaky', shortRate(found.reruns));
    return old === undefined;
  }

  /** Handles the replay of a saved failure: it still fails, has moved or changed, passes, or expires. */
  async replayed(target: TargetState, replay: SliceReport['replays'][number]): Promise<void> {
    const failure = target.failures.get(replay.originKey);
    if (failure === undefined || !failure.confirmed) return;
    const { writer, pool } = this.options;
    const { reruns, other } = replay;
    const known = failure.snapshot;
    const now = Date.now();
    const wasSeen = failure.isReplayed;
    failure.isReplayed = true;
    const save = (
      change: Partial<FailureSnapshot>,
      event: FailureHistoryEntry['event'],
      detail?: string,
    ): Promise<void> => {
      failure.snapshot = { ...known, ...change };
      pool.touch(target);
      return writer.save(failure.snapshot, event, detail);
    };
    if (reruns.fails > 0) {
      const isFlakyNow = known.state === 'flaky' || isFlaky(reruns);
      const all = known.state === 'flaky' ? sumOf(known.reruns, reruns) : reruns;
      if (isFlakyNow) await save({ lastSeenAt: now, reruns: all, state: 'flaky' }, 'flaky', shortRate(all));
      else if (!wasSeen) await save({ lastSeenAt: now, reruns: all }, 'failed-again');
      return;
    }
    // The input has failed before in this run, with the same code, and passes now.
    if (wasSeen && known.state !== 'flaky') {
      const all = sumOf(known.reruns, reruns);
      await save({ state: 'flaky', reruns: all }, 'flaky', shortRate(all));
      return;
    }
    const there = other === null ? undefined : target.failures.get(other.key);
    if (other !== null && isMoved(known.origin, other) && there?.confirmed !== true) {
      target.failures.delete(known.origin.key);
      target.failures.set(other.key, failure);
      // The slice may have found the failure at its new place, with a simpler input, before the replay.
      const isSimpler = there !== undefined && compareInputs(there.snapshot, known) < 0;
      if (isSimpler) failure.choices = there.choices;
      const { id, firstFound, firstSeenAt, history, foundBy, host, worker } = known;
      const old = { id, firstFound, firstSeenAt, history, foundBy, host, worker };
      const change = isSimpler ? { ...there.snapshot, ...old } : {};
      await save({ ...change, lastSeenAt: now, origin: other }, 'moved', placeText(other));
    } else if (known.state === 'flaky') {
      // A flaky failure may pass many times, so it does not count as fixed.
      const all = sumOf(known.reruns, reruns);
      const isOld = now - known.lastSeenAt > EXPIRY_MS && all.runs >= EXPIRY_RUNS;
      await save({ reruns: all, ...(isOld ? { state: 'expired' } : {}) }, isOld ? 'expired' : 'flaky', shortRate(all));
    } else if (other !== null) {
      await save({ state: 'changed' }, 'changed', other.key);
    } else if (replay.isMisaligned) {
      await save({ state: 'expired' }, 'expired', 'the property makes other inputs now');
    } else {
      await save({ state: 'fixed', fixedAt: now }, 'passed');
    }
  }

  /**
   * Handles a run of the whole test with the failing input. If the test failed, the failure is real, and is announced.
   * If not, the test expects the failure, and the failure is dropped.
   */
  async confirm(target: TargetState, confirmation: Confirmation): Promise<void> {
    const { pool } = this.options;
    const failure = target.failures.get(confirmation.originKey);
    if (failure === undefined) return;
    if (!confirmation.testFailed) {
      target.failures.delete(confirmation.originKey);
      if (target.openFailures().length > 0) return;
      pool.block(target, EXPECTS_FAILURE);
      const { file, testName } = target.found;
      this.options.addNotCollected({
        file,
        testName,
        code: 'expects-failure',
        reason: EXPECTS_FAILURE,
        result: 'passed',
      });
      return;
    }
    const wasConfirmed = failure.confirmed;
    failure.confirmed = true;
    failure.snapshot = { ...failure.snapshot, report: confirmation.report };
    await this.save(failure, wasConfirmed ? 'improved' : 'found');
    pool.touch(target);
  }

  /**
   * Announces the inputs of a target that never settled and that its whole test has not confirmed. At the end of a run
   * there may be no time left to confirm them, because they take the longest to run.
   */
  async reportTimeouts(target: TargetState): Promise<void> {
    for (const failure of target.failures.values()) {
      const { origin, message, input } = failure.snapshot;
      if (failure.confirmed || origin.errorClass !== 'timeout') continue;
      const unsure = `${message}. Its whole test was not run with it to make sure, because the run was over.`;
      failure.confirmed = true;
      failure.snapshot = {
        ...failure.snapshot,
        message: unsure,
        report: `${unsure}\n\nCounterexample: ${input}`,
        reruns: failure.snapshot.reruns ?? { runs: 0, fails: 0 },
      };
      await this.save(failure, 'found');
    }
  }

  /** Saves a confirmed failure, and announces it. */
  async save(failure: TrackedFailure, what: Announced): Promise<void> {
    await this.options.writer.save(failure.snapshot, eventOf(failure.snapshot.state, what));
    const { id, state, kind } = failure.snapshot;
    if (state === 'minimal' && this.toExplain.has(id)) return;
    if (state === 'minimal' || state === 'flaky' || kind !== 'error') this.options.onSettled();
  }
}

type Announced = 'found' | 'improved' | 'flaky' | 'explained';

function eventOf(state: FailureSnapshot['state'], what: Announced): FailureHistoryEntry['event'] {
  if (what === 'explained') return what;
  return state === 'minimal' || state === 'flaky' ? state : what;
}

function isSameFinding(a: Explanation, b: Explanation | undefined): boolean {
  const textOf = ({ free, nearest, reached }: Explanation): string =>
    JSON.stringify([free.map(({ part }) => part), nearest, reached?.places]);
  return b !== undefined && isExplanation(b) && textOf(a) === textOf(b);
}

function sumOf(known: Reruns | undefined, more: Reruns): Reruns {
  return { runs: (known?.runs ?? 0) + more.runs, fails: (known?.fails ?? 0) + more.fails };
}

function placeText({ place, errorClass }: Origin): string {
  return place === null ? errorClass : `${place.file}:${place.line}`;
}
