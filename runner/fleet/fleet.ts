import { DatabaseError, hashKey, retryConflicts, type Records, type WriteOperation } from '../../src/database';
import { BehaviorUnion } from '../../src/database/records/behaviorRecords';
import { campaignName, campaignOf, fleetTotals } from '../../src/database/live/fleet';
import { BEAT_MS, PresenceWatch } from '../../src/database/live/presence';
import type { FleetTotals, FuzzerSnapshot, Presence, RunSnapshot } from '../../src/protocol/run';
import type { TargetId } from '../../src/protocol/target';
import type { Changed } from './liveSharing';
import type { TargetState } from '../targets/targetState';

export interface FleetOptions {
  readonly records: Records;
  readonly runId: string;
  /** Epoch milliseconds that never go back. */
  readonly now: () => number;
  /** What this process says of itself now. */
  readonly self: () => RunSnapshot;
  readonly targets: () => readonly TargetState[];
  /** Writes with the next batch. */
  readonly save: (operations: readonly WriteOperation[]) => void;
  /** Told of each fuzzer that is new, or says something new. */
  readonly onFuzzer: (fuzzer: FuzzerSnapshot) => void;
  /** What others have changed. Returns whether there was more than could be looked at; only called while there are any. */
  readonly onChanges: (changed: Changed) => Promise<boolean>;
}

/** Milliseconds between two looks at what others have found. */
const LOOK_MS = 1000;

/** Looking takes one part in so many of the time at most. */
const LOOK_SHARE = 10;

/** Runs read per second at most, on average: with more fuzzers each looks at the others less often. */
const RUNS_PER_SECOND = 10;

/** A run that looks so old is of no campaign that one could join. */
const JOIN_MS = 600_000;

/** What others write that this process may want to know at once. */
const SHARED = ['corpus', 'failure'];

/** Keys that are remembered until the next look. */
const MOST_CHANGES = 10_000;

/** The lease that names the campaign. */
const CAMPAIGN = 'campaign';

/** The fuzzers of one database, as one of them sees them: who is there, what all have done, and when to look again. */
export class Fleet {
  private readonly presence: PresenceWatch;
  /** Of those who have what this process would do otherwise. */
  private readonly owners: PresenceWatch;
  private readonly union: BehaviorUnion;
  private campaign: string;
  private runs: RunSnapshot[] = [];
  private totalsNow: FleetTotals | undefined;
  private changed: Set<string> | 'all' = 'all';
  private runsReadAt = -Infinity;
  private timer: NodeJS.Timeout | undefined;
  private looking: Promise<void> = Promise.resolve();
  private isEnded = false;
  private endWatch = (): void => {};
  private hadOthers = false;
  /** Behaviors that the others have not been told of yet. */
  private readonly unreported = new Map<TargetId, string[]>();
  private reportedRecords = 0;
  private readonly shown = new Map<string, string>();

  constructor(private readonly options: FleetOptions) {
    this.presence = new PresenceWatch(options.now);
    this.owners = new PresenceWatch(options.now);
    this.union = new BehaviorUnion(options.records.runs.seen);
    this.campaign = options.runId;
  }

  /** What counts together with this run is named after its first run. */
  get campaignName(): string {
    return this.campaign;
  }

  /** Whether others fuzz the same database now. */
  get hasOthers(): boolean {
    return this.others().length > 0;
  }

  /** For the record of this run; undefined before there is anybody to tell. */
  get reported(): number | undefined {
    return this.reportedRecords === 0 ? undefined : this.reportedRecords;
  }

  /** Of all that count together; undefined when that is this process alone. */
  get totals(): FleetTotals | undefined {
    return this.totalsNow;
  }

  /**
   * Announces this process, and finds out with whom it counts together. `replaced`: the run of a process that died, and
   * that this one goes on for with its totals.
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

  /** From now on it is looked for what others do. */
  start(): void {
    const { database } = this.options.records;
    this.endWatch = database.watch(({ keys }) => this.note(keys), { kinds: SHARED });
    this.schedule(LOOK_MS);
  }

  /** Ends when nothing is under way any more. */
  async end(): Promise<void> {
    this.isEnded = true;
    clearTimeout(this.timer);
    this.endWatch();
    await this.looking;
    await this.ifAvailable(() => this.readRuns());
  }

  /** Whether another fuzzer is alive. Its record is read each time: of many, all are looked at together only rarely. */
  async isAlive(runId: string): Promise<boolean> {
    const run = await this.options.records.runs.get(runId);
    if (run === undefined) return false;
    this.owners.look([run]);
    return this.owners.of(run) === 'alive';
  }

  /** Behaviors that this process has seen for the first time. */
  noteBehaviors(targetId: TargetId, behaviors: readonly string[]): void {
    if (behaviors.length === 0 || !this.hadOthers) return;
    const waiting = this.unreported.get(targetId) ?? [];
    waiting.push(...behaviors);
    this.unreported.set(targetId, waiting);
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
    // Alone, what changes is what this process has written.
    if (!this.hasOthers) return;
    if (!this.hadOthers) {
      this.hadOthers = true;
      this.changed = 'all';
      for (const target of this.options.targets()) this.noteBehaviors(target.id, [...target.behaviors]);
    }
    const { changed } = this;
    this.changed = new Set();
    try {
      if (await this.options.onChanges(changed)) this.changed = 'all';
    } catch (error) {
      // What was not looked at is looked at when the database is back.
      this.changed = 'all';
      throw error;
    }
  }

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
    await this.union.update(group.filter((run) => run.runId !== runId));
    // Only now: what all find in their first seconds is told by few.
    this.reportBehaviors();
    this.totalsNow = fleetTotals(group, (run) => this.presenceOf(run), this.countBehaviors());
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

  /** Of all targets, each behavior once. */
  private countBehaviors(): number {
    const own = new Map(this.options.targets().map((target) => [hashKey(target.id), target.behaviors]));
    let count = 0;
    for (const hash of new Set([...own.keys(), ...this.union.byTarget.keys()])) {
      const [ours, theirs] = [own.get(hash), this.union.byTarget.get(hash)];
      count += ours?.size ?? 0;
      for (const id of theirs ?? []) if (ours?.has(id) !== true) count += 1;
    }
    return count;
  }

  /** Writes what none of the others is known to have seen. */
  private reportBehaviors(): void {
    const { records, runId, save } = this.options;
    const fresh = new Map<TargetId, string[]>();
    for (const [targetId, behaviors] of this.unreported) {
      const known = this.union.of(targetId);
      const news = behaviors.filter((id) => !known.has(id));
      if (news.length > 0) fresh.set(targetId, news);
    }
    this.unreported.clear();
    if (fresh.size === 0) return;
    save([records.runs.putSeen(runId, this.reportedRecords, fresh)]);
    this.reportedRecords += 1;
  }

  /** A database that is away is asked again later; so is one that cannot be read for another reason, which others tell. */
  private async ifAvailable(use: () => Promise<void>): Promise<void> {
    try {
      await use();
    } catch (error) {
      if (!(error instanceof DatabaseError)) throw error;
    }
  }
}
