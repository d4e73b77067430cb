import { countChoices, type Choices } from '../choice/choices';

/**
 * The result of a run. same: it failed with the origin that is being explained. failed: it failed with another origin.
 * rejected: `fc.pre` rejected the input, or there were not enough choices.
 */
export type RunOutcome = 'same' | 'passed' | 'failed' | 'rejected';

/** The parts of a run that explain a failure. `features` are valid until the next run. */
export interface SeenRun {
  readonly outcome: RunOutcome;
  /** The choices that the run drew, which may differ from the ones that it was given. */
  readonly choices: Choices;
  /**
   * The first `featureCount` entries are edge index * 8 + hit-count bucket. There are no such entries if the code is
   * not instrumented.
   */
  readonly features: Uint32Array;
  readonly featureCount: number;
}

/** At most this many passing inputs are kept: the latest, because shrinking ends near the minimal input. */
const KEPT = 512;

/** Inputs with more choices are not kept: they are too long to read, and they take much memory. */
const KEPT_CHOICES = 1000;

/** What is known about one failure from the runs of inputs near it. The first run that it notes must have failed. */
export class Evidence {
  /** Number of runs that failed with the origin. */
  failing = 0;
  /** Number of runs that passed. */
  passing = 0;
  /** Inputs that passed; the latest is the last one. */
  readonly passed: Choices[] = [];
  /** Edges that each failing run took and no passing run took; null before the first failing run. */
  private suspects: Set<number> | null = null;

  note({ outcome, choices, features, featureCount }: SeenRun): void {
    if (outcome === 'same') {
      this.failing += 1;
      this.suspects = this.takenAlways(features, featureCount);
    } else if (outcome === 'passed') {
      this.passing += 1;
      if (countChoices(choices) <= KEPT_CHOICES) this.passed.push(choices);
      if (this.passed.length > KEPT) this.passed.shift();
      if (this.suspects === null || this.suspects.size === 0) return;
      for (let at = 0; at < featureCount; at += 1) this.suspects.delete(features[at]! >>> 3);
    }
  }

  /** Edges that each failing run took and no passing run took, in ascending order. */
  suspectEdges(): number[] {
    return [...(this.suspects ?? [])].sort((a, b) => a - b);
  }

  private takenAlways(features: Uint32Array, featureCount: number): Set<number> {
    const { suspects } = this;
    if (suspects?.size === 0) return suspects;
    const taken = new Set<number>();
    for (let at = 0; at < featureCount; at += 1) {
      const edge = features[at]! >>> 3;
      if (suspects === null || suspects.has(edge)) taken.add(edge);
    }
    return taken;
  }
}
