import { DatabaseError, retryConflicts, type Records, type WriteOperation } from '../../src/database';
import { campaignName, campaignOf, fleetTotals } from '../../src/database/live/fleet';
import { BEAT_MS, PresenceWatch } from '../../src/database/live/presence';
import type { FleetTotals, FuzzerSnapshot, Presence, RunSnapshot } from '../../src/protocol/run';
import type { Changed } from './liveSharing';
import { SharedBehaviors } from './sharedBehaviors';
import type { TargetState } from '../targets/targetState';

export interface FleetOptions {
  readonly records: Records;
  readonly runId: string;
  /** Epoch milliseconds that never go back. */
  readonly now: () => number;
  /** The run of this process as it is now. */
  readonly self: () => RunSnapshot;
  readonly targets: () => readonly TargetState[];
  /** Writes with the next batch. */
  readonly save: (operations: readonly WriteOperation[]) => void;
  /** Called with each fuzzer that is new or has changed. */
  readonly onFuzzer: (fuzzer: FuzzerSnapshot) => void;
  /**
   * Called with records that other fuzzers may have changed, while at least one of them is alive. Returns whether there
   * are more changes than it has handled.
   */
  readonly onChanges: (changed: Changed) => Promise<boolean>;
}

/** There are at least this many milliseconds between two looks at what other fuzzers have found. */
const LOOK_MS = 1000;

/** Looking takes at most one part of the time, when the time is divided into this many parts. */
const LOOK_SHARE = 10;

/** A process reads on average at most this many records of runs per second: with more fuzzers, it reads less often. */
const RUNS_PER_SECOND = 10;

/** A run whose record is older than this many milliseconds is not alive: its campaign cannot be joined. */
const JOIN_MS = 600_000;

/** Kinds of records that other fuzzers write and this process uses during the run. */
const SHARED = ['corpus', 'failure'];

/** At most this many changed keys are kept until the next look. If there are more, the next look is at all records. */
const MOST_CHANGES = 10_000;

/** The lease that names the campaign. */
const CAMPAIGN = 'campaign';

/**
 * The fuzzers of one database, as one of them sees them: finds out which are alive, joins their campaign, adds up their
 * totals, and looks for what they have changed.
 */
export class Fleet {
  readonly behaviors: SharedBehaviors;
  /** For all runs together: see `readRuns`. */
  private readonly presence: PresenceWatch;
  /** For single runs that own a lease. These are read more often: see `isAlive`. */
  private readonly owners: PresenceWatch;
  private campaign: string;
  private runs: RunSnapshot[] = [];
  private totalsNow: FleetTotals | undefined;
  /** Keys of records that have changed since the last look. */
  private changed: Set<string> | 'all' = 'all';
  private runsReadAt = -Infinity;
  private timer: NodeJS.Timeout | undefined;
  private looking: Promise<void> = Promise.resolve();
  private isEnded = false;
  private endWatch = (): void => {};
  /** Another fuzzer was alive during this run. */
  private hadOthers = false;
  /** By run: the fuzzer, as JSON, of the latest call of `onFuzzer`. */
  private readonly shown = new Map<string, string>();

  constructor(private readonly options: FleetOptions) {
    this.presence = new PresenceWatch(options.now);
    this.owners = new PresenceWatch(options.now);
    this.behaviors = new SharedBehaviors(options);
    this.campaign = options.runId;
  }

  /** The campaign of this run: the runs whose totals are added up. It is named after its first run. */
  get campaignName(): string {
    return this.campaign;
  }

  /** Whether other processes fuzz the same database now. */
  private get hasOthers(): boolean {
    return this.others().length > 0;
  }

  /** Totals of the campaign; undefined when this process is alone in it. */
  get totals(): FleetTotals | undefined {
    return this.totalsNow;
  }

  /**
   * Writes the first record of this run, and joins the current campaign. `replaced`: the run of a process that died.
   * This process has taken over its totals, so its records are deleted.
   */
  async join(replaced: string | null): Promise<void> {
    const { records, runId } = this.options;
    await this.ifAvailable(async () => {
      await retryConflicts(async () => {
        const { value, expect, aside } = await records.leases.getForUpdate(CAMPAIGN);
        const runs = await records.runs.list();
        const now = this.options.now();
        const isPresent = (run: RunSnapshot): boolean =>
          run.state !== 'finished' && Math.abs(now - run.updatedAt) < JOIN_MS;
        const names = runs.filter((run) => run.runId === replaced || isPresent(run)).map(campaignName);
        this.campaign = names.find((name) => name === value?.owner) ?? names.at(-1) ?? runId;
        const gone = replaced === null || replaced === runId ? [] : await records.runs.deleteAll(replaced);
        const name = records.leases.put(CAMPAIGN, { owner: this.campaign });
        await records.write([expect, ...aside, name, ...gone, records.runs.put(this.options.self())]);
      });
      await this.readRuns();
    });
  }

