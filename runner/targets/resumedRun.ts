import * as fs from 'node:fs';
import * as path from 'node:path';
import { encodeChoices, fromBlob } from '../../src/choice/encoding';
import { writeFileAtomic } from '../../src/database/base/atomicFile';
import type { FailureSnapshot } from '../../src/protocol/failure';
import type { Stamp, TargetId } from '../../src/protocol/target';
import type { TargetState } from './targetState';

/** Not `.json`: those are `InFlightFiles`'s. */
const FILE = 'totals';

/** Milliseconds between two writes: what a process does after the last one is not counted. */
const WRITE_MS = 500;

/** What one target had when its process died. */
interface SavedTarget extends Stamp {
  readonly id: TargetId;
  readonly invalidInputs: number;
  readonly lostSeconds: number;
  readonly lastNewBehavior: Stamp | null;
  readonly lastNewBehaviorAt: number | null;
  readonly failures: readonly FailureSnapshot[];
}

interface SavedRun {
  /** Missing in what older versions left. */
  readonly runId?: string;
  readonly startedAt: number;
  readonly budgetSeconds: number | null;
  readonly targets: readonly SavedTarget[];
}

/**
 * The totals of a run that its process did not survive: `npx fuzz-runner` starts Jest again, and the report is to
 * count both. A file in the folder of that command, written now and then.
 */
export class ResumedRun {
  private readonly before: SavedRun | null;
  private readonly targets: ReadonlyMap<TargetId, SavedTarget>;
  private writtenAt = 0;

  /** `folder`: null where nobody starts the run again. */
  constructor(private readonly folder: string | null) {
    this.before = folder === null ? null : read(path.join(folder, FILE));
    this.targets = new Map((this.before?.targets ?? []).map((target) => [target.id, target]));
  }

  /** When the first of the processes began, in epoch milliseconds; null when this is the first. */
  get startedAt(): number | null {
    return this.before?.startedAt ?? null;
  }

  /** The run of the latest of the processes that died; null when this is the first. */
  get runId(): string | null {
    return this.before?.runId ?? null;
  }

  /** The time that was asked for; null when this is the first process, or it was given none. */
  get budgetSeconds(): number | null {
    return this.before?.budgetSeconds ?? null;
  }

  /** Gives a target what it had; returns the failures that its database does not know. */
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
      const choices = encodeChoices(fromBlob(snapshot.blob));
      target.failures.set(snapshot.origin.key, { snapshot, choices, confirmed: true, isReplayed: false });
    }
    return [...known.failures];
  }

  /** Leaves the present totals, unless it was done just now. `now`: epoch milliseconds. */
  write(run: Omit<SavedRun, 'targets'>, targets: readonly TargetState[], now: number): void {
    if (this.folder === null || now - this.writtenAt < WRITE_MS) return;
    this.writtenAt = now;
    // Those that are not collected yet, too.
    const all = new Map(this.targets);
    for (const target of targets) all.set(target.id, savedTargetOf(target));
    const saved: SavedRun = { ...run, targets: [...all.values()] };
    try {
      // In one go, as the process may die at any moment.
      writeFileAtomic(path.join(this.folder, FILE), JSON.stringify(saved));
    } catch {
      // A full disk costs the totals, not the run.
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
