import { randomBytes } from 'node:crypto';
import * as os from 'node:os';
import type { FleetTotals, RunEnd, RunSnapshot, RunState } from '../../src/protocol/run';
import type { TargetId } from '../../src/protocol/target';
import type { FuzzOptions } from '../../src/protocol/options';
import type { JestModules } from '../jest/jestModules';
import type { RunStore } from '../store/runStore';
import type { ResumedRun } from '../targets/resumedRun';
import { RunTotals } from '../targets/runTotals';
import type { TargetPool } from '../targets/targetPool';
import { containerName } from './containerName';

export interface RunStatusOptions {
  readonly options: FuzzOptions;
  readonly modules: JestModules;
  readonly rootDir: string;
  /** Version of fuzz-runner. */
  readonly version: string;
  /** Number of test files. */
  readonly files: number;
  /** Number of workers. */
  readonly workers: number;
  readonly store: RunStore;
  readonly pool: TargetPool;
  readonly resumed: ResumedRun;
  /** Called for each snapshot: returns what other parts of the run know. */
  readonly now: () => RunNow;
}

/** Parts of a snapshot that change during the run. */
export interface RunNow {
  /** Tests that are no targets. */
  readonly notCollected: number;
  /** Targets that are run now. */
  readonly targets: TargetId[];
  /** See `Fleet.campaignName`. */
  readonly campaign: string;
  /** See `SharedBehaviors.recordCount`. */
  readonly behaviorRecords: number | undefined;
  /** See `Fleet.totals`. */
  readonly fleet: FleetTotals | undefined;
}

/** The record of this run: its id, state and totals, which are announced on the bus and saved. */
export class RunStatus {
  /** Why the run ends; null until that is known. */
  ended: RunEnd | null = null;
  /** Start of this process, in epoch milliseconds. */
  private readonly startedAt = Date.now();
  /** Random digits, because processes in containers have equal ids, and may start at the same moment. */
  readonly runId = `${new Date(this.startedAt).toISOString().replace(/[:.]/g, '-')}-${process.pid}-${randomBytes(3).toString('hex')}`;
  private readonly container = containerName();
  private readonly totals = new RunTotals();
  private stateNow: RunState = 'collecting';

  constructor(private readonly options: RunStatusOptions) {}

  get state(): RunState {
    return this.stateNow;
  }

  /** Changes the state of the run, and announces it. */
  setState(state: RunState): void {
    this.stateNow = state;
    this.announce();
  }

  /** Announces the run and the targets that have changed, and writes the totals for a process that resumes the run. */
  publish(): void {
    const { store, resumed, pool } = this.options;
    this.announce();
    const { runId, firstStart: startedAt, budgetSeconds } = this;
    resumed.write({ runId, startedAt, budgetSeconds }, pool.all(), Date.now());
    const runSeconds = (Date.now() - this.startedAt) / 1000;
    for (const target of pool.takeChanged()) {
      store.publish({ type: 'target', target: target.snapshot() });
      store.publish({ type: 'point', point: target.point(this.runId, runSeconds) });
    }
  }

  /** The run as it is now. */
  snapshot(): RunSnapshot {
    const at = Date.now();
    const { options, modules, rootDir, version, files, workers, store, pool } = this.options;
    const { notCollected, targets, campaign, behaviorRecords, fleet } = this.options.now();
    return {
      runId: this.runId,
      state: this.state,
      ended: this.state === 'finished' ? this.ended : null,
      startedAt: this.firstStart,
      updatedAt: at,
      wallSeconds: (at - this.firstStart) / 1000,
      budgetSeconds: this.budgetSeconds,
      seed: options.seed,
      workers,
      host: os.hostname(),
      pid: process.pid,
      rootDir,
      database: store.url,
      versions: { fuzzRunner: version, jest: modules.jestVersion, node: process.versions.node },
      totals: { files, notCollected, ...this.totals.of(pool.all(), at, this.state === 'fuzzing') },
      commit: store.codeTags.commit ?? undefined,
      container: this.container ?? undefined,
      fastCheck: store.codeTags.fastCheckVersions,
      campaign,
      told: behaviorRecords,
      now: targets,
      fleet,
    };
  }

  private announce(): void {
    this.options.store.publish({ type: 'run', run: this.snapshot() });
  }

  /** Start of the first process of this run, in epoch milliseconds. */
  private get firstStart(): number {
    return this.options.resumed.startedAt ?? this.startedAt;
  }

  private get budgetSeconds(): number | null {
    return this.options.resumed.budgetSeconds ?? this.options.options.budgetSeconds;
  }
}
