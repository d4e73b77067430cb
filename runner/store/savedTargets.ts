import type { Records } from '../../src/database';
import type { TargetId } from '../../src/protocol/target';
import { isOpen } from '../../src/protocol/failureStates';
import { savedFailure, type TrackedFailure } from '../targets/targetState';
import { ifAvailable } from './outage';

/** Reads what earlier runs have saved for targets. While the database is away, each call returns nothing. */
export class SavedTargets {
  constructor(
    private readonly records: Records,
    /** Called with a message for the user when a saved failure cannot be used. */
    private readonly onProblem: (message: string) => void,
  ) {}

  words(targetId: TargetId): Promise<readonly string[]> {
    return ifAvailable(() => this.records.words.get(targetId), []);
  }

  /** Failures of a target that are open: not fixed, changed or expired. */
  async failures(targetId: TargetId): Promise<TrackedFailure[]> {
    const saved = await ifAvailable(() => this.records.failures.list(targetId), []);
    const states: TrackedFailure[] = [];
    for (const snapshot of saved) {
      if (!isOpen(snapshot.state)) continue;
      try {
        states.push(savedFailure(snapshot));
      } catch (error) {
        this.onProblem(`A saved failure of "${snapshot.testName}" is left out. ${(error as Error).message}`);
      }
    }
    return states;
  }

  /** Targets with an open failure that ended a whole process. */
  async crashing(): Promise<ReadonlySet<TargetId>> {
    const saved = await ifAvailable(() => this.records.failures.list(), []);
    return new Set(
      saved.filter(({ kind, state }) => kind === 'crash' && isOpen(state)).map(({ targetId }) => targetId),
    );
  }
}
