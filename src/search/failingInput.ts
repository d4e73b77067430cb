import type { Choices } from '../choice/choices';
import { isFlaky, type Reruns } from '../protocol/failureRate';

/*
 * What is done with an input that failed, wherever it failed: it is run again, judged, and made simpler. A fuzz run, an
 * ordinary run of Jest and the triage of crashes do so with numbers of their own, and run inputs in ways of their own;
 * how it is done is here.
 */

/** How often a failing input is run again. */
export interface RerunLimits {
  /** Runs that are enough when each of them fails. */
  readonly sure: number;
  /** Runs of an input of which at least one run did not fail: so many tell its rate. At least `sure`. */
  readonly unsure: number;
}

/** Counts the runs of one failing input, and judges from them. */
export class RerunCount implements Reruns {
  runs = 0;
  fails = 0;
  private most = Infinity;

  constructor(private readonly limits: RerunLimits) {}

  /** Whether the input is to be run again before it is judged. */
  get needsMore(): boolean {
    const { sure, unsure } = this.limits;
    return this.runs < Math.min(this.fails === this.runs ? sure : unsure, this.most);
  }

  /** Whether it fails in some runs and passes in others. False before the first run. */
  get isFlaky(): boolean {
    return isFlaky(this);
  }

  /** Counts a run. `isSame`: it failed, with the origin that the input had before. */
  add(isSame: boolean): void {
    this.runs += 1;
    if (isSame) this.fails += 1;
  }

  /** Lowers the number of runs, for an input of which each run takes long. */
  limitTo(runs: number): void {
    this.most = Math.min(this.most, runs);
  }

  /** The counts as plain data. */
  get counts(): Reruns {
    return { runs: this.runs, fails: this.fails };
  }
}

/**
 * A search that proposes inputs and goes on from the verdict on each: `shrink` and `simplerChoices` propose simpler
 * ones, `explain` proposes ones that tell what a failure depends on. It keeps its place, so that it can be continued
 * turn by turn.
 */
export class InputSearch<Verdict, Result> {
  private step: IteratorResult<Choices, Result>;

  constructor(private readonly search: Generator<Choices, Result, Verdict>) {
    this.step = search.next();
  }

  /** What the search came to; null while it is not done. */
  get result(): Result | null {
    return this.step.done === true ? this.step.value : null;
  }

  get isDone(): boolean {
    return this.step.done === true;
  }

  /** Runs one proposed input after the other until the search is done or `mayGoOn` says no. */
  *advance<Run, Seen>(
    run: (proposed: Choices) => Generator<Run, Verdict, Seen>,
    mayGoOn: () => boolean = () => true,
  ): Generator<Run, Result | null, Seen> {
    while (this.step.done !== true && mayGoOn()) this.step = this.search.next(yield* run(this.step.value));
    return this.result;
  }
}
