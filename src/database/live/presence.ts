import type { Presence, RunSnapshot } from '../../protocol/run';

/** Milliseconds between two signs of life of a fuzzer: it changes the record of its run at least this often. */
export const BEAT_MS = 2000;

/** Signs of life that must be missing before a fuzzer counts as gone. */
const MISSED_BEATS = 4;

/**
 * A run counts as gone if its record is this old when it is first read. The clocks of two machines may differ by less
 * than this.
 */
const OLD_MS = 3600 * 1000;

/**
 * Decides which runs are alive. The clock of another machine may be wrong, so times in records are not compared with
 * our clock. Instead this measures, with our clock, how long the record of a run did not change.
 */
export class PresenceWatch {
  private readonly seen = new Map<string, { updatedAt: number; at: number }>();
  private lookedAt = -Infinity;
  private runs: readonly RunSnapshot[] = [];
  private everyMs = BEAT_MS;
  /** By run: the presence that `of` returned last. */
  private readonly reported = new Map<string, Presence>();

  /** `now`: epoch milliseconds that never go back. */
  constructor(private readonly now: () => number) {}

  /** To be called with all runs each time they are read. `everyMs`: the time between two calls if it exceeds a beat. */
  look(runs: readonly RunSnapshot[], everyMs = BEAT_MS): void {
    this.runs = runs;
    this.everyMs = Math.max(everyMs, BEAT_MS);
    const now = this.now();
    // If the last read of this process is too long ago, because the database was away or the machine slept, it does not
    // know which other runs are alive.
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

  /** True when `of` last returned "alive" for some run. That run may be gone by now, which must be reported, too. */
  get isAnyAlive(): boolean {
    return this.runs.some(({ runId }) => this.reported.get(runId) === 'alive');
  }

  /** The presence of a run that was passed to `look`. */
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
