import { expect, test } from '@jest/globals';
import { Random } from '../../../src/choice/random';
import type { Observation, ObservedFailure } from '../../../src/fuzz/attempt';
import { TargetFuzzer } from '../../../src/fuzz/targetFuzzer';
import { numberRun } from './numberRun';

/** What a run shows that covers nothing: no file is instrumented, or every input fails. */
function seen(failure: ObservedFailure | null): Observation {
  return failure === null ? numberRun(5) : { ...numberRun(5), status: 'failed', isRejected: true, failure };
}

const FAILURE: ObservedFailure = {
  rawKey: 'a',
  errorName: 'Error',
  message: 'always',
  origin: () => ({ key: 'a', errorClass: 'Error', place: null }),
};

test.each<[string, ObservedFailure | null]>([
  ['whose code is not watched', null],
  ['that always fails', FAILURE],
])('a property %s is fuzzed on and on', (_name, failure) => {
  const loop = new TargetFuzzer({ random: new Random(3), labelOf: () => undefined }).run();
  let step = loop.next();
  for (let inputs = 0; inputs < 20_000 && step.done !== true; inputs += 1) step = loop.next(seen(failure));
  expect(step.done).toBe(false);
});
