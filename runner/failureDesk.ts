import type { NotCollected, Stamp } from '../src/protocol/events';
import { errorSnapshot } from './failureSnapshots';
import type { Ledger } from './ledger';
import type { Confirmation, FoundFailure, SliceReport } from './messages';
import type { TargetPool } from './targetPool';
import type { FailureState, TargetState } from './targetState';

export interface FailureDeskOptions {
  readonly ledger: Ledger;
  readonly pool: TargetPool;
  readonly addNotCollected: (entry: NotCollected) => void;
  /** Called when a failure was announced that will not become simpler. */
  readonly onSettled: () => void;
}

const EXPECTS_FAILURE = 'The test passes although this property fails: it expects the failure.';

/** What becomes of the failures that slices report: noted at once, saved and announced once their test failed too. */
export class FailureDesk {
  constructor(private readonly options: FailureDeskOptions) {}

  /** Notes a failure; returns whether nobody knew it. */
  note(target: TargetState, found: FoundFailure, before: Stamp): boolean {
    const { key } = found.origin;
    const old = target.failures.get(key);
    const id = this.options.ledger.failureId(target.id, key);
    target.failures.set(key, {
      snapshot: errorSnapshot(id, target.found, found, old?.snapshot, before),
      choices: found.choices,
      confirmed: old?.confirmed ?? false,
      isReplayed: true,
    });
    return old === undefined;
  }

  /** Takes in what a saved failure did when it was replayed. */
  async replayed(target: TargetState, { originKey, failed }: SliceReport['replays'][number]): Promise<void> {
    const failure = target.failures.get(originKey);
    if (failure === undefined) return;
    failure.snapshot = failed
      ? { ...failure.snapshot, lastSeenAt: Date.now() }
      : { ...failure.snapshot, state: 'fixed', fixedAt: Date.now() };
    if (failure.confirmed) await this.options.ledger.saveFailure(failure.snapshot, failed ? 'failed-again' : 'passed');
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

  /** Saves a confirmed failure, and tells the world. */
  async announce(failure: FailureState, what: 'found' | 'improved'): Promise<void> {
    await this.options.ledger.saveFailure(failure.snapshot, failure.snapshot.state === 'minimal' ? 'minimal' : what);
    const { state, kind } = failure.snapshot;
    if (state === 'minimal' || state === 'flaky' || kind !== 'error') this.options.onSettled();
  }
}
