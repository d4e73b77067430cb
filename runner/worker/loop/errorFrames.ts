import type { Outcome } from '../../../src/property/inputRunner';
import type { Settled } from './settleFailure';
import type { StackTraces } from './stackTraces';

/** An error keeps this many frames: enough to get from an assertion to the user's code. */
export const FUZZING_FRAMES = 12;

/** An error that is reported keeps this many frames. */
export const REPORTING_FRAMES = 100;

/** If about one in this many inputs fails, frames are kept: it would cost as much to run each failing input again. */
const FAILING_SHARE = 16;

/** After an input that failed once and not again, errors keep frames for this many inputs. */
const FLAKY_FRAMES = 100_000;

/**
 * Decides whether errors keep the frames of their stack. To keep them can take most of the time of code that throws, so
 * inputs are run without frames, and an input that fails is run once more with them.
 */
export class ErrorFrames {
  /** Whether the code under test behaves differently when its errors have no frames. */
  areNeeded = false;
  private limit: ((count: number) => void) | null = null;
  private areKept = true;
  /** Frames are kept until the input of this number, because an input failed at an unknown place. */
  private until = 0;
  /** Rises with each input that fails, and falls with each other input: see `FAILING_SHARE`. */
  private failing = 0;

  constructor(private readonly stackTraces: StackTraces) {}

  /** `limit` sets how many frames errors keep; null where this cannot be set. At first, frames are kept. */
  start(limit: ((count: number) => void) | null): void {
    this.limit = limit;
    this.areKept = true;
  }

  /** Decides for one input. `input`: its number; `isFailing`: whether it is expected to fail. */
  setFor(input: number, isFailing: boolean): void {
    this.keep(isFailing || this.areNeeded || input < this.until || this.failing > 8 * FAILING_SHARE);
  }

  /** Sets whether errors that are made from now on keep their frames. */
  keep(areKept: boolean): void {
    if (areKept === this.areKept || this.limit === null) return;
    this.areKept = areKept;
    this.limit(areKept ? FUZZING_FRAMES : 0);
  }

  /** Whether a failed input must be run again, because its error has no frames that show where it failed. */
  areMissedBy(outcome: Outcome & { status: 'failed' }): boolean {
    if (this.areKept || outcome.isWithoutPlace === true) return false;
    const { error } = outcome;
    // Code that fails may read its own stack to report it, as fast-check 3.0 does. This is no reason to keep frames.
    this.stackTraces.emptyStacksRead = 0;
    return (typeof error === 'object' && error !== null) || typeof error === 'function';
  }

  /** Uses what `settleFailure` found out about the input of this number; returns its outcome. */
  settled({ outcome, needsFrames, isRepeated }: Settled, input: number): Outcome {
    if (needsFrames) this.areNeeded = true;
    // It failed once and not again. When it fails the next time, its place must be known.
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
