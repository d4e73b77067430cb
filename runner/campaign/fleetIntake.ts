import type { CorpusEntry } from '../../src/database';
import type { FailureSnapshot } from '../../src/protocol/failure';
import { isOpen } from '../../src/protocol/failureStates';
import type { Leases } from '../fleet/leases';
import { LiveSharing, type Changed } from '../fleet/liveSharing';
import type { RunStore } from '../store/runStore';
import type { TargetPool } from '../targets/targetPool';
import { savedFailure, type TrackedFailure, type TargetState } from '../targets/targetState';

export interface FleetIntakeOptions {
  readonly store: RunStore;
  readonly pool: TargetPool;
  readonly leases: Leases;
  /** Called when another process has found a failure that will not become simpler. */
  readonly onSettled: () => void;
}

/** Adds what other processes have saved for the targets of this run: corpus entries and failures. */
export class FleetIntake {
  private readonly sharing: LiveSharing;

  constructor(private readonly options: FleetIntakeOptions) {
    const { store, pool } = options;
    this.sharing = new LiveSharing({
      records: store.records,
      targets: () => pool.all(),
      knowsEntry: (target, key) => store.corpus.knows(target.id, key),
      onEntry: (target, key, entry) => this.takeEntry(target, key, entry),
      onFailure: (target, failure, known) => this.takeFailure(target, failure, known),
    });
  }

  /** Adds changed records. Returns whether there are more of them than one call adds. */
  async take(changed: Changed): Promise<boolean> {
    const { store, leases } = this.options;
    store.noteOtherProcesses();
    const isMore = await this.sharing.look(changed);
    await leases.takeOver();
    return isMore;
  }

  private async takeEntry(target: TargetState, key: string, entry: CorpusEntry): Promise<void> {
    const taken = await this.options.store.corpus.take(target.id, key, entry);
    if (taken !== null) target.entries.add(taken, null);
  }

  /**
   * Handles a failure that another process has found, made simpler, or closed. `old`: what this process knows of it.
   */
  private async takeFailure(
    target: TargetState,
    failure: FailureSnapshot,
    old: TrackedFailure | undefined,
  ): Promise<void> {
    const { store, pool, leases, onSettled } = this.options;
    const { key } = failure.origin;
    const known = old ?? target.failures.get(key);
    if (!isOpen(failure.state)) {
      target.failures.delete(key);
    } else {
      const state = known ?? savedFailure(failure);
      Object.assign(state, { ...savedFailure(failure), isReplayed: state.isReplayed });
      target.failures.set(key, state);
      const isDone = failure.state === 'minimal' || failure.state === 'flaky';
      // Perhaps it does not fail with the code of this run: one of the processes with this code replays it once.
      if (isDone && this.isOurCode(failure)) leases.settle(state);
      else await leases.claim(state);
    }
    pool.touch(target);
    store.failureWriter.announceKnown(failure);
    if (isOpen(failure.state) && failure.state !== 'found' && failure.state !== 'shrinking') onSettled();
  }

  /** Whether a failure was last seen with the code of this run, as far as that is known. */
  private isOurCode({ seenWith }: FailureSnapshot): boolean {
    const { commit } = this.options.store.codeTags;
    return seenWith?.commit === undefined || commit === null || seenWith.commit === commit;
  }
}
