import { crashOrigin } from '../../src/failure/crashOrigin';
import type { FailureSnapshot } from '../../src/protocol/failure';
import type { Stamp } from '../../src/protocol/target';
import { isFlaky, type Reruns } from '../../src/protocol/failureRate';
import { isOpen } from '../../src/protocol/failureStates';
import type { RunStore } from '../store/runStore';
import { deathSnapshot, failureId } from '../targets/failureSnapshots';
import type { TargetPool } from '../targets/targetPool';
import type { TrackedFailure, TargetState } from '../targets/targetState';
import type { Crash } from './crashRuns';
import type { FailureTracker } from './failureTracker';

export interface CrashRecordsOptions {
  readonly store: RunStore;
  readonly pool: TargetPool;
  readonly failureTracker: FailureTracker;
  readonly rootDir: string;
}

/** Crashes as failures of their targets: finds their origins, saves and announces them. */
export class CrashRecords {
  constructor(private readonly options: CrashRecordsOptions) {}

  /** Whether the target is known to crash like this with an input that is as simple. */
  isKnown(target: TargetState, { kind, stacks, choices }: Crash): boolean {
    return isKnown(target, this.originOf(kind, stacks).key, choices);
  }

  /** Whether a crash is the same as a failure. If the place of the failure is not known, its kind decides. */
  isSame({ kind, stacks }: Crash, { snapshot }: TrackedFailure): boolean {
    if (snapshot.origin.place === null) return kind === snapshot.kind;
    return this.originOf(kind, stacks).key === snapshot.origin.key;
  }

  /**
   * Saves and announces a crash. Returns null when the crash is known already, with an input that is as simple or with
   * a place that this crash does not have. `isSure`: whether the input crashed again when it was run again. `reruns`:
   * the number of these runs, and how many of them crashed.
   */
  async record(
    target: TargetState,
    crash: Crash,
    isSure: boolean,
    firstFound: Stamp,
    reruns: Reruns = isSure ? { runs: 1, fails: 1 } : { runs: 0, fails: 0 },
  ): Promise<TrackedFailure | null> {
    const { pool, failureTracker } = this.options;
    const { kind, choices, text } = crash;
    const origin = this.originOf(kind, crash.stacks);
    // If this crash or a known crash of the same kind has no place, they count as the same.
    const ofKind = [...target.failures.values()].find(
      ({ snapshot }) =>
        snapshot.kind === kind && isOpen(snapshot.state) && (origin.place === null || snapshot.origin.place === null),
    );
    if (origin.place === null && ofKind !== undefined && ofKind.snapshot.origin.place !== null) return null;
    const old = target.failures.get(origin.key) ?? ofKind;
    if (isKnown(target, origin.key, choices)) return null;
    if (ofKind !== undefined && old === ofKind) target.failures.delete(ofKind.snapshot.origin.key);
    const id = old?.snapshot.id ?? failureId(target.id, origin.key);
    const input = { choices, text, isSure, firstFound, reruns };
    const made = deathSnapshot(id, target.found, kind, origin, input, old?.snapshot);
    const snapshot: FailureSnapshot = isFlaky(reruns) ? { ...made, state: 'flaky' } : made;
    const failure: TrackedFailure = { snapshot, choices, confirmed: true, isReplayed: true };
    if (kind === 'crash') target.isIsolated = true;
    target.failures.set(origin.key, failure);
    pool.touch(target);
    await failureTracker.save(failure, isFlaky(reruns) ? 'flaky' : 'found');
    return failure;
  }

  /** Saves a simpler input of a failure. `isMinimal`: nothing simpler was left to try. */
  async improve(
    target: TargetState,
    failure: TrackedFailure,
    { choices, text }: Crash,
    kind: Crash['kind'],
    shrinks: number,
    isMinimal: boolean,
  ): Promise<void> {
    const old = failure.snapshot;
    const { firstFound, reruns } = old;
    const input = { choices, text, isSure: true, firstFound, reruns };
    failure.choices = choices;
    failure.snapshot = {
      ...deathSnapshot(old.id, target.found, kind, old.origin, input, old),
      shrinks: old.shrinks + shrinks,
      state: isMinimal ? 'minimal' : 'found',
      minimalAt: isMinimal ? target.stamp() : null,
    };
    await this.options.failureTracker.save(failure, 'improved');
  }

  /** A saved crash did not crash again: it is fixed, unless it is flaky. */
  async notePassed(target: TargetState, failure: TrackedFailure): Promise<void> {
    failure.isReplayed = true;
    // A flaky failure passes at times: this does not show that it is fixed.
    if (failure.snapshot.state === 'flaky') return;
    if (failure.snapshot.kind !== 'hang') target.isIsolated = false;
    failure.snapshot = { ...failure.snapshot, state: 'fixed', fixedAt: Date.now() };
    await this.options.store.failureWriter.save(failure.snapshot, 'passed');
  }

  /** A saved crash crashed again. */
  async noteFailedAgain(target: TargetState, failure: TrackedFailure, crash: Crash): Promise<void> {
    failure.isReplayed = true;
    // The code moved, or the place was not known before: it is the same failure, with another origin.
    const origin = this.originOf(crash.kind, crash.stacks);
    if (!target.failures.has(origin.key)) {
      target.failures.delete(failure.snapshot.origin.key);
      target.failures.set(origin.key, failure);
      failure.snapshot = { ...failure.snapshot, origin };
    }
    failure.snapshot = { ...failure.snapshot, lastSeenAt: Date.now() };
    await this.options.store.failureWriter.save(failure.snapshot, 'failed-again');
  }

  private originOf(kind: string, stacks: readonly string[]): ReturnType<typeof crashOrigin> {
    return crashOrigin(kind, stacks, this.options.rootDir);
  }
}

function isKnown(target: TargetState, key: string, input: Uint8Array): boolean {
  const known = target.failures.get(key);
  if (known === undefined || !known.isReplayed || !isOpen(known.snapshot.state)) return false;
  return known.choices.length <= input.length;
}
