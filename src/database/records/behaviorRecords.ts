import type { RunSnapshot } from '../../protocol/run';
import type { TargetId } from '../../protocol/target';
import { jsonCodec, type Codec } from './codec';
import { hashKey, keyPart } from '../base/key';
import type { RecordTable } from './recordTable';

/** Behaviors that a run was the first to tell of, as far as it knew: by the hash of a target's id, 16 hex digits each. */
export interface SeenBehaviors {
  readonly targets: Readonly<Record<string, string>>;
}

export const seenCodec: Codec<SeenBehaviors> = jsonCodec(1, { targets: {} });

/** `seen/<run>/<number>`: from 0; how many there are stands in the run's record. */
export function seenKey(runId: string, sequence: number): string {
  return `${keyPart(runId)}/${String(sequence).padStart(6, '0')}`;
}

/** What several runs have seen, each behavior once. */
export class BehaviorUnion {
  private readonly targets = new Map<string, Set<string>>();
  /** How many records of each run have been read. */
  private readonly read = new Map<string, number>();

  constructor(private readonly table: RecordTable<SeenBehaviors>) {}

  /** Reads what is new of these runs. */
  async update(runs: Iterable<RunSnapshot>): Promise<void> {
    for (const { runId, told = 0 } of runs) {
      for (let at = this.read.get(runId) ?? 0; at < told; at += 1) {
        const seen = await this.table.get(seenKey(runId, at));
        // Not written yet: the next time.
        if (seen === undefined) break;
        this.read.set(runId, at + 1);
        for (const [target, behaviors] of Object.entries(seen.targets)) this.add(target, behaviors);
      }
    }
  }

  /** By the hash of the target's id. */
  get byTarget(): ReadonlyMap<string, ReadonlySet<string>> {
    return this.targets;
  }

  of(targetId: TargetId): ReadonlySet<string> {
    return this.targets.get(hashKey(targetId)) ?? NONE;
  }

  private add(target: string, behaviors: string): void {
    const known = this.targets.get(target) ?? new Set();
    this.targets.set(target, known);
    for (const id of behaviors.match(/.{16}/g) ?? []) known.add(id);
  }
}

const NONE: ReadonlySet<string> = new Set();
