import type { Outcome } from '../../../src/property/inputRunner';
import type { Settled } from './settleFailure';
import type { StackTraces } from './stackTraces';

/** Frames kept of an error: enough to get from an assertion to the user's code. */
export const FUZZING_FRAMES = 12;

/** Frames kept of an error that is reported. */
export const REPORTING_FRAMES = 100;

/** When one of about this many inputs fails, frames are kept: to run each failing input again costs as much. */
const FAILING_SHARE = 16;

/** Inputs for which errors keep frames after an input that failed once and not again. */
const FLAKY_FRAMES = 100_000;

/**
 * Decides whether errors keep the frames of their stack. To keep them can take most of the time of code that throws, so
 * inputs are run without frames, and an input that fails is run once more with them.
 */
export class ErrorFrames {
  /** The code under test behaves otherwise when its errors have no frames. */
  areNeeded = false;
  private limit: ((count: number) => void) | null = null;
  private areKept = true;
  /** Number of the input until which they are kept, because an input failed at an unknown place. */
  private until = 0;
  /** Rises with each failure, falls with each other input: see `FAILING_SHARE`. */
  private failing = 0;

  constructor(private readonly stackTraces: StackTraces) {}

  /** `limit` sets how many frames errors keep; null where that cannot be set. They are kept at first. */
  start(limit: ((count: number) => void) | null): void {
    this.limit = limit;
    this.areKept = true;
  }

  /** For an input: its number, and whether it is expected to fail. */
  setFor(input: number, isFailing: boolean): void {
    this.keep(isFailing || this.areNeeded || input < this.until || this.failing > 8 * FAILING_SHARE);
  }

  /** Errors that are made from here on keep their frames, or do not. */
  keep(areKept: boolean): void {
    if (areKept === this.areKept || this.limit === null) return;
    this.areKept = areKept;
    this.limit(areKept ? FUZZING_FRAMES : 0);
  }

  /** Whether a failed input is to be run again because its error has no frames that show where it failed. */
  areMissedBy(outcome: Outcome & { status: 'failed' }): boolean {
    if (this.areKept || outcome.isWithoutPlace === true) return false;
    const { error } = outcome;
    // Code that fails may read its own stack to report it (fast-check 3.0 does): no reason to keep frames.
    this.stackTraces.emptyStacksRead = 0;
    return (typeof error === 'object' && error !== null) || typeof error === 'function';
  }

  /** Takes what `settleFailure` found out about the input of this number; returns its outcome. */
  settled({ outcome, needsFrames, isRepeated }: Settled, input: number): Outcome {
    if (needsFrames) this.areNeeded = true;
    // It failed once and not again. The next time, its place is to be known.
    if (!isRepeated) this.until = input + FLAKY_FRAMES;
    return outcome;
  }

  /** To be called after each input. */
  watch(status: Outcome['status']): void {
    if (status === 'failed') this.failing = Math.min(this.failing + FAILING_SHARE, 16 * FAILING_SHARE);
    else if (this.failing > 0) this.failing -= 1;
    const { stackTraces } = this;
    if (stackTraces.emptyStacksRead === 0) return;
    stackTraces.emptyStacksRead = 0;
    if (!this.areKept && status !== 'failed') this.areNeeded = true;
  }
}
