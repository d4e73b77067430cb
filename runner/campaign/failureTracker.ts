import { compareInputs } from '../../src/database/merge/simplerInput';
import { isMoved } from '../../src/failure/moved';
import type { FailureHistoryEntry, FailureSnapshot } from '../../src/protocol/failure';
import type { NotCollected } from '../../src/protocol/notCollected';
import type { Origin } from '../../src/protocol/origin';
import type { Stamp } from '../../src/protocol/target';
import { isExplanation, type Explanation } from '../../src/protocol/explanation';
import { isFlaky, shortRate, type Reruns } from '../../src/protocol/failureRate';
import { errorSnapshot, failureId } from '../targets/failureSnapshots';
import type { RunStore } from '../store/runStore';
import type { Confirmation, FoundFailure, SliceReport } from '../channel/messages';
import type { TargetPool } from '../targets/targetPool';
import type { FailureState, TargetState } from '../targets/targetState';

export interface FailureTrackerOptions {
  readonly store: RunStore;
  readonly pool: TargetPool;
  readonly addNotCollected: (entry: NotCollected) => void;
  /** Called when a failure was announced that will not become simpler. */
  readonly onSettled: () => void;
}

/** A flaky failure is let go when it was not seen for so long, although it was run so often. */
const EXPIRY_MS = 30 * 24 * 3600 * 1000;
const EXPIRY_RUNS = 100;

const EXPECTS_FAILURE = 'The test passes although this property fails: it expects the failure.';

/** What becomes of the failures that slices report: noted at once, saved and announced once their test failed too. */
export class FailureTracker {
  /** Ids of failures that a thread is to explain yet. */
  private readonly toExplain = new Set<string>();

  constructor(private readonly options: FailureTrackerOptions) {}

  /** Notes a failure; returns whether nobody knew it. */
  async note(target: TargetState, found: FoundFailure, before: Stamp, worker: number): Promise<boolean> {
    const { key } = found.origin;
    const old = target.failures.get(key);
    const id = old?.snapshot.id ?? failureId(target.id, key);
    const failure: FailureState = {
      snapshot: errorSnapshot(id, target.found, found, old?.snapshot, before, worker),
      choices: found.choices,
      confirmed: old?.confirmed ?? false,
      isReplayed: true,
      isExplained: old?.isExplained === true || found.explanation !== undefined,
    };
    target.failures.set(key, failure);
    if (found.isToExplain) this.toExplain.add(id);
    else if (found.state === 'minimal' && this.toExplain.delete(id) && failure.confirmed) {
      // That the next run counts other numbers is no news.
      const isNews = found.explanation !== undefined && !isSameFinding(found.explanation, old?.snapshot.explanation);
      if (isNews) await this.announce(failure, 'explained');
      else this.options.onSettled();
    }
    // No test will confirm it again: only its rate is known better.
    const isRate = found.state === 'flaky' && failure.confirmed && old?.snapshot.state === 'flaky';
    if (isRate) await this.options.store.failures.save(failure.snapshot, 'flaky', shortRate(found.reruns));
    return old === undefined;
  }

  /** Takes in what a saved failure did when it was replayed. */
  async replayed(target: TargetState, replay: SliceReport['replays'][number]): Promise<void> {
    const failure = target.failures.get(replay.originKey);
    if (failure === undefined || !failure.confirmed) return;
    const { store, pool } = this.options;
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
      return store.failures.save(failure.snapshot, event, detail);
    };
    if (reruns.fails > 0) {
      const isFlakyNow = known.state === 'flaky' || isFlaky(reruns);
      const all = known.state === 'flaky' ? sumOf(known.reruns, reruns) : reruns;
      if (isFlakyNow) await save({ lastSeenAt: now, reruns: all, state: 'flaky' }, 'flaky', shortRate(all));
      else if (!wasSeen) await save({ lastSeenAt: now, reruns: all }, 'failed-again');
      return;
    }
    // It failed in another thread of this run, so the code under test is what it was.
    if (wasSeen && known.state !== 'flaky') {
      const all = sumOf(known.reruns, reruns);
      await save({ state: 'flaky', reruns: all }, 'flaky', shortRate(all));
      return;
    }
    const there = other === null ? undefined : target.failures.get(other.key);
    if (other !== null && isMoved(known.origin, other) && there?.confirmed !== true) {
      target.failures.delete(known.origin.key);
      target.failures.set(other.key, failure);
      // It was found anew, perhaps with a simpler input, before the saved one was run.
      const isSimpler = there !== undefined && compareInputs(there.snapshot, known) < 0;
      if (isSimpler) failure.choices = there.choices;
      const { id, firstFound, firstSeenAt, history, foundBy, host, worker } = known;
      const old = { id, firstFound, firstSeenAt, history, foundBy, host, worker };
      const change = isSimpler ? { ...there.snapshot, ...old } : {};
      await save({ ...change, lastSeenAt: now, origin: other }, 'moved', placeText(other));
    } else if (known.state === 'flaky') {
      // It may pass many times. Only one that nobody has seen for long is let go.
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

  /** Only now is a failure real: its whole test failed with it. */
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
    await this.announce(failure, wasConfirmed ? 'improved' : 'found');
    pool.touch(target);
  }

  /**
   * Without the time to make sure, an input that did not settle is told as it was seen: it takes the longest to run
   * again, so it is what is left when a run ends.
   */
  async reportTimeouts(target: TargetState): Promise<void> {
    for (const failure of target.failures.values()) {
      const { origin, message, input } = failure.snapshot;
      if (failure.confirmed || origin.errorClass !== 'timeout') continue;
      const unsure = `${message}. It was not shown to its test to make sure, because the run was over.`;
      failure.confirmed = true;
      failure.snapshot = {
        ...failure.snapshot,
        message: unsure,
        report: `${unsure}\n\nCounterexample: ${input}`,
        reruns: failure.snapshot.reruns ?? { runs: 0, fails: 0 },
      };
      await this.announce(failure, 'found');
    }
  }

  /** Saves a confirmed failure, and tells the world. */
  async announce(failure: FailureState, what: Announced): Promise<void> {
    await this.options.store.failures.save(failure.snapshot, eventOf(failure.snapshot.state, what));
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
