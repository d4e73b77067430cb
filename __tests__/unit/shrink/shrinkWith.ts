import type { Choices } from '../../../src/choice/choices';
import type { InputRunner, Outcome } from '../../../src/property/inputRunner';
import type { Recording } from '../../../src/property/recording';
import type { Verdict } from '../../../src/shrink/attempts/steps';
import { shrink, type ShrinkResult } from '../../../src/shrink/shrinker';

/** Runs inputs until one fails, and returns its recording. */
export async function findFailure(runner: InputRunner, biased: boolean): Promise<Recording> {
  for (let run = 0; run < 20_000; run += 1) {
    runner.generate({ type: 'random', biased });
    if ((await runner.execute()).status === 'failed') return (await replay(runner, runner.choices())).recording;
  }
  throw new Error('No input failed.');
}

/** Shrinks, calling every failure the same one unless `isSame` says otherwise. */
export async function shrinkWith(
  runner: InputRunner,
  start: Recording,
  maxEvaluations: number,
  isSame: (outcome: Outcome) => boolean = ({ status }) => status === 'failed',
): Promise<ShrinkResult> {
  const shrinking = shrink(start, { maxEvaluations });
  let step = shrinking.next();
  while (step.done !== true) step = shrinking.next(await replay(runner, step.value, isSame));
  return step.value;
}

/** The arguments that a recording stands for. */
export async function textOf(
  runner: InputRunner,
  recording: Recording,
  stringify: (value: unknown) => string,
): Promise<string> {
  await replay(runner, recording.choices);
  return runner.argumentsText(stringify);
}

async function replay(
  runner: InputRunner,
  choices: Choices,
  isSame: (outcome: Outcome) => boolean = () => true,
): Promise<Verdict> {
  runner.generate({ type: 'replay', choices, tail: 'simplest' }, true);
  const outcome = await runner.execute();
  return { interesting: isSame(outcome), recording: runner.recording() };
}
