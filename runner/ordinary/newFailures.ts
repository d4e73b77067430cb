import type { Choices } from '../../src/choice/choices';
import { Random } from '../../src/choice/random';
import type { Explained } from '../../src/explain/explain';
import { originOf, type OriginOptions } from '../../src/failure/origin';
import type { InputRunner, StartTimer } from '../../src/property/inputRunner';
import type { Origin } from '../../src/protocol/origin';
import { drive, whenDone } from '../../src/search/drive';
import { errorOf, type FailedDetails, type FailingInputs } from './failingInputs';
import { FailureSearch, type SearchLimits } from '../../src/search/failureSearch';
import { FLAKY_RERUNS, type DistinctFailure } from '../../src/search/distinctFailure';
import type { OrdinarySettings } from './ordinaryOptions';
import type { TargetCall } from './ordinaryTarget';
import { isTimeReal, muteConsole, realTimer, type RealGlobals } from './realGlobals';
import { expectsFailure, timeLeft } from './runningTest';

/** A failure of a property that failed in fast-check's own runs; it will be printed and saved. */
export interface NewFailure {
  readonly origin: Origin;
  readonly error: unknown;
  /** null when only the value of the input is known, so that the input cannot be made again. */
  readonly choices: Choices | null;
  readonly isFlaky: boolean;
  /** Times that this input was run again, and how many of these runs failed; both are 0 when it was not run again. */
  readonly failed: number;
  readonly reruns: number;
  /** Runs of the search until the failure was found. */
  readonly foundAfter: number;
  readonly shrinks: number;
  /** Which parts of the input the failure depends on; null when this was not looked for. */
  readonly explained: Explained | null;
}

/** The limits of a search for further failures. */
export interface SearchPlan {
  readonly limits: SearchLimits;
  /** Whether the end of the search has stopped a run. */
  readonly isCut: () => boolean;
  /** For `InputRunner`: like its own `startTimer`, but it also stops a run at the end of the search. */
  readonly startTimer: StartTimer;
}

/** All searches of one test file together take at most this many milliseconds. */
const FILE_MS = 20_000;

/** Largest share of the test's remaining time that a search may take. */
const SHARE_OF_TEST = 0.6;

declare const expect: {
  getState(): { assertionCalls?: number };
  setState?(state: { assertionCalls?: number }): void;
};

/**
 * After fast-check has found a failure of a property: searches for other failures of this property, and makes each
 * distinct failure simpler.
 */
export class NewFailures {
  private spentMs = 0;

  constructor(
    private readonly origins: OriginOptions,
    private readonly real: RealGlobals,
  ) {}

  /**
   * The limits of the search; null when there must be none. Must be called within the call of `fc.assert`, because it
   * looks at the stack.
   */
  plan({ fastCheck, parameters, target }: TargetCall, settings: OrdinarySettings): SearchPlan | null {
    const merged = { ...fastCheck.readConfigureGlobal(), ...parameters };
    const { searchMs, searchRuns, simplifyMs } = settings;
    if (searchMs + simplifyMs === 0 || merged.endOnFailure === true || expectsFailure(target.test)) return null;
    if (!isTimeReal(this.real)) return null;
    const { now } = this.real;
    const startTimer = realTimer(this.real);
    const start = now();
    const left = timeLeft(target.test, start);
    const limit = Math.min(
      FILE_MS - this.spentMs,
      left === null ? Infinity : left * SHARE_OF_TEST,
      merged.interruptAfterTimeLimit ?? Infinity,
      typeof merged['skipAllAfterTimeLimit'] === 'number' ? merged['skipAllAfterTimeLimit'] : Infinity,
    );
    if (limit <= 0) return null;
    // At most twice the time of the options: the second half is for running failures again, because some may be flaky.
    const part = Math.min(1, limit / (searchMs + simplifyMs));
    const endsAt = start + Math.min(limit, 2 * (searchMs + simplifyMs));
    let isCut = false;
    return {
      limits: { searchMs: searchMs * part, searchRuns, simplifyMs: simplifyMs * part, endsAt },
      isCut: () => isCut,
      startTimer: (callback, ms) => {
        const rest = Math.max(0, endsAt - now());
        const cut = (): void => {
          isCut = true;
          callback();
        };
        return rest < ms ? startTimer(cut, rest) : startTimer(callback, ms);
      },
    };
  }

  /** The failures of fast-check's own runs and of the search, the simplest last. `plan`: null for no search. */
  find(
    { property }: TargetCall,
    runner: InputRunner,
    details: FailedDetails,
    inputs: FailingInputs,
    plan: SearchPlan | null,
  ): NewFailure[] | Promise<NewFailure[]> {
    const error = errorOf(details);
    if (plan === null) return asItIs(error, inputs, this.origins);
    const { limits, isCut } = plan;
    const { now } = this.real;
    const start = now();
    const { assertionCalls } = expect.getState();
    const search = new FailureSearch(runner, property, {
      // Must not be the stream that the runner draws inputs from.
      random: new Random(details.seed + 1),
      origins: this.origins,
      limits,
      now,
      isCut,
    });
    const starts = [inputs.first, inputs.shrunk].filter((choices) => choices !== null);
    const unmute = muteConsole(this.real);
    const found = drive(search.run(starts), runner.isAsync);
    return whenDone<DistinctFailure[]>(found, (failures) => {
      unmute();
      this.spentMs += now() - start;
      expect.setState?.({ assertionCalls });
      const all = failures.map(toNewFailure);
      const origin = originOf(error, this.origins);
      if (all.some((failure) => failure.origin.key === origin.key)) return all;
      // The failure that fast-check saw did not fail again, or its input cannot be made again.
      const choices = inputs.shrunk ?? (all.length === 0 ? inputs.first : null);
      const seen = {
        origin,
        error,
        choices,
        isFlaky: choices !== null,
        failed: 0,
        reruns: choices === null ? 0 : FLAKY_RERUNS,
      };
      return [...all, { ...seen, foundAfter: 0, shrinks: details.numShrinks, explained: null }];
    }) as NewFailure[] | Promise<NewFailure[]>;
  }
}

function toNewFailure(failure: DistinctFailure): NewFailure {
  const { origin, error, choices, failed, reruns, foundAfter, shrinks } = failure;
  const isFlaky = failed < reruns;
  // The runs of an input that fails only sometimes explain nothing.
  const explained = isFlaky ? null : failure.explained;
  return { origin, error, choices, isFlaky, failed, reruns, foundAfter, shrinks, explained };
}

/** The one failure that fast-check found, without a search. */
function asItIs(error: unknown, { first, shrunk }: FailingInputs, origins: OriginOptions): NewFailure[] {
  const choices = shrunk ?? first;
  if (choices === null) return [];
  const origin = originOf(error, origins);
  return [{ origin, error, choices, isFlaky: false, failed: 0, reruns: 0, foundAfter: 0, shrinks: 0, explained: null }];
}
