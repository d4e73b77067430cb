import type { Choices } from '../choice/choices';
import { Random } from '../choice/random';
import { Evidence, type SeenRun } from '../explain/evidence';
import { explain, type Explained } from '../explain/explain';
import type { Recording } from '../property/recording';
import type { Verdict } from '../shrink/attempts/steps';
import { shrink } from '../shrink/shrinker';
import type { Runs } from './drive';
import { InputSearch } from './failingInput';

/** At most this many runs of inputs that are simpler than the failing one, and of other inputs. */
const BELOW_RUNS = 150;
const OTHER_RUNS = 300;

export interface ExplainInputOptions {
  /** Runs an input, with spans. */
  readonly run: (choices: Choices) => Runs<SeenRun>;
  /** The recording of the last run. */
  readonly recording: () => Recording;
  /** Whether to give up. */
  readonly isOver: () => boolean;
}

/**
 * Finds out what a failing input depends on, in an ordinary run; null if it gave up. It ignores what was seen before,
 * and its random inputs are always the same. So the next run of Jest gives the same explanation, however much time this
 * one had to search.
 */
export function* explainInput(choices: Choices, options: ExplainInputOptions): Runs<Explained | null> {
  const { run, recording, isOver } = options;
  if (isOver()) return null;
  const evidence = new Evidence();
  const first = yield* run(choices);
  if (first.outcome !== 'same') return null;
  evidence.note(first);
  const minimal = recording();
  const mayGoOn = (): boolean => !isOver();
  // Nothing simpler fails: the candidates pass, and lie near the input.
  const below = new InputSearch(shrink(minimal, { maxEvaluations: BELOW_RUNS }));
  yield* below.advance(function* (candidate): Runs<Verdict> {
    const seen = yield* run(candidate);
    evidence.note(seen);
    return { interesting: seen.outcome === 'same', recording: recording() };
  }, mayGoOn);
  if (!below.isDone) return null;
  return yield* new InputSearch(explain(minimal, evidence, { random: new Random(1), maxRuns: OTHER_RUNS })).advance(
    run,
    mayGoOn,
  );
}
