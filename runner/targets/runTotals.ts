import type { RunSnapshot } from '../../src/protocol/run';
import type { TargetState } from './targetState';

/** The rate of inputs is measured over at least this many milliseconds. */
const RATE_MS = 1000;

/** Adds up the totals of a run's targets, and measures how many inputs run per second now. */
export class RunTotals {
  private rate: { at: number; inputs: number; perSecond: number } = { at: 0, inputs: 0, perSecond: 0 };

  /** `now`: epoch milliseconds. While it is not fuzzing, the rate is 0. */
  of(
    targets: readonly TargetState[],
    now: number,
    isFuzzing: boolean,
  ): Omit<RunSnapshot['totals'], 'files' | 'notCollected'> {
    const sum = (pick: (target: TargetState) => number): number =>
      targets.reduce((total, target) => total + pick(target), 0);
    const inputs = sum((target) => target.inputs);
    if (now - this.rate.at >= RATE_MS) {
      const seconds = (now - this.rate.at) / 1000;
      const perSecond = isFuzzing && this.rate.at > 0 ? (inputs - this.rate.inputs) / seconds : 0;
      this.rate = { at: now, inputs, perSecond };
    }
    const lastNews = targets.reduce<number | null>(
      (latest, { lastNewBehaviorAt: at }) => (at === null || (latest !== null && latest > at) ? latest : at),
      null,
    );
    return {
      targets: targets.length,
      inputs,
      behaviors: sum((target) => target.behaviors.size),
      failures: sum((target) => target.openFailures().length),
      cpuSeconds: sum((target) => target.cpuSeconds),
      inputsPerSecond: this.rate.perSecond,
      sinceNewBehaviorSeconds: lastNews === null ? null : (now - lastNews) / 1000,
    };
  }
}
