import type { RunSnapshot } from '../../protocol/run';
import type { TargetId } from '../../protocol/target';
import { jsonCodec, type Codec } from './codec';
import { hashKey, keyPart } from '../base/key';
import type { RecordTable } from './recordTable';

/** Behaviors that a run saw and that no other run had reported, as far as this run knew. */
export interface SeenBehaviors {
  /** By the hash of a target's id: the ids of its behaviors as one text, 16 hex digits each. */
  readonly targets: Readonly<Record<string, string>>;
}

export const seenCodec: Codec<SeenBehaviors> = jsonCodec(1, { targets: {} });

/** `seen/<run>/<number>`, from 0. The field `told` of the run's record says how many there are. */
export function seenKey(runId: string, sequence: number): string {
  return `${keyPart(runId)}/${String(sequence).padStart(6, '0')}`;
}

/** The behaviors that several runs have seen, each once. */
export class BehaviorUnion {
  private readonly targets = new Map<string, Set<string>>();
  /** How many records of each run have been read. */
  private readonly read = new Map<string, number>();

  constructor(private readonly table: RecordTable<SeenBehaviors>) {}

  /** Reads the records of these runs that were not read yet. */
  async update(runs: Iterable<RunSnapshot>): Promise<void> {
    for (const { runId, told = 0 } of runs) {
      for (let at = this.read.get(runId) ?? 0; at < told; at += 1) {
        const seen = await this.table.get(seenKey(runId, at));
        // It is not written yet: the next update reads it.
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
