import { PointLog, type Records } from '../../src/database';
import { BEAT_MS } from '../../src/database/live/presence';
import type { FuzzEvent } from '../../src/protocol/events';
import type { RunSnapshot } from '../../src/protocol/run';
import { FLUSH_MS, type WriteBatches } from './writeBatches';

/** Puts the events of a run into the batches, as records that are named after the run. */
export class EventRecords {
  /**
   * Whether other processes fuzz the same database. Then the share of this run in the totals of each target is
   * written, too.
   */
  isShared = false;
  private run: RunSnapshot | null = null;
  /** The record of the run as it was written last. */
  private runWritten: { readonly state: RunSnapshot['state']; readonly at: number } | null = null;
  private points: PointLog | null = null;

  constructor(
    private readonly records: Records,
    private readonly batches: WriteBatches,
  ) {}

  /** Whether the run was announced. Before that, there is no run after which records can be named. */
  get hasRun(): boolean {
    return this.run !== null;
  }

  add(event: FuzzEvent): void {
    const { batches } = this;
    const { runs, targets } = this.records;
    switch (event.type) {
      case 'run':
        this.run = event.run;
        this.points ??= new PointLog(event.run.runId);
        this.addRun(event.run);
        return;
      case 'target':
        batches.addLatest(`target ${event.target.id}`, () => [
          targets.put(this.run!.runId, event.target, Date.now()),
          ...(this.isShared ? [runs.putShare(this.run!.runId, event.target)] : []),
        ]);
        return;
      case 'not-collected':
        batches.addLatest(`not-collected ${event.entry.file} ${event.entry.testName}`, () => [
          runs.putNotCollected(this.run!.runId, event.entry),
        ]);
        return;
      case 'worker':
        batches.addLatest(`worker ${event.worker.id}`, () => [runs.putWorker(this.run!.runId, event.worker)]);
        return;
      case 'notice':
        batches.addLatest(`notice ${event.notice.id}`, () => [runs.putNotice(this.run!.runId, event.notice)]);
        return;
      case 'point':
        this.points?.add(event.point);
        return;
      case 'fuzzer':
        return;
      case 'failure':
        throw new Error('A failure cannot be written as an event. Use `RunStore.failures.save`.');
    }
  }

  /** Puts the points of the curves that came since the last call into the batches. */
  addPoints(): void {
    if (this.points !== null) this.batches.add(this.points.flush());
  }

  /**
   * Each change of the record of a run is its sign of life for other processes. The record must not change more often
   * than needed, because each change costs the other processes work.
   */
  private addRun(run: RunSnapshot): void {
    const { runWritten } = this;
    const isDue = runWritten === null || run.updatedAt - runWritten.at >= BEAT_MS - FLUSH_MS;
    if (!isDue && runWritten.state === run.state && run.updatedAt >= runWritten.at) return;
    this.runWritten = { state: run.state, at: run.updatedAt };
    const { fleet: _fleet, ...own } = run;
    this.batches.addLatest('run', () => [this.records.runs.put(own)]);
  }
}
