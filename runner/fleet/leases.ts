import { DatabaseError, hashKey, type Records } from '../../src/database';
import type { TrackedFailure } from '../targets/targetState';

export interface LeasesOptions {
  readonly records: Records;
  readonly runId: string;
  /** Commit of the code that is fuzzed; null for none. Processes with other code have leases of their own. */
  readonly commit: string | null;
  /** Whether the fuzzer with this run is alive. */
  readonly isAlive: (runId: string) => Promise<boolean>;
}

/**
 * Decides which failures this process replays, makes simpler and explains. While another process has the lease of a
 * failure, the failure is _held_: this process does not work on it until the other process is gone. A process that
 * cannot ask the database does the work itself, because it is better to do the work twice than never.
 */
export class Leases {
  /** Names of the leases of this process. */
  private readonly mine = new Set<string>();
  /** Held failures, each with the run that has its lease; '' when that is not known yet. */
  private readonly held = new Map<TrackedFailure, string>();

  constructor(private readonly options: LeasesOptions) {}

  /** Takes the lease of a failure, unless a process that is alive has it: then the failure is held. */
  async claim(failure: TrackedFailure): Promise<void> {
    const { records, runId, isAlive } = this.options;
    const work = this.nameOf(failure);
    if (this.mine.has(work)) return;
    try {
      const { value, expect, aside } = await records.leases.getForUpdate(work);
      if (value !== undefined && value.owner !== runId && (await isAlive(value.owner))) {
        this.hold(failure, value.owner);
        return;
      }
      await records.write([expect, ...aside, records.leases.put(work, { owner: runId })]);
    } catch (error) {
      if (error instanceof DatabaseError && error.code === 'conflict') {
        // Another process was quicker. `takeOver` looks up which one.
        this.hold(failure, '');
        return;
      }
      if (!(error instanceof DatabaseError)) throw error;
    }
    this.mine.add(work);
    this.held.delete(failure);
    failure.isHeld = false;
  }

  /** Another process has finished the work on a failure: this process does not work on it any more. */
  settle(failure: TrackedFailure): void {
    this.held.delete(failure);
    failure.isHeld = true;
  }

  /** Takes the leases of processes that are not alive any more. */
  async takeOver(): Promise<void> {
    for (const [failure, owner] of this.held) {
      if (owner === '' || !(await this.options.isAlive(owner))) await this.claim(failure);
    }
  }

  /** Gives all leases back. */
  async release(): Promise<void> {
    const { records } = this.options;
    const operations = [...this.mine].map((work) => records.leases.delete(work));
    this.mine.clear();
    try {
      if (operations.length > 0) await records.write(operations);
    } catch (error) {
      // The leases may stay: a lease has no effect any more when its owner is not alive.
      if (!(error instanceof DatabaseError)) throw error;
    }
  }

  private hold(failure: TrackedFailure, owner: string): void {
    failure.isHeld = true;
    this.held.set(failure, owner);
  }

  private nameOf({ snapshot }: TrackedFailure): string {
    return hashKey(`${snapshot.id}\n${this.options.commit ?? ''}`);
  }
}
