import { NO_CHOICES, type Choices } from '../../../src/choice/choices';
import { compareChoices } from '../../../src/choice/order';
import { isLateErrorOrigin } from '../../../src/failure/lateErrorOrigin';
import type { Attempt, Observation, ObservedFailure } from '../../../src/fuzz/attempt';
import type { Origin } from '../../../src/protocol/origin';
import type { TargetFuzzer } from '../../../src/fuzz/targetFuzzer';
import type { AsyncOwner, LateError, LateErrors } from './lateErrors';

/** Runs of an input that left something that failed, until it does so again. */
const RUNS = 20;

/** Milliseconds that are waited for what an input started: at first, and when it is known how long it took. */
const WAIT_MS = { first: 250, least: 25 };

/** Strays that wait to be looked at: more say the same. */
const MOST_WAITING = 64;

/** Inputs of which one is taken to have left what was not followed: at least those since the event loop turned. */
export const MOST_SUSPECTS = 256;

/** Inputs that started something, after which a synchronous property lets the event loop turn. */
const MOST_STARTED = 256;

/**
 * What becomes of the errors that inputs of one target leave behind. An input that did so is run again, alone, and
 * what it started is waited for: then it fails as others do, and goes the way of all failures. What does not happen
 * again is a flaky failure.
 */
export class LateErrorTriage {
  /** Whether inputs that are run again are to be waited for. */
  isWatching = false;
  /** How long. */
  waitMs = WAIT_MS.first;
  /** Inputs of this test run that started something. */
  private inputsWithMore = 0;
  private readonly waiting: LateError[] = [];
  /** The last inputs of an asynchronous property that was not followed, and where the next goes. */
  private readonly recent: Choices[] = [];
  private nextRecent = 0;
  /** What none of the suspects did again, by origin: it may yet be met with its input. */
  private readonly lost = new Map<string, LateError>();
  /** Strays without a place seen so far, by class: such say little, and are looked at ever more rarely. */
  private readonly placeless = new Map<string, number>();

  constructor(
    readonly errors: LateErrors,
    private readonly fuzzer: TargetFuzzer,
    /** What is told to the fuzzer of an error. */
    private readonly failureOf: (error: unknown) => ObservedFailure,
  ) {}

  /** Inputs that are run again are to be waited for from here on. */
  watch(): void {
    this.isWatching = true;
    this.errors.isArmed = true;
  }

  get isWaiting(): boolean {
    return this.waiting.length > 0;
  }

  /** Somebody new who may start things. */
  owner(role: AsyncOwner['role']): AsyncOwner {
    return { role, listener: this, isAwaited: false, awaited: null, choices: null, started: 0, slow: 0 };
  }

  /** The test runs anew. */
  startTest(): void {
    this.inputsWithMore = 0;
  }

  /** An input of an asynchronous property that is not followed has returned. */
  ran(choices: Choices): void {
    this.recent[this.nextRecent] = choices;
    this.nextRecent = (this.nextRecent + 1) % MOST_SUSPECTS;
  }

  /**
   * `owner` has returned, and left work behind: the next input has an owner of its own. Most inputs leave no work
   * behind, and share one.
   */
  nextOwner(owner: AsyncOwner, choices: Choices): AsyncOwner {
    owner.choices = choices;
    this.inputsWithMore += 1;
    const next = this.owner('input');
    this.errors.enter(next);
    return next;
  }

  /** Runs the test, with `owner` responsible for the work that it leaves behind. `isSync`: its property is. */
  runTest<T>(owner: AsyncOwner, isSync: boolean, action: () => T): T {
    // Of synchronous properties, only inputs that start work cost more.
    const isFollowed = this.errors.isArmed || isSync;
    return isFollowed ? this.errors.run(owner, action) : this.errors.runUnfollowed(owner, action);
  }

  /** Whether the event loop should turn before more is piled up. */
  get wantsTurn(): boolean {
    return this.inputsWithMore >= MOST_STARTED;
  }

  /** Waits for what `owner` left, which `isAwaited`; returns what failed. */
  async settle(owner: AsyncOwner): Promise<LateError | null> {
    const found = (): boolean => owner.awaited !== null && !owner.awaited.isHandled;
    const began = performance.now();
    await this.errors.settle(owner, this.waitMs, found);
    if (!found()) return null;
    // A machine that is busy may take longer the next time.
    this.waitMs = Math.min(WAIT_MS.first, Math.max(WAIT_MS.least, 3 * (performance.now() - began)));
    return owner.awaited;
  }

  /** Runs the inputs that left something again. */
  *investigate(): Generator<Attempt, void, Observation> {
    for (let lateError = this.waiting.shift(); lateError !== undefined; lateError = this.waiting.shift()) {
      if (!lateError.isHandled) yield* this.look(lateError);
    }
  }

  private *look(lateError: LateError): Generator<Attempt, void, Observation> {
    const { list } = this;
    const seen = this.failureOf(lateError);
    const origin = seen.origin();
    const known = list.get(origin.key);
    const { suspects } = lateError;
    const isInput = lateError.owner.role === 'input';
    const left = lateError.owner.choices ?? NO_CHOICES;
    if (known !== undefined) {
      // Only a simpler input is of interest.
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
      // From here on it is a failure as any other: run again, and made simpler.
      if (isNew) this.fuzzer.replay({ originKey: found.key, choices, isFlaky: false });
      return;
    }
    if (known !== undefined || lateError.isHandled) return;
    if (suspects === null) this.recordAsItIs(lateError, seen, origin, left);
    else this.lost.set(origin.key, lateError);
  }

  /** Books what was met once and never with its input. */
  recordLost(): void {
    for (const [key, lateError] of this.lost) {
      if (this.list.get(key) !== undefined || lateError.isHandled) continue;
      const seen = this.failureOf(lateError);
      this.recordAsItIs(lateError, seen, seen.origin(), NO_CHOICES);
    }
    this.lost.clear();
  }

  /** Books what did not happen again, or was started by the test itself. */
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
    // What the test itself started is there with any input; whether it fails the test is seen when that is run.
    recorded.state = isInput ? 'flaky' : 'minimal';
  }

  private get list(): TargetFuzzer['failures'] {
    return this.fuzzer.failures;
  }

  take(lateError: LateError): void {
    if (!lateError.isFollowed) {
      this.errors.isArmed = true;
      const { recent, nextRecent } = this;
      lateError.suspects = [...recent.slice(0, nextRecent).reverse(), ...recent.slice(nextRecent).reverse()];
    }
    if (this.waiting.length < MOST_WAITING) this.waiting.push(lateError);
  }

  /** Whether a lateError of this class is looked at: the first, the second, the fourth and so on. */
  private isTurnOf(key: string): boolean {
    const count = (this.placeless.get(key) ?? 0) + 1;
    this.placeless.set(key, count);
    return (count & (count - 1)) === 0;
  }
}
