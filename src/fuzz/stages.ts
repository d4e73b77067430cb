import type { Choices } from '../choice/choices';
import type { Random } from '../choice/random';
import type { Comparison } from '../coverage/comparisonLog';

/** Inputs made from the operands of one run. */
export interface Stage {
  readonly candidates: Iterator<Choices>;
  /** Candidates still to be asked for. */
  left: number;
  /** Where the input they are made from came from, which has what they find to its credit; null for the corpus. */
  readonly arm: number | null;
}

/** A candidate with the arm that has it to its credit. */
export interface Staged {
  readonly choices: Choices;
  readonly arm: number | null;
}

/** Candidates that are run without waiting, the best coming first. */
const AT_ONCE = 4;

/** Of the inputs, the share that comes from stages while there are any: a hundred candidates must not stop all else. */
const SHARE = 0.5;

/** Stages that wait; the oldest are dropped. */
const MOST = 256;

/** Pairs of operands whose tries are remembered. */
const MOST_PAIRS = 20_000;

/** Inputs that wait to be run, newest first: what was just reached is followed before what was reached long ago. */
export class Stages {
  readonly #stages: Stage[] = [];
  readonly #tries = new Map<string, number>();
  #atOnce = 0;

  constructor(private readonly random: Random) {}

  add(stage: Stage): void {
    this.#stages.push(stage);
    this.#atOnce = AT_ONCE;
    if (this.#stages.length > MOST) this.#stages.shift();
  }

  /** The next candidate; null when there is none, or it is the turn of something else. */
  next(): Staged | null {
    if (this.#stages.length === 0) return null;
    if (this.#atOnce > 0) this.#atOnce -= 1;
    else if (this.random.share() >= SHARE) return null;
    for (;;) {
      const stage = this.#stages.at(-1);
      if (stage === undefined) return null;
      const step = stage.left === 0 ? null : stage.candidates.next();
      if (step === null || step.done === true) {
        this.#stages.pop();
        continue;
      }
      stage.left -= 1;
      return { choices: step.value, arm: stage.arm };
    }
  }

  /** The comparisons in the order of how seldom their operands were tried, and counts them as tried. */
  leastTried(comparisons: readonly Comparison[]): Comparison[] {
    const withTries = comparisons.map((comparison) => {
      const key = `${comparison.site} ${typeof comparison.right} ${String(comparison.right)}`;
      const tries = this.#tries.get(key) ?? 0;
      if (tries > 0 || this.#tries.size < MOST_PAIRS) this.#tries.set(key, tries + 1);
      return { comparison, tries };
    });
    return withTries.sort((a, b) => a.tries - b.tries).map(({ comparison }) => comparison);
  }
}
