import type { Choices } from '../choice/choices';
import type { Random } from '../choice/random';
import {
  isArbitrary,
  isPreconditionFailure,
  type PropertyLike,
  type RunResult,
  type ValueLike,
} from './fastCheckTypes';
import { OVERRUN } from './overrun';
import type { Recording } from './recording';
import { Tape, type Source } from './tape';
import { DEFAULT_BUDGET } from './tapeState';
import { COIN_MAX } from './tapeRandom';
import { wrapArbitraries, wrapLateArbitraries } from './wrapArbitraries';

/**
 * How a run ended. invalid: `fc.pre` rejected the input. overrun: there were not enough choices.
 * failed: `error` is what the property threw, or fast-check's own error when it returned false or took too long.
 */
export type Outcome =
  | { readonly status: 'passed' | 'invalid' | 'overrun' }
  | {
      readonly status: 'failed';
      readonly error: unknown;
      /** True when the error was made by us or by fast-check: its stack then names no place of the user's code. */
      readonly isWithoutPlace?: boolean;
    };

export interface InputRunnerOptions {
  /** Source of all random choices; the same state gives the same inputs. */
  readonly random: Random;
  /** An input has at most this many choices. Default: 4096. */
  readonly budget?: number;
  /**
   * Limit of one run of an asynchronous property in milliseconds (like fast-check's `timeout`), and the timer to use.
   */
  readonly timeout?: { readonly ms: number; readonly startTimer: StartTimer };
}

/** Calls `callback` once, after `ms` milliseconds. Returns a function that cancels this. */
export type StartTimer = (callback: () => void, ms: number) => () => void;

/**
 * Runs one fast-check property, synchronous or not, on inputs from our own choices.
 * Invariant: no generated value is run twice, because running may change it (`fc.context`, commands, streams);
 * a second `execute` generates the same input again.
 */
export class InputRunner {
  readonly isAsync: boolean;
  readonly tape: Tape;
  readonly #property: PropertyLike;
  readonly #timeout: InputRunnerOptions['timeout'];
  readonly #hasHooks: boolean;
  #value: ValueLike | null = null;
  #isUsed = false;
  /** Set when the arbitraries themselves threw: `execute` then fails with it. */
  #generationError: { readonly error: unknown } | null = null;

  /** The reason why we cannot run a property, as one sentence; null if we can. */
  static unsupportedReason(property: unknown): string | null {
    if (typeof property !== 'object' || property === null) return 'It is not a property made by fc.property.';
    const candidate = property as Partial<PropertyLike>;
    if (!isArbitrary(candidate.arb)) return 'It is a custom property: it has no arbitrary in its field `arb`.';
    if (typeof candidate.run !== 'function' || typeof candidate.isAsync !== 'function') {
      return 'It is a custom property: it lacks the methods `run` and `isAsync` of fc.property.';
    }
    return null;
  }

