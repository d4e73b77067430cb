import type { TargetId } from '../../src/protocol/target';
import { Bandit } from '../../src/schedule/bandit';
import type { LostTime } from '../threads/fuzzWorker';
import type { TargetState } from './targetState';

/** Share of the run that a target may lose to inputs that end their worker, while there are other targets to fuzz. */
const LOST_SHARE = 0.06;

/** Before its first failure is known, a target may lose the time of this many inputs that reach their limit. */
const LEARNING_INPUTS = 3;

/**
 * The targets of a run: chooses the one that gets the next slice, and notes which have changed since they were shown.
 */
export class TargetPool {
  private readonly targets = new Map<TargetId, TargetState>();
  private readonly bandit = new Bandit<TargetId>();
  private changed = new Set<TargetState>();

  /** `random`: numbers in [0, 1). */
  constructor(private readonly random: () => number) {}

  add(target: TargetState): void {
    this.targets.set(target.id, target);
    this.touch(target);
  }

  get(id: TargetId): TargetState | undefined {
    return this.targets.get(id);
  }

  all(): TargetState[] {
    return [...this.targets.values()];
  }

  /**
   * Chooses the target of the next slice: one that no other worker runs now, if there is one. Else two workers explore
   * the same target. undefined when no target may run now. `seconds`: fuzzing time so far, the sum of all workers.
   */
  choose(seconds: number): TargetState | undefined {
    const open = this.all().filter(
      ({ status, checking }) => checking === 0 && (status === 'waiting' || status === 'fuzzing'),
    );
    const mayRun = (target: TargetState): boolean => target.lostSeconds <= mostLost(target, seconds);
    const candidates = firstWithAny(
      open.filter((target) => target.running === 0 && mayRun(target)),
      open.filter(mayRun),
      open.filter((target) => target.running === 0),
      open,
    );
    const id = this.bandit.choose(
      candidates.map((target) => target.id),
      this.random,
    );
    return id === undefined ? undefined : this.targets.get(id);
  }

  /** Learns from a slice of a target how many new behaviors it found in which time. */
  learn(target: TargetState, discoveries: number, seconds: number): void {
    this.bandit.learn(target.id, discoveries, seconds);
    this.touch(target);
  }

  /** Counts the time of a slice that ended without a report. */
  lose(target: TargetState, lost: LostTime): void {
    target.lose(lost);
    this.learn(target, 0, lost.cpuSeconds);
  }

  /** Counts time that crash triage has used, in addition to the workers. */
  charge(target: TargetState, spent: LostTime): void {
    target.charge(spent);
    this.touch(target);
  }

  /** Stops to fuzz a target, for the rest of the run. `detail`: why, for the user. */
  block(target: TargetState, detail: string): void {
    target.status = 'blocked';
    target.detail = detail;
    this.touch(target);
  }

  /** Notes that a target has changed: `RunStatus.publish` shows and saves it a little later. */
  touch(target: TargetState): void {
    this.changed.add(target);
  }

  /** Returns the targets that have changed since the last call. */
  takeChanged(): Iterable<TargetState> {
    const { changed } = this;
    this.changed = new Set();
    return changed;
  }
}

/**
 * Wall seconds that a target may lose. Before its first failure it may lose as much as it takes to find the reason,
 * even if that is more than its share.
 */
function mostLost({ failures, deaths, found }: TargetState, seconds: number): number {
  const share = LOST_SHARE * seconds;
  const isKnown = failures.size > 0 || deaths > 0;
  return isKnown ? share : Math.max(share, (LEARNING_INPUTS * found.inputTimeoutMs) / 1000);
}

function firstWithAny<Item>(...lists: readonly (readonly Item[])[]): readonly Item[] {
  return lists.find((list) => list.length > 0) ?? [];
}