  /** Starts to look for what the other fuzzers do. */
  start(): void {
    const { database } = this.options.records;
    this.endWatch = database.watch(({ keys }) => this.note(keys), { kinds: SHARED });
    this.schedule(LOOK_MS);
  }

  /** Stops looking, and reads the final totals. */
  async end(): Promise<void> {
    this.isEnded = true;
    clearTimeout(this.timer);
    this.endWatch();
    await this.looking;
    await this.ifAvailable(() => this.readRuns());
  }

  /** Whether the fuzzer with this run is alive. Reads its record each time: with many fuzzers, `readRuns` is rare. */
  async isAlive(runId: string): Promise<boolean> {
    const run = await this.options.records.runs.get(runId);
    if (run === undefined) return false;
    this.owners.look([run]);
    return this.owners.of(run) === 'alive';
  }

  private note(keys: readonly string[] | null): void {
    if (keys === null || (this.changed !== 'all' && this.changed.size > MOST_CHANGES)) this.changed = 'all';
    else if (this.changed !== 'all') for (const key of keys) this.changed.add(key);
  }

  private schedule(ms: number): void {
    if (this.isEnded) return;
    this.timer = setTimeout(() => {
      const { now } = this.options;
      const startedAt = now();
      this.looking = this.ifAvailable(() => this.look()).finally(() =>
        this.schedule(Math.max(LOOK_MS, (LOOK_SHARE - 1) * (now() - startedAt))),
      );
    }, ms);
    this.timer.unref();
  }

  private async look(): Promise<void> {
    const everyMs = Math.max(BEAT_MS, (this.runs.length / RUNS_PER_SECOND) * 1000);
    if (this.options.now() - this.runsReadAt >= everyMs) await this.readRuns();
    // While this process is alone, all changes are its own.
    if (!this.hasOthers) return;
    if (!this.hadOthers) {
      this.hadOthers = true;
      this.changed = 'all';
      this.behaviors.startReporting();
    }
    const { changed } = this;
    this.changed = new Set();
    try {
      if (await this.options.onChanges(changed)) this.changed = 'all';
    } catch (error) {
      // The database may be away. When it is back, all records are looked at.
      this.changed = 'all';
      throw error;
    }
  }

  /** Reads the records of all runs, updates the totals of the campaign, and reports behaviors. */
  private async readRuns(): Promise<void> {
    const { records, now, self, runId } = this.options;
    const everyMs = Math.max(BEAT_MS, (this.runs.length / RUNS_PER_SECOND) * 1000);
    const stored = await records.runs.list();
    this.runsReadAt = now();
    this.presence.look(stored, everyMs);
    this.runs = [...stored.filter((run) => run.runId !== runId), self()];
    const group = campaignOf(this.runs, (run) => this.presenceOf(run));
    for (const run of group) this.show({ run, presence: this.presenceOf(run) });
    if (group.length < 2) return;
    await this.behaviors.read(group.filter((run) => run.runId !== runId));
    // Reads before it reports, so that the fuzzers do not all report the same early behaviors.
    this.behaviors.report();
    this.totalsNow = fleetTotals(group, (run) => this.presenceOf(run), this.behaviors.count());
  }

  private presenceOf(run: RunSnapshot): Presence {
    if (run.runId === this.options.runId) return run.state === 'finished' ? 'ended' : 'alive';
    return this.presence.of(run);
  }

  private others(): RunSnapshot[] {
    return this.runs.filter((run) => run.runId !== this.options.runId && this.presenceOf(run) === 'alive');
  }

  private show(fuzzer: FuzzerSnapshot): void {
    const text = JSON.stringify(fuzzer);
    if (this.shown.get(fuzzer.run.runId) === text) return;
    this.shown.set(fuzzer.run.runId, text);
    this.options.onFuzzer(fuzzer);
  }

  /** The database may be away, or a read may fail for a reason that `RunStore` reports: the next look tries again. */
  private async ifAvailable(use: () => Promise<void>): Promise<void> {
    try {
      await use();
    } catch (error) {
      if (!(error instanceof DatabaseError)) throw error;
    }
  }
}
