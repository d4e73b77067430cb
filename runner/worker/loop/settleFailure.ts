import type { Outcome } from '../../../src/property/inputRunner';

export interface Settled {
  readonly outcome: Outcome;
  /** The code under test fails when its errors have no frames, and only then: it reads them. */
  readonly needsFrames: boolean;
  /** It failed again, with frames or without. */
  readonly isRepeated: boolean;
}

/**
 * What to make of an input that failed while errors had no frames. Yields whether errors are to keep their frames in
 * another execution of the input, and is told its outcome. An input that fails once and never again is still a failure
 * (a flaky one, which the fuzzer finds out); one that fails each time without frames and never with them is none.
 */
export function* settleFailure(failed: Outcome): Generator<boolean, Settled, Outcome> {
  const withFrames = yield true;
  if (withFrames.status === 'failed') return { outcome: withFrames, needsFrames: false, isRepeated: true };
  const without = yield false;
  if (without.status !== 'failed') return { outcome: failed, needsFrames: false, isRepeated: false };
  return { outcome: yield true, needsFrames: true, isRepeated: true };
}
