import { mergeWords } from '../../src/database/records/wordRecords';
import type { SliceReport } from '../channel/messages';
import type { Leases } from '../fleet/leases';
import type { SharedBehaviors } from '../fleet/sharedBehaviors';
import type { RunStore } from '../store/runStore';
import type { TargetPool } from '../targets/targetPool';
import type { FuzzWorker } from '../threads/fuzzWorker';
import { lifeOf } from './crew';
import type { FailureTracker } from './failureTracker';

export interface ReportIntakeOptions {
  readonly store: RunStore;
  readonly pool: TargetPool;
  readonly failureTracker: FailureTracker;
  readonly behaviors: SharedBehaviors;
  readonly leases: Leases;
}

/** Handles the reports of workers: adds them to the target, passes failures on to the tracker, and saves the rest. */
export class ReportIntake {
  constructor(private readonly options: ReportIntakeOptions) {}

  /** Handles the report of a slice, or of the ordinary pass. Returns how many behaviors were new to this process. */
  async take(report: SliceReport, worker: FuzzWorker): Promise<number> {
    const { store, pool, failureTracker, behaviors, leases } = this.options;
    const target = pool.get(report.targetId);
    if (target === undefined) return 0;
    const before = target.stamp();
    behaviors.note(
      target.id,
      report.newBehaviors.filter((id) => !target.behaviors.has(id)),
    );
    const discoveries = target.add(report, Date.now());
    // First the replays of known failures: a failure that has moved to another origin is not a new failure.
    for (const replay of report.replays) await failureTracker.replayed(target, replay);
    for (const found of report.failures) {
      if (!(await failureTracker.note(target, found, before, worker.id))) continue;
      const failure = target.failures.get(found.origin.key);
      if (failure !== undefined) await leases.claim(failure);
    }
    for (const confirmation of report.confirmations) await failureTracker.confirm(target, confirmation);
    const life = lifeOf(worker);
    for (const entry of report.corpus) target.entries.add(entry, life);
    store.saveCorpus(target.id, report.corpus, report.dropped);
    if (report.words !== null) {
      target.words = mergeWords(target.words, report.words);
      store.saveWords(target.id, target.words);
    }
    if (report.problem !== null) pool.block(target, report.problem);
    pool.touch(target);
    return discoveries;
  }
}
