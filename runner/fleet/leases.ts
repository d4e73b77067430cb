import { DatabaseError, hashKey, type Records } from '../../src/database';
import type { FailureState } from '../targets/targetState';

export interface LeasesOptions {
  readonly records: Records;
  readonly runId: string;
  /** Of the code that is fuzzed: with other code the same failure is other work. */
  readonly commit: string | null;
  /** Whether another fuzzer is alive, by its run. */
  readonly isAlive: (runId: string) => Promise<boolean>;
}

/**
 * Which failures are for this process to replay, to make simpler and to explain. One that another process has taken is
 * held: it is left alone until that process is gone. Who cannot ask does the work: twice is better than never.
 */
export class Leases {
  private readonly mine = new Set<string>();
  /** Held failures, and who has them. */
  private readonly held = new Map<FailureState, string>();

  constructor(private readonly options: LeasesOptions) {}

  /** Takes a failure unless somebody has it who is alive. */
  async claim(failure: FailureState): Promise<void> {
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
        // Somebody was quicker: who, is looked up the next time.
        this.hold(failure, '');
        return;
      }
      if (!(error instanceof DatabaseError)) throw error;
    }
    this.mine.add(work);
    this.held.delete(failure);
    failure.isHeld = false;
  }

  /** Others have done all that is to be done about it. */
  settle(failure: FailureState): void {
    this.held.delete(failure);
    failure.isHeld = true;
  }

  /** Takes over what those had who are not alive any more. */
  async takeOver(): Promise<void> {
    for (const [failure, owner] of this.held) {
      if (owner === '' || !(await this.options.isAlive(owner))) await this.claim(failure);
    }
  }

  /** Gives everything back. */
  async release(): Promise<void> {
    const { records } = this.options;
    const operations = [...this.mine].map((work) => records.leases.delete(work));
    this.mine.clear();
    try {
      if (operations.length > 0) await records.write(operations);
    } catch (error) {
      // They are void without their owner.
      if (!(error instanceof DatabaseError)) throw error;
    }
  }

  private hold(failure: FailureState, owner: string): void {
    failure.isHeld = true;
    this.held.set(failure, owner);
  }

  private nameOf({ snapshot }: FailureState): string {
    return hashKey(`${snapshot.id}\n${this.options.commit ?? ''}`);
  }
}
