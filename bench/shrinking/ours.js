'use strict';
const path = require('node:path');

const dist = path.resolve(process.env.FUZZ_RUNNER_DIST ?? path.join(__dirname, '../../dist'));
const { Random } = require(path.join(dist, 'src/choice/random'));
const { InputRunner } = require(path.join(dist, 'src/property/inputRunner'));
const { shrink } = require(path.join(dist, 'src/shrink/shrinker'));

/** What the fuzzer allows a failure: 10 turns of 2000. */
const MAX_EVALUATIONS = 20_000;
const MAX_RUNS = 200_000;

/**
 * Finds a failing input at random and shrinks it as the fuzzer does. One seed in four draws with fast-check's bias,
 * as the fuzzer does too at times. `onCandidate` is told of each candidate, for finding out what passes spend.
 */
exports.shrinkOne = function shrinkOne(property, seed, stringify, onCandidate = () => {}) {
  const runner = new InputRunner(property, { random: new Random(seed) });
  const start = findFailure(runner, seed % 4 === 1);
  if (start === null) return null;
  const startText = start.text(stringify);
  const shrinking = shrink(start.recording, { maxEvaluations: MAX_EVALUATIONS });
  let step = shrinking.next();
  while (step.done !== true) {
    const verdict = replay(runner, step.value);
    onCandidate(step.value, verdict, runner.argumentsText(stringify));
    step = shrinking.next(verdict);
  }
  const { best, evaluations } = step.value;
  replay(runner, best.choices);
  return { start: startText, text: runner.argumentsText(stringify), evaluations };
};

function findFailure(runner, biased) {
  for (let run = 0; run < MAX_RUNS; run += 1) {
    runner.generate({ type: 'random', biased });
    if (runner.execute().status !== 'failed') continue;
    const { recording } = replay(runner, runner.choices());
    return { recording, text: (stringify) => runner.argumentsText(stringify) };
  }
  return null;
}

function replay(runner, choices) {
  runner.generate({ type: 'replay', choices, tail: 'simplest' }, true);
  const { status } = runner.execute();
  return { interesting: status === 'failed', recording: runner.recording() };
}
