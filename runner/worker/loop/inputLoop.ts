import { setImmediate as turn } from 'node:timers/promises';
import type { Attempt } from '../../../src/fuzz/attempt';
import type { TargetFuzzer } from '../../../src/fuzz/targetFuzzer';
import type { InputRunner, Outcome } from '../../../src/property/inputRunner';
import { AttemptQueue } from './attemptQueue';
import { ClockChecks } from './clockChecks';
import { failureToConfirm } from './failureToConfirm';
import { InputRun } from './inputRun';
import type { AsyncOwner } from './lateErrors';
import { LateErrorTriage, MOST_SUSPECTS } from './lateErrorTriage';
import type { SliceReports } from './sliceReports';
import type { ThreadTools } from './threadTools';

/** When a loop stops. */
export interface LoopLimit {
  /** Wall seconds of the thread's clock. */
  readonly until: number;
  /** The slice has at most this many inputs; Infinity for no limit. */
  readonly inputs: number;
  /** Whether the test that reached the property is over, so that no code waits for the result. */
  readonly isAbandoned: () => boolean;
  /** Sets how many frames errors keep; missing where this cannot be set. */
  readonly keepFrames?: (count: number) => void;
}

/** After this many inputs, an asynchronous property lets the event loop turn. */
const TURN_EVERY = MOST_SUSPECTS;

/**
 * Runs the inputs that the fuzzer of a target wants, one after the other, and gives the fuzzer an observation of each.
 * This is the hot path of the fuzzer: for an input of a synchronous property that shows nothing new, nothing is allocated
 * here.
 */
export class InputLoop {
  readonly run: InputRun;
  /** The late errors of this target's inputs; null when they are not caught. */
  readonly lateErrors: LateErrorTriage | null;
  private readonly attempts: AttemptQueue;
  private readonly clockChecks: ClockChecks;
  private runner: InputRunner | null = null;
  /**
   * A synchronous input that passed, and started work whose errors matter. These errors can only be seen when its test
   * is over.
   */
  private unsettled: { readonly outcome: Outcome; readonly owner: AsyncOwner } | null = null;
  private isRunning = false;

  constructor(
    private readonly fuzzer: TargetFuzzer,
    private readonly reports: SliceReports,
    private readonly tools: ThreadTools,
    testFile: string,
  ) {
    this.run = new InputRun(tools, testFile);
    this.attempts = new AttemptQueue(fuzzer);
    this.clockChecks = new ClockChecks(tools.recorder);
    this.lateErrors =
      tools.lateErrors === undefined
        ? null
        : new LateErrorTriage(tools.lateErrors, fuzzer, (error) => this.run.failureOf(error, true));
  }

  /** Runs inputs of this property from here on. */
  bind(runner: InputRunner, stringify: (value: unknown) => string): void {
    this.runner = runner;
    this.run.bind(runner, stringify);
  }

  /** Runs inputs until the limit, or until a failure should be shown to the whole test. */
  runInputs(limit: LoopLimit): void | Promise<void> {
    const { lateErrors } = this;
    this.clockChecks.restart();
    this.run.startTest(limit.keepFrames ?? null);
    this.unsettled = null;
    lateErrors?.startTest();
    this.startDetour();
    this.isRunning = true;
    this.countStarts();
    // One more turn of the event loop: a rejection that the last input handles late is seen before its test is over.
    if (this.runner!.isAsync)
      return this.runAsync(limit)
        .then(turn)
        .finally(() => this.end());
    try {
      if (lateErrors === null) this.runSync(limit, null);
      else {
        const owner = lateErrors.owner('input');
        lateErrors.errors.run(owner, () => this.runSync(limit, owner));
      }
    } finally {
      this.end();
    }
  }

  private end(): void {
    this.run.frames.keep(true);
    this.isRunning = false;
    this.countStarts();
  }

  /** `first`: responsible for the work that the first input starts; null when late errors are not caught. */
  private runSync(limit: LoopLimit, first: AsyncOwner | null): void {
    const { run, attempts } = this;
    let owner = first;
    for (let count = 0; !this.isOver(limit, count); count += 1) {
      const attempt = attempts.next();
      if (attempt === null) return;
      // The property is synchronous, and so is its outcome.
      let outcome = run.start(attempt) as Outcome;
      if (outcome.status === 'failed' && run.frames.areMissedBy(outcome)) outcome = run.settle(outcome);
      if (owner !== null && owner.started > 0) {
        if (outcome.status === 'passed' && this.isWatched(attempt)) {
          run.observe(outcome, this.reports.tally);
          owner.isAwaited = true;
          this.unsettled = { outcome, owner };
          return;
        }
        owner = this.lateErrors!.nextOwner(owner, this.runner!.choices());
      }
      this.finish(outcome);
    }
  }

