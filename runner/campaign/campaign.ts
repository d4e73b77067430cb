import type { RunEnd } from '../../src/protocol/run';
import type { FuzzWorker } from '../threads/fuzzWorker';
import { campaignParts, type CampaignOptions, type CampaignParts } from './campaignParts';
import { emitResults } from './results';

/** Milliseconds after which the totals are published again. */
const PULSE_MS = 250;

/**
 * One run of the fuzzer in the main thread: collects targets, gives workers slices of them until the end, and hands
 * Jest its results. User code never runs here.
 *
 * This file has the order of events. The parts that do the work: `Collection` makes targets, `Slices` fuzzes them,
 * `ReportIntake` handles the reports of slices, `FailureTracker` decides about their failures, and `FailureWriter`
 * saves them. `CrashTriage` handles the inputs that end a worker, and `FleetIntake` what other processes find.
 */
export class Campaign {
  private readonly parts: CampaignParts;
  /** Resolves when all workers have done their last slice. */
  private driving: Promise<unknown> = Promise.resolve();
  private stopping: Promise<void> | null = null;
  /** Functions that wake the workers that found nothing to do. */
  private readonly sleepers: (() => void)[] = [];

  constructor(private readonly options: CampaignOptions) {
    this.parts = campaignParts(options, {
      stop: (reason) => void this.stop(reason),
      wakeAll: () => this.wakeAll(),
    });
  }

  /** Runs to the end. Resolves when all results are emitted and all workers are gone. */
  async run(): Promise<RunEnd> {
    const { store, resumed, onFinished } = this.options;
    const { runStatus, fleet, leases, collection, crew, crashTriage, failureTracker, budget, pool } = this.parts;
    const pulse = setInterval(() => runStatus.publish(), PULSE_MS);
    try {
      await fleet.join(resumed.runId);
      runStatus.publish();
      fleet.start();
      await collection.prepare();
      this.driving = Promise.all(crew.workers.map((worker) => this.drive(worker)));
      await this.driving;
      await crashTriage.idle();
      await this.stopping;
      runStatus.ended ??= pool.all().length === 0 ? 'no-targets' : 'nothing-to-learn';
    } finally {
      clearInterval(pulse);
      budget.cancel();
      await crashTriage.end();
      for (const target of pool.all()) await failureTracker.reportTimeouts(target);
      await fleet.end();
      await leases.release();
      runStatus.setState('finished');
      await crew.end();
      runStatus.publish();
      await store.flush();
    }
    // With `--bail`, Jest exits while results are emitted, so everything is saved and the reports are written before.
    await onFinished();
    await emitResults(collection.files, pool, this.options);
    return runStatus.ended ?? 'error';
  }

  /** Ends the run. Only the reason of the first call counts. Resolves when all workers have stopped. */
  stop(reason: RunEnd): Promise<void> {
    const { runStatus, workerStop } = this.parts;
    runStatus.ended ??= reason;
    if (reason === 'interrupted') workerStop.hurry();
    this.stopping ??= this.stopWorkers(runStatus.ended);
    return this.stopping;
  }

  private async stopWorkers(reason: RunEnd): Promise<void> {
    this.parts.runStatus.setState('stopping');
    this.wakeAll();
    await this.parts.workerStop.stop(reason, this.driving);
  }

  /** The life of one worker: loads test files while there are any, then runs slice after slice. */
  private async drive(worker: FuzzWorker): Promise<void> {
    const { runStatus, collection, crew, crashTriage, pool, budget, slices } = this.parts;
    while (runStatus.ended === null && (await collection.next(worker))) this.wakeAll();
    while (runStatus.ended === null) {
      const target = pool.choose(crew.workers.length * budget.usedSeconds);
      if (target === undefined) {
        // While another worker or crash triage runs something, a target may become free.
        if (crew.running.length === 0 && collection.isIdle && crashTriage.isIdle) return;
        // Inputs that earlier runs left to be run use time of the budget, too.
        if (collection.isIdle && !crashTriage.isIdle) this.startFuzzing();
        await new Promise<void>((resolve) => this.sleepers.push(resolve));
        continue;
      }
      this.startFuzzing();
      await slices.run(worker, target);
      this.wakeAll();
    }
    await slices.confirmTheRest(worker);
  }

  /** Starts the budget, unless it was started or the run stops. */
  private startFuzzing(): void {
    const { runStatus, budget, inFlightFiles } = this.parts;
    if (runStatus.state !== 'collecting') return;
    runStatus.setState('fuzzing');
    budget.start();
    const { budgetSeconds } = this.options.options;
    if (budgetSeconds !== null) inFlightFiles.endsAt = Date.now() + budgetSeconds * 1000;
  }

  private wakeAll(): void {
    for (const wake of this.sleepers.splice(0)) wake();
  }
}
