import type { Choices } from '../choice/choices';
import { Random } from '../choice/random';
import { Evidence, type SeenRun } from '../explain/evidence';
import { explain, type Explained } from '../explain/explain';
import type { Recording } from '../property/recording';
import { shrink } from '../shrink/shrinker';
import type { Runs } from './drive';

/** Runs of inputs that are simpler than the failing one, and of others. */
const BELOW_RUNS = 150;
const OTHER_RUNS = 300;

export interface ExplainInputOptions {
  /** Runs an input, with spans. */
  readonly run: (choices: Choices) => Runs<SeenRun>;
  /** Of the last run. */
  readonly recording: () => Recording;
  /** Whether it is to be given up. */
  readonly isOver: () => boolean;
}

/**
 * What a failing input depends on, in an ordinary run; null if it was given up. Nothing that was seen before counts, and
 * the random inputs are always the same ones: the next run says the same, however much time this one had for its search.
 */
export function* explainInput(choices: Choices, options: ExplainInputOptions): Runs<Explained | null> {
  const { run, recording, isOver } = options;
  if (isOver()) return null;
  const evidence = new Evidence();
  const first = yield* run(choices);
  if (first.outcome !== 'same') return null;
  evidence.note(first);
  const minimal = recording();
  // Nothing simpler fails: what is tried on the way passes, and is near.
  const below = shrink(minimal, { maxEvaluations: BELOW_RUNS });
  for (let step = below.next(); step.done !== true;) {
    if (isOver()) return null;
    const seen = yield* run(step.value);
    evidence.note(seen);
    step = below.next({ interesting: seen.outcome === 'same', recording: recording() });
  }
  const explaining = explain(minimal, evidence, { random: new Random(1), maxRuns: OTHER_RUNS });
  let step = explaining.next();
  while (step.done !== true) {
    if (isOver()) return null;
    step = explaining.next(yield* run(step.value));
  }
  return step.value;
}
