import * as fs from 'node:fs';
import * as path from 'node:path';
import { writeFileAtomic } from '../../src/database/base/atomicFile';
import type { FailureSnapshot } from '../../src/protocol/failure';
import type { Stamp, TargetId } from '../../src/protocol/target';
import { savedFailure, type TargetState } from './targetState';

/** The name has no `.json`, because `InFlightFiles` reads and removes all files of this folder with that ending. */
const FILE = 'totals';

/** Milliseconds between two writes. What a process does after its last write is not counted. */
const WRITE_MS = 500;

/** The totals of one target when its process died. */
interface SavedTarget extends Stamp {
  readonly id: TargetId;
  readonly invalidInputs: number;
  readonly lostSeconds: number;
  readonly lastNewBehavior: Stamp | null;
  readonly lastNewBehaviorAt: number | null;
  readonly failures: readonly FailureSnapshot[];
}

interface SavedRun {
  /** Missing in files of older versions. */
  readonly runId?: string;
  readonly startedAt: number;
  readonly budgetSeconds: number | null;
  readonly targets: readonly SavedTarget[];
}

/**
 * Carries the totals of a run over to the next process after its process died. `npx fuzz-runner` then starts Jest
 * again, and the report counts both processes. The totals are in a file in the folder of that command.
 */
export class ResumedRun {
  /** What the processes before this one have written; null when this is the first. */
  private readonly before: SavedRun | null;
  private readonly targets: ReadonlyMap<TargetId, SavedTarget>;
  /** Epoch milliseconds. */
  private writtenAt = 0;

  /** `folder`: null when no command starts the run again. */
  constructor(private readonly folder: string | null) {
    this.before = folder === null ? null : read(path.join(folder, FILE));
    this.targets = new Map((this.before?.targets ?? []).map((target) => [target.id, target]));
  }

  /** When the first process of the run began, in epoch milliseconds; null when this is the first. */
  get startedAt(): number | null {
    return this.before?.startedAt ?? null;
  }

  /** Id under which the latest process before this one ran; null when this is the first. */
  get runId(): string | null {
    return this.before?.runId ?? null;
  }

  /** Seconds of fuzzing that the first process was given; null when this is the first, or when there was no limit. */
  get budgetSeconds(): number | null {
    return this.before?.budgetSeconds ?? null;
  }

  /** Adds what the earlier processes counted to a target's totals. Returns the failures that they had announced. */
  restore(target: TargetState): FailureSnapshot[] {
    const known = this.targets.get(target.id);
    if (known === undefined) return [];
    target.inputs += known.inputs;
    target.invalidInputs += known.invalidInputs;
    target.charge(known);
    target.lostSeconds += known.lostSeconds;
    target.lastNewBehavior = known.lastNewBehavior;
    target.lastNewBehaviorAt = known.lastNewBehaviorAt;
    for (const snapshot of known.failures) {
      if (target.failures.has(snapshot.origin.key)) continue;
      target.failures.set(snapshot.origin.key, savedFailure(snapshot));
    }
    return [...known.failures];
  }

  /** Writes the current totals, unless the last write was less than `WRITE_MS` ago. `now`: epoch milliseconds. */
  write(run: Omit<SavedRun, 'targets'>, targets: readonly TargetState[], now: number): void {
    if (this.folder === null || now - this.writtenAt < WRITE_MS) return;
    this.writtenAt = now;
    // Targets that this process has not collected yet keep the totals of the process before.
    const all = new Map(this.targets);
    for (const target of targets) all.set(target.id, savedTargetOf(target));
    const saved: SavedRun = { ...run, targets: [...all.values()] };
    try {
      // The process may die at any moment: the file is the old one or the new one, never half of it.
      writeFileAtomic(path.join(this.folder, FILE), JSON.stringify(saved));
    } catch {
      // On a full disk the totals are lost, but the run goes on.
    }
  }
}

function savedTargetOf(target: TargetState): SavedTarget {
  const { id, invalidInputs, lostSeconds, lastNewBehavior, lastNewBehaviorAt } = target;
  const failures = target.openFailures().map(({ snapshot }) => snapshot);
  return { id, ...target.stamp(), invalidInputs, lostSeconds, lastNewBehavior, lastNewBehaviorAt, failures };
}

function read(file: string): SavedRun | null {
  try {
    return JSON.parse(fs.readFileSync(file, 'utf8')) as SavedRun;
  } catch {
    return null;
  }
}
