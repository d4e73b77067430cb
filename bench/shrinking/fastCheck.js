'use strict';

/** Runs that fast-check gets to find a failure of its own. */
const MAX_RUNS = 20_000;
/** Runs of shrinking after which every candidate passes: some of fast-check's shrinks take millions. */
const MAX_EVALUATIONS = 5_000;

/** fast-check's own search and shrinker from the same seed; null when it finds no failure. */
exports.checkOne = function checkOne(fc, property, seed) {
  let runs = 0;
  let runsUntilFailure = null;
  const { run } = property;
  property.run = (...input) => {
    if (runsUntilFailure !== null && runs - runsUntilFailure >= MAX_EVALUATIONS) return null;
    runs += 1;
    const result = run.apply(property, input);
    if (runsUntilFailure === null && result !== null && !fc.PreconditionFailure.isFailure(result))
      runsUntilFailure = runs;
    return result;
  };
  try {
    const { counterexample } = fc.check(property, { seed, numRuns: MAX_RUNS, maxSkipsPerRun: 1000 });
    if (counterexample === null || counterexample === undefined) return null;
    return { text: fc.stringify(counterexample), evaluations: runs - runsUntilFailure };
  } finally {
    property.run = run;
  }
};
