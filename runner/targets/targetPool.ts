import type { TargetId } from '../../src/protocol/target';
import { Bandit } from '../../src/schedule/bandit';
import type { LostTime } from '../threads/fuzzWorker';
import type { TargetState } from './targetState';

/** Part of the run that a target may lose to inputs that end their thread, while there are others to fuzz. */
const LOST_SHARE = 0.06;

/** Inputs that never end, after which it is known that there are some. */
const LEARNING_INPUTS = 3;

/** The targets of a run, which of them comes next, and which have news to be shown. */
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
   * A target that no other thread runs now, or else one that another does: both then explore it. `seconds`: how much
   * time all threads had so far.
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

  /** Tells what a slice of a target brought for its CPU seconds. */
  learn(target: TargetState, discoveries: number, cpuSeconds: number): void {
    this.bandit.learn(target.id, discoveries, cpuSeconds);
    this.touch(target);
  }

  /** Counts time that brought nothing. */
  lose(target: TargetState, lost: LostTime): void {
    target.lose(lost);
    this.learn(target, 0, lost.cpuSeconds);
  }

  /** Counts time that was spent beside the workers, on making sure. */
  charge(target: TargetState, spent: LostTime): void {
    target.charge(spent);
    this.touch(target);
  }

  /** Gives a target up. */
  block(target: TargetState, detail: string): void {
    target.status = 'blocked';
    target.detail = detail;
    this.touch(target);
  }

  /** Notes that a target has news. */
  touch(target: TargetState): void {
    this.changed.add(target);
  }

  /** Targets with news since the last call. */
  takeChanged(): Iterable<TargetState> {
    const { changed } = this;
    this.changed = new Set();
    return changed;
  }
}

/** Where it is not known yet what the time was lost to, at least as much as it takes to find out. */
function mostLost({ failures, deaths, found }: TargetState, seconds: number): number {
  const share = LOST_SHARE * seconds;
  const isKnown = failures.size > 0 || deaths > 0;
  return isKnown ? share : Math.max(share, (LEARNING_INPUTS * found.inputTimeoutMs) / 1000);
}

function firstWithAny<Item>(...lists: readonly (readonly Item[])[]): readonly Item[] {
  return lists.find((list) => list.length > 0) ?? [];
}
