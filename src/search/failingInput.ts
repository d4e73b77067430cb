import type { Choices } from '../choice/choices';
import { isFlaky, type Reruns } from '../protocol/failureRate';

/*
 * The steps for an input that failed, wherever it failed: it is run again, judged, and made simpler. A fuzz run, an
 * ordinary run of Jest and the triage of crashes share these steps. Each has its own numbers, and its own way to run an
 * input.
 */

/** How often a failing input is run again. */
export interface RerunLimits {
  /** Runs that are enough when each of them fails. */
  readonly sure: number;
  /** Runs that are needed when at least one of them does not fail, to know the failure rate. At least `sure`. */
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

  /** Lowers the number of runs, for an input whose runs take long. */
  limitTo(runs: number): void {
    this.most = Math.min(this.most, runs);
  }

  /** The counts as plain data. */
  get counts(): Reruns {
    return { runs: this.runs, fails: this.fails };
  }
}

/**
 * A search that proposes inputs and receives a verdict on each before it proposes the next: `shrink` and
 * `simplerChoices` propose simpler inputs, `explain` proposes inputs that show what a failure depends on. It can be
 * interrupted after each input and continued later.
 */
export class InputSearch<Verdict, Result> {
  private step: IteratorResult<Choices, Result>;

  constructor(private readonly search: Generator<Choices, Result, Verdict>) {
    this.step = search.next();
  }

  /** The result of the search; null while it is not done. */
  get result(): Result | null {
    return this.step.done === true ? this.step.value : null;
  }

  get isDone(): boolean {
    return this.step.done === true;
  }

  /** Runs one proposed input after the other until the search is done or `mayGoOn` returns false. */
  *advance<Run, Seen>(
    run: (proposed: Choices) => Generator<Run, Verdict, Seen>,
    mayGoOn: () => boolean = () => true,
  ): Generator<Run, Result | null, Seen> {
    while (this.step.done !== true && mayGoOn()) this.step = this.search.next(yield* run(this.step.value));
    return this.result;
  }
}
