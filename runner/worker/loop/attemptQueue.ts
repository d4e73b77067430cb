import type { Attempt, Observation } from '../../../src/fuzz/attempt';
import type { TargetFuzzer } from '../../../src/fuzz/targetFuzzer';

type Attempts = Generator<Attempt, void, Observation>;

/**
 * The attempts of one target, in the order in which they run: the attempts that its fuzzer wants, and before these the
 * attempts of a detour. `next` returns the same attempt again until it is answered. An attempt is not answered when its
 * input showed nothing new, or when the test was over before the input had ended.
 */
export class AttemptQueue {
  /** Attempts that run before the fuzzer goes on, and the attempt that the fuzzer wanted next. */
  private detour: { readonly attempts: Attempts; readonly next: Attempt | null } | null = null;
  private attempts: Attempts;
  private pending: Attempt | null = null;

  constructor(private readonly fuzzer: TargetFuzzer) {
    this.attempts = fuzzer.run();
  }

  /** The next attempt; null when the fuzzer has nothing left to do. */
  next(): Attempt | null {
    if (this.pending !== null) return this.pending;
    if (this.isAgain) this.attempts = this.fuzzer.run();
    // A generator does not use the value of the call that starts it.
    const step = this.attempts.next(undefined as never);
    this.pending = step.done === true ? null : step.value;
    return this.pending;
  }

  /** Gives the observation of the last attempt to the generator that wanted it, which then wants the next attempt. */
  answer(seen: Observation): void {
    const step = (this.detour?.attempts ?? this.attempts).next(seen);
    this.pending = step.done === true ? (this.detour?.next ?? null) : step.value;
    if (step.done === true) this.detour = null;
  }

  /** Runs `attempts` before the fuzzer goes on. Returns whether there are any. Not to be called on a detour. */
  startDetour(attempts: Attempts): boolean {
    const step = attempts.next(undefined as never);
    if (step.done === true) return false;
    this.detour = { attempts, next: this.pending };
    this.pending = step.value;
    return true;
  }

  get isOnDetour(): boolean {
    return this.detour !== null;
  }

  /** Whether all inputs were run, but a failure that appeared later must be run again, or is being run again. */
  get isAgain(): boolean {
    return this.fuzzer.isExhausted && (this.fuzzer.isReplaying || this.pending !== null);
  }
}