  private async runAsync(limit: LoopLimit): Promise<void> {
    const { run, attempts, lateErrors } = this;
    const runner = this.runner!;
    for (let count = 0; !this.isOver(limit, count); count += 1) {
      const attempt = attempts.next();
      if (attempt === null) return;
      const owner = lateErrors?.errors.isArmed === true ? lateErrors.owner('input') : null;
      if (owner !== null) owner.isAwaited = this.isWatched(attempt);
      let outcome = await (owner === null
        ? run.start(attempt)
        : lateErrors!.errors.run(owner, () => run.start(attempt)));
      if (outcome.status === 'failed' && run.frames.areMissedBy(outcome)) outcome = await run.settleAsync(outcome);
      if (owner === null) lateErrors?.ran(runner.choices());
      else {
        owner.choices = runner.choices();
        if (outcome.status === 'passed' && owner.isAwaited) {
          const lateError = await lateErrors!.settle(owner);
          if (lateError !== null) outcome = { status: 'failed', error: lateError };
        }
      }
      this.finish(outcome);
      if (count % TURN_EVERY === TURN_EVERY - 1) await turn();
    }
  }

  private isOver(limit: LoopLimit, count: number): boolean {
    const { isAsync } = this.runner!;
    if (this.reports.tally.inputs >= limit.inputs) return true;
    if (this.lateErrors?.wantsTurn === true && !isAsync) return true;
    if (!this.clockChecks.isDue(count, isAsync)) return false;
    const now = this.tools.clock.wallSeconds();
    this.clockChecks.checked(count, now);
    return (
      now >= limit.until ||
      limit.isAbandoned() ||
      this.tools.recorder.stopRequested ||
      failureToConfirm(this.fuzzer) !== null
    );
  }

  /** Observes the input that was executed. The fuzzer gets the observation, unless it shows nothing new. */
  private finish(outcome: Outcome): void {
    const { run } = this;
    run.observe(outcome, this.reports.tally);
    const { status } = outcome;
    if (status !== 'failed' && !this.attempts.isOnDetour && this.fuzzer.repeats(run.seen)) run.frames.watch(status);
    else this.conclude(outcome);
  }

  private conclude(outcome: Outcome): void {
    const { reports, fuzzer, tools } = this;
    const { tally } = reports;
    const seen = this.run.judge(outcome);
    const behaviorsBefore = fuzzer.behaviors.size;
    this.attempts.answer(seen);
    if (this.lateErrors?.isWaiting === true) this.startDetour();
    if (fuzzer.behaviors.size > behaviorsBefore) tally.lastNews = tally.moment(tools.clock);
    if (outcome.status === 'failed') reports.noteMoments();
    if (seen.failure?.rawKey === 'timeout') tally.timeouts += 1;
  }

  // ---------------------------------------------------------------- late errors

  /** Runs the test, with `owner` responsible for the work that it leaves behind. */
  runTest<T>(owner: AsyncOwner, action: () => T): T {
    return this.lateErrors!.runTest(owner, this.runner?.isAsync === false, action);
  }

  /**
   * Sets what is counted of the work that inputs start. A synchronous input that has started work has left work behind.
   * An asynchronous input always starts work.
   */
  countStarts(): void {
    const { lateErrors } = this;
    if (lateErrors === null) return;
    if (!this.isRunning && this.unsettled === null) lateErrors.errors.counts = 'nothing';
    else if (lateErrors.isWatching || this.attempts.isOnDetour) lateErrors.errors.counts = 'starts and slow work';
    else lateErrors.errors.counts = this.runner!.isAsync ? 'nothing' : 'starts';
  }

  /**
   * To be called when the test is over: waits for the work that the last input left behind, if its errors matter.
   * Returns whether the loop stopped only for this, and should go on.
   */
  async settle(): Promise<boolean> {
    if (this.lateErrors === null) return false;
    const { unsettled } = this;
    if (unsettled === null) {
      await this.lateErrors.errors.settle(null, 0, () => false);
      return this.hasLateErrors || this.lateErrors.wantsTurn;
    }
    const lateError = await this.lateErrors.settle(unsettled.owner);
    this.unsettled = null;
    this.countStarts();
    this.conclude(lateError === null ? unsettled.outcome : { status: 'failed', error: lateError });
    return true;
  }

  /** Whether inputs of late errors must still be found or run again, so that the slice should go on. */
  get hasLateErrors(): boolean {
    const { lateErrors, attempts } = this;
    return lateErrors !== null && (lateErrors.isWaiting || attempts.isOnDetour || attempts.isAgain);
  }

  /** Runs the inputs that may have caused late errors again, before the fuzzer goes on. */
  private startDetour(): void {
    const { lateErrors, attempts } = this;
    if (lateErrors === null || !lateErrors.isWaiting || attempts.isOnDetour) return;
    // From now on, errors keep their frames, and the work that inputs start is counted.
    this.run.frames.areNeeded = true;
    if (attempts.startDetour(lateErrors.investigate())) this.countStarts();
  }

  /** Whether an input is run again for its late errors, so that the loop must wait for its work. */
  private isWatched({ source, isDetailed }: Attempt): boolean {
    return (this.lateErrors?.isWatching === true || this.attempts.isOnDetour) && isDetailed && source.type === 'replay';
  }
}
