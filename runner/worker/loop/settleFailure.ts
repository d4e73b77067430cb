import type { Outcome } from '../../../src/property/inputRunner';

export interface Settled {
  readonly outcome: Outcome;
  /** The code under test fails when its errors have no frames, and only then: it reads them. */
  readonly needsFrames: boolean;
  /** It failed again, with frames or without. */
  readonly isRepeated: boolean;
}

/**
 * Decides about an input that failed while errors had no frames. Each `yield` asks for another execution of the input,
 * with frames (true) or without, and receives its outcome. An input that fails once and never again is still a failure
 * (a flaky one, which the fuzzer finds out); an input that fails only without frames is none.
 */
export function* settleFailure(failed: Outcome): Generator<boolean, Settled, Outcome> {
  const withFrames = yield true;
  if (withFrames.status === 'failed') return { outcome: withFrames, needsFrames: false, isRepeated: true };
  const without = yield false;
  if (without.status !== 'failed') return { outcome: failed, needsFrames: false, isRepeated: false };
  return { outcome: yield true, needsFrames: true, isRepeated: true };
}
