import { hashKey, type Records, type WriteOperation } from '../../src/database';
import { BehaviorUnion } from '../../src/database/records/behaviorRecords';
import type { RunSnapshot } from '../../src/protocol/run';
import type { TargetId } from '../../src/protocol/target';
import type { TargetState } from '../targets/targetState';

export interface SharedBehaviorsOptions {
  readonly records: Records;
  readonly runId: string;
  readonly targets: () => readonly TargetState[];
  /** Writes with the next batch. */
  readonly save: (operations: readonly WriteOperation[]) => void;
}

/**
 * The behaviors that the fuzzers of one campaign have seen. Each fuzzer writes the behaviors that it saw first to
 * records of its own, and reads the records of the others.
 */
export class SharedBehaviors {
  private readonly union: BehaviorUnion;
  /** Behaviors of this process that were not compared with the behaviors of the others yet. */
  private readonly unreported = new Map<TargetId, string[]>();
  private written = 0;
  private isReporting = false;

  constructor(private readonly options: SharedBehaviorsOptions) {
    this.union = new BehaviorUnion(options.records.runs.seen);
  }

  /** Number of records that this process has written; undefined for none. It is saved in the record of the run. */
  get recordCount(): number | undefined {
    return this.written === 0 ? undefined : this.written;
  }

  /** Called when another fuzzer is alive for the first time: from now on this process reports what it has seen. */
  startReporting(): void {
    this.isReporting = true;
    for (const target of this.options.targets()) this.note(target.id, [...target.behaviors]);
  }

  /** Called with behaviors that this process has seen for the first time. */
  note(targetId: TargetId, behaviors: readonly string[]): void {
    if (behaviors.length === 0 || !this.isReporting) return;
    const waiting = this.unreported.get(targetId) ?? [];
    waiting.push(...behaviors);
    this.unreported.set(targetId, waiting);
  }

  /** Reads what the other runs have written since the last call. */
  read(others: readonly RunSnapshot[]): Promise<void> {
    return this.union.update(others);
  }

  /** Writes the noted behaviors that no other fuzzer has seen, as far as this process knows. */
  report(): void {
    const { records, runId, save } = this.options;
    const fresh = new Map<TargetId, string[]>();
    for (const [targetId, behaviors] of this.unreported) {
      const known = this.union.of(targetId);
      const news = behaviors.filter((id) => !known.has(id));
      if (news.length > 0) fresh.set(targetId, news);
    }
    this.unreported.clear();
    if (fresh.size === 0) return;
    save([records.runs.putSeen(runId, this.written, fresh)]);
    this.written += 1;
  }

  /** How many behaviors all fuzzers have seen, over all targets; each counts once. */
  count(): number {
    const own = new Map(this.options.targets().map((target) => [hashKey(target.id), target.behaviors]));
    let count = 0;
    for (const hash of new Set([...own.keys(), ...this.union.byTarget.keys()])) {
      const [ours, theirs] = [own.get(hash), this.union.byTarget.get(hash)];
      count += ours?.size ?? 0;
      for (const id of theirs ?? []) if (ours?.has(id) !== true) count += 1;
    }
    return count;
  }
}
