import { NO_CHOICES, type Choices } from '../../../src/choice/choices';
import { compareChoices } from '../../../src/choice/order';
import { isLateErrorOrigin } from '../../../src/failure/lateErrorOrigin';
import type { Attempt, Observation, ObservedFailure } from '../../../src/fuzz/attempt';
import type { Origin } from '../../../src/protocol/origin';
import type { TargetFuzzer } from '../../../src/fuzz/targetFuzzer';
import type { AsyncOwner, LateError, LateErrors } from './lateErrors';

/** An input with a late error is run at most this many times, until the error comes again. */
const RUNS = 20;

/**
 * Milliseconds to wait for the work of an input: `first` until it is known how long the work takes, then at least
 * `least`.
 */
const WAIT_MS = { first: 250, least: 25 };

/** At most this many late errors wait for their inputs to be run again: most of the others would be the same. */
const MOST_WAITING = 64;

/** The cause of an error that is not followed is one of the last inputs, this many: all since the event loop turned. */
export const MOST_SUSPECTS = 256;

/** After this many inputs that left work behind, a synchronous property lets the event loop turn. */
const MOST_STARTED = 256;

/**
 * Finds the inputs of one target that cause late errors. Such an input is run again alone, and this time the loop waits
 * for the work that the input starts. Then the input fails, and is treated like every failing input. An error that does
 * not come again is a flaky failure.
 */
export class LateErrorTriage {
  /** Whether the loop waits for the work of inputs that are run again. */
  isWatching = false;
  /** The loop waits at most this many milliseconds for the slow work of an input. */
  private waitMs = WAIT_MS.first;
  /** Number of inputs of the current execution of the test that left work behind. */
  private inputsWithWork = 0;
  private readonly waiting: LateError[] = [];
  /** The last inputs of an asynchronous property that is not followed, and the index for the next input. */
  private readonly recent: Choices[] = [];
  private nextRecent = 0;
  /** By origin: errors that no suspect caused again. They may still come again, and then their input is known. */
  private readonly lost = new Map<string, LateError>();
  /** Number of late errors without a place, by origin. They say little: their inputs are run again ever more rarely. */
  private readonly placeless = new Map<string, number>();

  constructor(
    readonly errors: LateErrors,
    private readonly fuzzer: TargetFuzzer,
    /** What the fuzzer sees of an error. */
    private readonly failureOf: (error: unknown) => ObservedFailure,
  ) {}

  /** From now on, the loop waits for the work of inputs that are run again. */
  watch(): void {
    this.isWatching = true;
    this.errors.isArmed = true;
  }

  /** Whether there are late errors whose inputs must be run again. */
  get isWaiting(): boolean {
    return this.waiting.length > 0;
  }

  /** A new owner of asynchronous work. */
  owner(role: AsyncOwner['role']): AsyncOwner {
    return { role, listener: this, isAwaited: false, awaited: null, choices: null, started: 0, slow: 0 };
  }

  /** To be called when the test starts. */
  startTest(): void {
    this.inputsWithWork = 0;
  }

  /** An input of an asynchronous property that is not followed has returned. */
  ran(choices: Choices): void {
    this.recent[this.nextRecent] = choices;
    this.nextRecent = (this.nextRecent + 1) % MOST_SUSPECTS;
  }

  /**
   * The input of `owner` has returned, and has left work behind: the next input gets a new owner. Inputs that leave no
   * work behind, which are the most, share one owner.
   */
  nextOwner(owner: AsyncOwner, choices: Choices): AsyncOwner {
    owner.choices = choices;
    this.inputsWithWork += 1;
    const next = this.owner('input');
    this.errors.enter(next);
    return next;
  }

  /** Runs the test, with `owner` responsible for the work that it leaves behind. `isSync`: its property is synchronous. */
  runTest<T>(owner: AsyncOwner, isSync: boolean, action: () => T): T {
    // For a synchronous property, only inputs that start work cost more.
    const isFollowed = this.errors.isArmed || isSync;
    return isFollowed ? this.errors.run(owner, action) : this.errors.runUnfollowed(owner, action);
  }

  /** Whether the event loop should turn, because many inputs have left work behind. */
  get wantsTurn(): boolean {
    return this.inputsWithWork >= MOST_STARTED;
  }

