import type { Choices } from '../choice/choices';
import { compareSizes } from '../choice/order';
import type { Random } from '../choice/random';
import type { Recording } from '../property/recording';
import type { Evidence, SeenRun } from './evidence';
import { differOnlyIn, type Part } from './parts';
import { PartTape } from './partTape';

/** Yields inputs to run, with the tail `simplest`, and is told what was seen. */
export type ExplainSteps<T> = Generator<Choices, T, SeenRun>;

/** The runs that explain one minimal failure. */
export class ExplainRuns {
  readonly choices: Choices;
  readonly tape: PartTape;
  /** Runs so far. */
  count = 0;

  constructor(
    readonly minimal: Recording,
    readonly evidence: Evidence,
    readonly random: Random,
    /** Runs after which it is over. */
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

  /** As `try`; null when the input became another one, because it did not fit. */
  *tryExactly(choices: Choices): ExplainSteps<SeenRun | null> {
    const seen = yield* this.try(choices);
    return compareSizes(seen.choices, choices) === 0 ? seen : null;
  }

  /** Whether a passing input was seen that is another in this part only. */
  isRefuted(part: Part): boolean {
    return this.evidence.passed.some((passed) => differOnlyIn(part, this.choices, passed));
  }
}
