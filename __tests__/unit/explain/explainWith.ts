import { stringify } from 'fast-check';
import { NO_CHOICES, type Choices } from '../../../src/choice/choices';
import { Random } from '../../../src/choice/random';
import { Evidence, type SeenRun } from '../../../src/explain/evidence';
import { explain, type Explained } from '../../../src/explain/explain';
import { InputRunner } from '../../../src/property/inputRunner';
import { shrink } from '../../../src/shrink/shrinker';
import { findFailure } from '../shrink/shrinkWith';

const NO_FEATURES = new Uint32Array(0);

export interface ExplainedInput {
  readonly explained: Explained;
  /** The minimal input, and the nearest that passes. */
  readonly minimal: string;
  readonly nearest: string | null;
  /** Every input that was run to explain. */
  readonly tried: readonly string[];
}

export interface ExplainWithOptions {
  readonly seed?: number;
  readonly maxRuns?: number;
  /** The failure is that of the simplest input. Default: of a random one. */
  readonly isSimplest?: boolean;
}

/** Finds a failure of a property, makes it minimal, and explains it; messages tell origins apart. */
export async function explainWith(
  property: object,
  { seed = 1, maxRuns, isSimplest = false }: ExplainWithOptions = {},
): Promise<ExplainedInput> {
  const runner = new InputRunner(property, { random: new Random(seed) });
  const found = isSimplest ? NO_CHOICES : (await findFailure(runner, false)).choices;
  const evidence = new Evidence();
  let origin: unknown = null;
  const run = async (choices: Choices): Promise<SeenRun> => {
    runner.generate({ type: 'replay', choices, tail: 'simplest' }, true);
    const result = await runner.execute();
    const message = result.status === 'failed' ? (result.error as Error).message : null;
    origin ??= message;
    const outcome =
      result.status === 'passed' ? 'passed' : message === null ? 'rejected' : message === origin ? 'same' : 'failed';
    return { outcome, choices: runner.choices(), features: NO_FEATURES, featureCount: 0 };
  };
  const textOf = (choices: Choices): string => {
    runner.generate({ type: 'replay', choices, tail: 'simplest' });
    return runner.argumentsText(stringify);
  };
  evidence.note(await run(found));
  const shrinking = shrink(runner.recording(), { maxEvaluations: 2000 });
  let step = shrinking.next();
  while (step.done !== true) {
    const seen = await run(step.value);
    evidence.note(seen);
    step = shrinking.next({ interesting: seen.outcome === 'same', recording: runner.recording() });
  }
  await run(step.value.best.choices);
  const explaining = explain(runner.recording(), evidence, { random: new Random(seed), maxRuns });
  const tried: string[] = [];
  let asked = explaining.next();
  while (asked.done !== true) {
    tried.push(textOf(asked.value));
    asked = explaining.next(await run(asked.value));
  }
  const explained = asked.value;
  return {
    explained,
    minimal: textOf(step.value.best.choices),
    nearest: explained.nearest === null ? null : textOf(explained.nearest),
    tried,
  };
}
