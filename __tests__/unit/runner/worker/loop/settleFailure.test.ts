import { expect, test } from '@jest/globals';
import type { Outcome } from '../../../../../src/property/inputRunner';
import { settleFailure } from '../../../../../runner/worker/loop/settleFailure';

const passed: Outcome = { status: 'passed' };
const failed = (error: string): Outcome => ({ status: 'failed', error });

/** Settles a first failure of an input that behaves as `run` tells; `run` is given whether frames are kept. */
function settle(run: (keepsFrames: boolean, execution: number) => Outcome) {
  const settling = settleFailure(failed('first'));
  let executions = 0;
  let step = settling.next();
  while (step.done !== true) {
    executions += 1;
    step = settling.next(run(step.value, executions));
  }
  return { ...step.value, executions };
}

test('an input that fails again fails with the error that has frames', () => {
  expect(settle((keepsFrames) => failed(`frames: ${keepsFrames}`))).toEqual({
    outcome: failed('frames: true'),
    needsFrames: false,
    isRepeated: true,
    executions: 1,
  });
});

test('an input that fails only without frames passes, and frames are needed', () => {
  expect(settle((keepsFrames) => (keepsFrames ? passed : failed('no frames')))).toEqual({
    outcome: passed,
    needsFrames: true,
    isRepeated: true,
    executions: 3,
  });
});

test('an input that fails once and never again is a failure', () => {
  expect(settle(() => passed)).toEqual({
    outcome: failed('first'),
    needsFrames: false,
    isRepeated: false,
    executions: 2,
  });
});
