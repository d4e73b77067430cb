import { countChoices, type Choices } from '../choice/choices';

/**
 * What a run of the property did. same: it failed with the origin that is looked at. failed: with another one.
 * rejected: `fc.pre` rejected the input, or there were not enough choices.
 */
export type RunOutcome = 'same' | 'passed' | 'failed' | 'rejected';

/** One run, as far as it says something about a failure. `features` are valid until the next run. */
export interface SeenRun {
  readonly outcome: RunOutcome;
  /** What was really drawn. */
  readonly choices: Choices;
  /** The first `featureCount` are edge index * 8 + hit-count bucket; none where code is not instrumented. */
  readonly features: Uint32Array;
  readonly featureCount: number;
}

/** Passing inputs that are kept, the latest: shrinking ends near the minimal input. */
const KEPT = 512;

/** Longer inputs are not kept: nobody would read them, and they would take much memory. */
const KEPT_CHOICES = 1000;

/** What the runs around one failure tell of it. Begins with a run that failed. */
export class Evidence {
  /** Runs that failed with the origin, and that passed. */
  failing = 0;
  passing = 0;
  /** Inputs that passed, the latest last. */
  readonly passed: Choices[] = [];
  /** Edges that each failing run took and no passing one did; null before the first failing run. */
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

  /** Edges taken in each failing run and in no passing one, rising. */
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
