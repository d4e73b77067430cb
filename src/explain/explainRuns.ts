import type { Choices } from '../choice/choices';
import { compareSizes } from '../choice/order';
import type { Random } from '../choice/random';
import type { Recording } from '../property/recording';
import type { Evidence, SeenRun } from './evidence';
import { differOnlyIn, type Part } from './parts';
import { PartTape } from './partTape';

/** Yields inputs to run with the tail `simplest`, and receives the result of each run. */
export type ExplainSteps<T> = Generator<Choices, T, SeenRun>;

/** The runs that explain one minimal failure. */
export class ExplainRuns {
  readonly choices: Choices;
  readonly tape: PartTape;
  /** Number of runs so far. */
  count = 0;

  constructor(
    readonly minimal: Recording,
    readonly evidence: Evidence,
    readonly random: Random,
    /** After this many runs `isOver` is true. */
    public limit: number,
  ) {
    this.choices = minimal.choices;
    this.tape = new PartTape(random);
  }

  get isOver(): boolean {
    return this.count >= this.limit;
  }

  *try(choices: Choices): ExplainSteps<SeenRun> {
    this.count += 1;
    const seen = yield choices;
    this.evidence.note(seen);
    return seen;
  }

  /** As `try`; null when the run drew other choices because `choices` did not fit. */
  *tryExactly(choices: Choices): ExplainSteps<SeenRun | null> {
    const seen = yield* this.try(choices);
    return compareSizes(seen.choices, choices) === 0 ? seen : null;
  }

  /** Whether some input that differs from the minimal one only in this part has passed. */
  isRefuted(part: Part): boolean {
    return this.evidence.passed.some((passed) => differOnlyIn(part, this.choices, passed));
  }
}