  /** Waits for the work of an owner that `isAwaited`; returns its first error, null when there is none. */
  async settle(owner: AsyncOwner): Promise<LateError | null> {
    const found = (): boolean => owner.awaited !== null && !owner.awaited.isHandled;
    const began = performance.now();
    await this.errors.settle(owner, this.waitMs, found);
    if (!found()) return null;
    // A busy machine may take longer the next time.
    this.waitMs = Math.min(WAIT_MS.first, Math.max(WAIT_MS.least, 3 * (performance.now() - began)));
    return owner.awaited;
  }

  /** Runs the inputs again that may have caused late errors. */
  *investigate(): Generator<Attempt, void, Observation> {
    for (let lateError = this.waiting.shift(); lateError !== undefined; lateError = this.waiting.shift()) {
      if (!lateError.isHandled) yield* this.findInput(lateError);
    }
  }

  private *findInput(lateError: LateError): Generator<Attempt, void, Observation> {
    const { list } = this;
    const seen = this.failureOf(lateError);
    const origin = seen.origin();
    const known = list.get(origin.key);
    const { suspects } = lateError;
    const isInput = lateError.owner.role === 'input';
    const left = lateError.owner.choices ?? NO_CHOICES;
    if (known !== undefined) {
      // The failure is known: only a simpler input is useful.
      if (suspects !== null || !isInput || known.state === 'flaky' || compareChoices(left, known.choices) >= 0) return;
    } else if (origin.place === null && !this.isTurnOf(origin.key)) {
      return;
    }
    const tries = suspects ?? Array.from({ length: isInput ? RUNS : 0 }, () => left);
    for (const choices of tries) {
      if (lateError.isHandled) return;
      const again = yield {
        source: { type: 'replay', choices, tail: 'stop' },
        isDetailed: true,
        isFailing: true,
      };
      if (again.failure === null) continue;
      const found = again.failure.origin();
      if (!isLateErrorOrigin(found.key)) continue;
      const isNew = list.get(found.key) === undefined;
      this.isWatching = true;
      const { errorName, message } = again.failure;
      list.note(found, { errorName, message, input: () => again.text(), choices: again.choices(), size: again.size });
      // From now on it is treated like every failure: run again, and made simpler.
      if (isNew) this.fuzzer.replay({ originKey: found.key, choices, isFlaky: false });
      return;
    }
    if (known !== undefined || lateError.isHandled) return;
    if (suspects === null) this.recordAsItIs(lateError, seen, origin, left);
    else this.lost.set(origin.key, lateError);
  }

  /** Records the errors that came once and whose input was not found. To be called at the end. */
  recordLost(): void {
    for (const [key, lateError] of this.lost) {
      if (this.list.get(key) !== undefined || lateError.isHandled) continue;
      const seen = this.failureOf(lateError);
      this.recordAsItIs(lateError, seen, seen.origin(), NO_CHOICES);
    }
    this.lost.clear();
  }

  /** Records an error that did not come again, or that the test itself caused. */
  private recordAsItIs(
    lateError: LateError,
    { errorName, message }: ObservedFailure,
    origin: Origin,
    choices: Choices,
  ): void {
    const { list } = this;
    const isInput = lateError.owner.role === 'input' || lateError.suspects !== null;
    const input = isInput ? '(not known as text: it did not fail again)' : '(none: no input has started it)';
    list.note(origin, { errorName, message, input: () => input, choices, size: choices.values.length });
    const recorded = list.get(origin.key)!;
    if (isInput) recorded.reruns = { runs: RUNS, fails: 0 };
    // The test itself starts this work with any input. A run of the whole test shows whether the error fails the test.
    recorded.state = isInput ? 'flaky' : 'minimal';
  }

  private get list(): TargetFuzzer['failures'] {
    return this.fuzzer.failures;
  }

  /** Takes a late error of an owner that was made here. */
  take(lateError: LateError): void {
    if (!lateError.isFollowed) {
      this.errors.isArmed = true;
      const { recent, nextRecent } = this;
      lateError.suspects = [...recent.slice(0, nextRecent).reverse(), ...recent.slice(nextRecent).reverse()];
    }
    if (this.waiting.length < MOST_WAITING) this.waiting.push(lateError);
  }

  /** Whether to run the input of this late error again: for the first error of an origin, the second, the fourth … */
  private isTurnOf(key: string): boolean {
    const count = (this.placeless.get(key) ?? 0) + 1;
    this.placeless.set(key, count);
    return (count & (count - 1)) === 0;
  }
}