  constructor(property: object, options: InputRunnerOptions) {
    const reason = InputRunner.unsupportedReason(property);
    if (reason !== null) throw new TypeError(`Expected a fast-check property. ${reason}`);
    this.#property = property as PropertyLike;
    this.#timeout = options.timeout;
    this.isAsync = this.#property.isAsync();
    this.#hasHooks = this.#property.runBeforeEach !== undefined && this.#property.runAfterEach !== undefined;
    this.tape = new Tape(options.random, options.budget ?? DEFAULT_BUDGET);
    wrapArbitraries(this.#property.arb);
  }

  /**
   * Generates the input of `source` and holds it for `execute`. When an arbitrary throws (in a mapper, say), the result
   * is 'ok': this input fails when it is executed. With `recordsSpans` the recording will have spans.
   */
  generate(source: Source, recordsSpans = false): 'ok' | 'overrun' | 'invalid' {
    let status = this.#generateOnce(source, recordsSpans);
    // Classes of arbitraries that were met for the first time had no spans: generates once more, now that they are
    // wrapped.
    for (let again = 0; this.tape.metNewArbitraries && again < 3; again += 1) {
      status = this.#generateOnce({ type: 'replay', choices: this.tape.choices(), tail: 'simplest' }, true);
    }
    return status;
  }

  /**
   * Runs beforeEach, the property and afterEach on the generated input. An error of a hook is thrown again, as in
   * fast-check. Returns a promise for an asynchronous property only.
   */
  execute(): Outcome | Promise<Outcome> {
    if (this.#isUsed) this.generateAgain();
    if (this.tape.isOverrun) return OVERRUN_OUTCOME;
    const generationError = this.#generationError;
    if (generationError !== null) {
      this.#isUsed = true;
      return isPreconditionFailure(generationError.error) ? INVALID : { status: 'failed', ...generationError };
    }
    const value = this.#value;
    if (value === null) throw new Error('There is no input to run: call generate() before execute().');
    this.#isUsed = true;
    return this.isAsync ? this.#executeAsync(value) : this.#executeSync(value);
  }

  /** Generates the input that was just run once more, for another `execute`. */
  generateAgain(): 'ok' | 'overrun' | 'invalid' {
    return this.#generateOnce({ type: 'replay', choices: this.tape.choices(), tail: 'random' }, this.tape.recordsSpans);
  }

  /** A copy of the choices that the last generation and run drew, with their ranges. Making it is not cheap. */
  recording(): Recording {
    wrapLateArbitraries(this.tape.lateValues);
    return this.tape.recording();
  }

  /** As `recording().choices`, cheaper. */
  choices(): Choices {
    return this.tape.choices();
  }

  /** The arguments as fast-check prints them, `[0,"a"]`; `stringify` is that of the user's copy of fast-check. */
  argumentsText(stringify: (value: unknown) => string): string {
    return this.#value === null ? '(none: the arbitraries threw)' : stringify(this.#value.value_);
  }

  #generateOnce(source: Source, recordsSpans: boolean): 'ok' | 'overrun' | 'invalid' {
    const { tape } = this;
    this.#value = null;
    this.#isUsed = false;
    this.#generationError = null;
    tape.start(source, recordsSpans);
    try {
      this.#value = this.#property.arb.generate(tape.root, tape.isBiased ? COIN_MAX : undefined);
    } catch (error) {
      // The user's code may have wrapped or replaced what we threw, so the flag decides, not the error.
      if (tape.isOverrun) return 'overrun';
      this.#generationError = { error };
      return isPreconditionFailure(error) ? 'invalid' : 'ok';
    }
    return tape.isOverrun ? 'overrun' : 'ok';
  }

  #executeSync(value: ValueLike): Outcome {
    if (!this.#hasHooks) return this.#outcomeOf(this.#property.run(value.value) as RunResult);
    this.#property.runBeforeEach!();
    const result = this.#property.run(value.value, true) as RunResult;
    this.#property.runAfterEach!();
    return result === null && !this.tape.isOverrun ? PASSED : this.#outcomeOf(result);
  }

  async #executeAsync(value: ValueLike): Promise<Outcome> {
    if (this.#hasHooks) await this.#property.runBeforeEach!();
    const run = this.#property.run(value.value, true) as Promise<RunResult>;
    const result = this.#timeout === undefined ? await run : await withTimeout(run, this.#timeout);
    if (this.#hasHooks) await this.#property.runAfterEach!();
    return this.#outcomeOf(result);
  }

  #outcomeOf(result: RunResult): Outcome {
    if (this.tape.isOverrun || result?.error === OVERRUN) return OVERRUN_OUTCOME;
    if (result === null) return PASSED;
    if (isPreconditionFailure(result)) return INVALID;
    if (result.error === undefined && result.errorMessage === RETURNED_FALSE) {
      return { status: 'failed', error: new Error(RETURNED_FALSE), isWithoutPlace: true };
    }
    return result instanceof TimeLimitPassed
      ? { status: 'failed', error: result.error, isWithoutPlace: true }
      : { status: 'failed', error: result.error };
  }
}

const PASSED: Outcome = Object.freeze({ status: 'passed' });
const INVALID: Outcome = Object.freeze({ status: 'invalid' });
const OVERRUN_OUTCOME: Outcome = Object.freeze({ status: 'overrun' });

/** fast-check's words; 3.0 to 3.3 give them without an error. */
const RETURNED_FALSE = 'Property failed by returning false';

class TimeLimitPassed {
  constructor(readonly error: Error) {}
}

async function withTimeout(
  run: Promise<RunResult>,
  { ms, startTimer }: NonNullable<InputRunnerOptions['timeout']>,
): Promise<RunResult> {
  let stop = (): void => {};
  const limit = new Promise<RunResult>((resolve) => {
    stop = startTimer(
      () => resolve(new TimeLimitPassed(new Error(`Property timeout: exceeded limit of ${ms} milliseconds`))),
      ms,
    );
  });
  try {
    return await Promise.race([run, limit]);
  } finally {
    stop();
  }
}
