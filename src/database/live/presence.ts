import type { Presence, RunSnapshot } from '../../protocol/run';

/** Milliseconds between two signs of life of a fuzzer: its run's record changes at least so often. */
export const BEAT_MS = 2000;

/** Signs of life that must be missing before a fuzzer counts as gone. */
const MISSED_BEATS = 4;

/** A record that looks so old when it is read first is not of somebody alive; clocks may differ by less. */
const OLD_MS = 3600 * 1000;

/**
 * Tells who is alive. A clock of another machine may be wrong, so times in records are not compared with ours: what
 * counts is for how long, by our clock, a record did not change.
 */
export class PresenceWatch {
  private readonly seen = new Map<string, { updatedAt: number; at: number }>();
  private lookedAt = -Infinity;
  private runs: readonly RunSnapshot[] = [];
  private everyMs = BEAT_MS;
  /** What was last said of each. */
  private readonly reported = new Map<string, Presence>();

  /** `now`: epoch milliseconds that never go back. */
  constructor(private readonly now: () => number) {}

  /** To be reported of all runs each time they are read. `everyMs`: how often that is, if not with every beat. */
  look(runs: readonly RunSnapshot[], everyMs = BEAT_MS): void {
    this.runs = runs;
    this.everyMs = Math.max(everyMs, BEAT_MS);
    const now = this.now();
    // Who could not look for so long, since the database was away or this process slept, knows nothing of the others.
    const isBlind = now - this.lookedAt > (MISSED_BEATS - 1) * this.everyMs;
    this.lookedAt = now;
    for (const { runId, updatedAt } of runs) {
      const known = this.seen.get(runId);
      if (known === undefined) {
        const isOld = Math.abs(now - updatedAt) > OLD_MS;
        this.seen.set(runId, { updatedAt, at: isOld ? -Infinity : now });
      } else if (known.updatedAt !== updatedAt || (isBlind && known.at !== -Infinity)) {
        this.seen.set(runId, { updatedAt, at: now });
      }
    }
  }

  /** Whether anybody was last said to be alive: he may be gone meanwhile, and that is to be said, too. */
  get isAnyAlive(): boolean {
    return this.runs.some(({ runId }) => this.reported.get(runId) === 'alive');
  }

  /** Of a run that was looked at. */
  of(run: RunSnapshot): Presence {
    const presence = this.presenceOf(run);
    this.reported.set(run.runId, presence);
    return presence;
  }

  private presenceOf({ runId, state }: RunSnapshot): Presence {
    if (state === 'finished') return 'ended';
    const known = this.seen.get(runId);
    return known !== undefined && this.now() - known.at <= MISSED_BEATS * this.everyMs ? 'alive' : 'gone';
  }
}
