import type { Test } from '@jest/test-result';
import type { Config } from '@jest/types';
import type { RunEnd } from '../../src/protocol/run';
import type { FuzzOptions } from '../../src/protocol/options';
import { Fleet } from '../fleet/fleet';
import { Leases } from '../fleet/leases';
import type { JestModules } from '../jest/jestModules';
import type { RunStore } from '../store/runStore';
import type { ResumedRun } from '../targets/resumedRun';
import { TargetPool } from '../targets/targetPool';
import type { WorkerSettings } from '../threads/fuzzWorker';
import { InFlightFiles } from '../threads/inFlightFiles';
import { IsolatedWorker } from '../threads/isolatedWorker';
import { Budget } from './budget';
import { Collection, type Emit } from './collection';
import { CrashTriage } from './crashTriage';
import { Crew } from './crew';
import { FailureTracker } from './failureTracker';
import { FleetIntake } from './fleetIntake';
import { ReportIntake } from './reportIntake';
import { RunStatus } from './runStatus';
import { Slices } from './slices';
import { WorkerStop } from './workerStop';

export interface CampaignOptions {
  readonly tests: readonly Test[];
  readonly globalConfig: Config.GlobalConfig;
  readonly options: FuzzOptions;
  /** Number of workers. */
  readonly workers: number;
  readonly modules: JestModules;
  readonly store: RunStore;
  readonly emit: Emit;
  /** Version of fuzz-runner. */
  readonly version: string;
  /** Folder for `InFlightFiles`; null for none. */
  readonly suspectsFolder: string | null;
  /** The totals of earlier processes of this run. */
  readonly resumed: ResumedRun;
  /** Numbers in [0, 1) for the scheduler. */
  readonly random: () => number;
  /** Called with what workers print. */
  readonly onOutput: (text: string) => void;
  /** Called when the search is over, before Jest gets the results. */
  readonly onFinished: () => Promise<void>;
}

/** The parts of a campaign. Each part knows only the parts that it is given here. No part knows the campaign. */
export interface CampaignParts {
  readonly runStatus: RunStatus;
  readonly pool: TargetPool;
  readonly fleet: Fleet;
  readonly leases: Leases;
  readonly inFlightFiles: InFlightFiles;
  readonly crew: Crew;
  readonly budget: Budget;
  readonly failureTracker: FailureTracker;
  readonly crashTriage: CrashTriage;
  readonly collection: Collection;
  readonly slices: Slices;
  readonly workerStop: WorkerStop;
}

export interface CampaignCallbacks {
  /** Called when there is a reason to end the run. */
  readonly stop: (reason: RunEnd) => void;
  /** Called when a worker that found nothing to do may find something now. */
  readonly wakeAll: () => void;
}

/** Makes the parts of a campaign, and connects them. */
export function campaignParts(campaign: CampaignOptions, { stop, wakeAll }: CampaignCallbacks): CampaignParts {
  const { options, tests, globalConfig, modules, store, resumed, emit } = campaign;
  const { rootDir } = globalConfig;
  const { records } = store;
  const onSettled = (): void => {
    if (options.stopOnFailure && runStatus.ended === null) stop('failure');
  };
  const pool = new TargetPool(campaign.random);
  const runStatus: RunStatus = new RunStatus({
    options,
    modules,
    rootDir,
    version: campaign.version,
    files: tests.length,
    workers: campaign.workers,
    store,
    pool,
    resumed,
    now: () => ({
      notCollected: collection.notCollected,
      targets: crew.running,
      campaign: fleet.campaignName,
      behaviorRecords: fleet.behaviors.recordCount,
      fleet: fleet.totals,
    }),
  });
  const { runId } = runStatus;
  const budget = new Budget(options.budgetSeconds, () => stop('budget'));

  const fleet: Fleet = new Fleet({
    records,
    runId,
    now: () => performance.timeOrigin + performance.now(),
    self: () => runStatus.snapshot(),
    targets: () => pool.all(),
    save: (operations) => store.save(operations),
    onFuzzer: (fuzzer) => store.publish({ type: 'fuzzer', fuzzer }),
    onChanges: (changed) => fleetIntake.take(changed),
  });
  const isAlive = (otherRunId: string): Promise<boolean> => fleet.isAlive(otherRunId);
  const leases = new Leases({ records, runId, commit: store.codeTags.commit, isAlive });
  const fleetIntake = new FleetIntake({ store, pool, leases, onSettled });

  const inFlightFiles = new InFlightFiles(campaign.suspectsFolder);
  const settings = workerSettings(campaign);
  const crew = new Crew({
    size: campaign.workers,
    settings,
    isIsolated: options.isolate === 'process',
    inFlightFiles,
    onOutput: campaign.onOutput,
    publish: (worker) => store.publish({ type: 'worker', worker }),
  });

  const failureTracker = new FailureTracker({
    writer: store.failureWriter,
    pool,
    addNotCollected: (entry) => collection.addNotCollected(entry),
    onSettled,
  });
  // Crashes are part of the work of this worker. Its output is hidden: a user would think that fuzz-runner crashed.
  const isolatedWorker = new IsolatedWorker(campaign.workers + 1, settings, () => {});
  const crashTriage = new CrashTriage({
    store,
    pool,
    failureTracker,
    inFlightFiles,
    rootDir,
    isolatedWorker,
    onFree: wakeAll,
  });
  const intake = new ReportIntake({ store, pool, failureTracker, behaviors: fleet.behaviors, leases });
  const slices = new Slices({ pool, crew, intake, crashTriage, budget });
  const workerStop = new WorkerStop({ pool, crew, slices, crashTriage });
  const collection: Collection = new Collection({
    tests,
    rootDir,
    store,
    emit,
    pool,
    crew,
    crashTriage,
    leases,
    inFlightFiles,
    resumed,
    take: async (report, worker) => {
      // The scheduler does not learn from the ordinary pass: most of its time is for loading the code.
      await intake.take(report, worker);
      const target = pool.get(report.targetId);
      if (target !== undefined) slices.noteOrdinaryPass(worker, target);
    },
  });
  return {
    runStatus,
    pool,
    fleet,
    leases,
    inFlightFiles,
    crew,
    budget,
    failureTracker,
    crashTriage,
    collection,
    slices,
    workerStop,
  };
}

function workerSettings({ tests, globalConfig, options, modules }: CampaignOptions): WorkerSettings {
  const contexts = new Map(tests.map((test) => [test.context.config.id, test.context]));
  return {
    anchor: modules.anchor,
    globalConfig,
    projects: [...contexts.values()].map((context) => ({
      config: context.config,
      moduleMap: context.moduleMap.toJSON(),
    })),
    seed: options.seed,
    expect: options.expect,
    include: options.include,
    exclude: options.exclude,
  };
}
