import type { Outcome } from '../../../src/property/inputRunner';

export interface Settled {
  readonly outcome: Outcome;
  /** Whether the code under test fails only when its errors have no frames, because it reads the frames. */
  readonly needsFrames: boolean;
  /** Whether it failed again, with frames or without. */
  readonly isRepeated: boolean;
}

/**
 * Decides about an input that failed while errors had no frames. Each `yield` asks for another execution of the input,
 * with frames (true) or without, and receives its outcome. An input that fails once and never again is still a failure;
 * the fuzzer finds out that it is flaky. An input that fails only without frames is no failure.
 */
export function* settleFailure(failed: Outcome): Generator<boolean, Settled, Outcome> {
  const withFrames = yield true;
  if (withFrames.status === 'failed') return { outcome: withFrames, needsFrames: false, isRepeated: true };
  const without = yield false;
  if (without.status !== 'failed') return { outcome: failed, needsFrames: false, isRepeated: false };
  return { outcome: yield true, needsFrames: true, isRepeated: true };
}
