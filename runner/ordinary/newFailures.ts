import type { Choices } from '../../src/choice/choices';
import { toBlob } from '../../src/choice/encoding';
import { Random } from '../../src/choice/random';
import type { Explained } from '../../src/explain/explain';
import { originOf, type OriginOptions } from '../../src/failure/origin';
import type { InputRunner, StartTimer } from '../../src/property/inputRunner';
import type { Origin } from '../../src/protocol/origin';
import { explanationText } from '../../src/protocol/explanation';
import { rerunsText } from '../../src/protocol/failureRate';
import { describeWithoutPlaces } from '../../src/explain/describe';
import { drive, whenDone } from '../../src/search/drive';
import type { FailedDetails, FailingInputs } from './failingInputs';
import type { FailureReport } from './failureReport';
import { FLAKY_RERUNS, type DistinctFailure } from '../../src/search/distinctFailure';
import { FailureSearch, type SearchLimits } from '../../src/search/failureSearch';
import { commandFor } from './foundFailure';
import type { OrdinarySettings } from './ordinaryOptions';
import type { TargetCall } from './ordinaryTarget';
import { isTimeReal, muteConsole, realTimer, type RealGlobals } from './realGlobals';
import { expectsFailure, timeLeft } from './runningTest';

/** A failure to be shown and saved. */
export interface Found {
  readonly origin: Origin;
  readonly error: unknown;
  /** null when the input is known by its value only. */
  readonly choices: Choices | null;
  readonly isFlaky: boolean;
  /** Of how many runs of this input how many failed; 0 of 0 when it was not run again. */
  readonly failed: number;
  readonly reruns: number;
  readonly foundAfter: number;
  readonly shrinks: number;
  /** What its input depends on; null where nobody has looked. */
  readonly explained: Explained | null;
}

/** A search that is to be made. */
export interface SearchPlan {
  readonly limits: SearchLimits;
  readonly isCut: () => boolean;
  /** As that of `InputRunner`, but no run goes on after the end of the search. */
  readonly startTimer: StartTimer;
}

/** Milliseconds that searches take from one test file, all together. */
const FILE_MS = 20_000;

/** Of the time that the test has left, how much a search may take. */
const SHARE_OF_TEST = 0.6;

declare const expect: {
  getState(): { assertionCalls?: number };
  setState?(state: { assertionCalls?: number }): void;
};

/** What becomes of a failure that fast-check found: others are looked for, and all are made simple. */
export class NewFailures {
  private spentMs = 0;

  constructor(
    private readonly origins: OriginOptions,
    private readonly real: RealGlobals,
  ) {}

  /** What a search may cost; null when there is to be none. To be asked in the call itself. */
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
    // Not longer than asked for, and then as much again to see what is flaky.
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

  /** All failures known in the end, the simplest last. */
  find(
    { property }: TargetCall,
    runner: InputRunner,
    details: FailedDetails,
    inputs: FailingInputs,
    plan: SearchPlan | null,
  ): Found[] | Promise<Found[]> {
    const error = errorOf(details);
    if (plan === null) return asFound(error, inputs, this.origins);
    const { limits, isCut } = plan;
    const { now } = this.real;
    const start = now();
    const { assertionCalls } = expect.getState();
    const search = new FailureSearch(runner, property, {
      // Not the stream that the inputs are drawn from.
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
      const all = failures.map(toFound);
      const origin = originOf(error, this.origins);
      if (all.some((failure) => failure.origin.key === origin.key)) return all;
      // fast-check saw one that did not fail again, or whose input we cannot make.
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
    }) as Found[] | Promise<Found[]>;
  }

  reports(
    { fastCheck, target }: TargetCall,
    runner: InputRunner,
    details: FailedDetails,
    failures: readonly Found[],
  ): FailureReport[] {
    const stringify = (value: unknown): string => fastCheck.stringify(value);
    const theirs = fastCheck.stringify(details.counterexample);
    const theirOrigin = originOf(errorOf(details), this.origins).key;
    return failures.map((failure): FailureReport => {
      const { error, choices, failed, reruns, foundAfter, shrinks, isFlaky } = failure;
      const isFirst = failure.origin.key === theirOrigin;
      const list = isFirst ? verboseText(fastCheck.defaultReportMessage(details)) : '';
      const own = { error, seed: details.seed, runs: details.numRuns + foundAfter, shrinks, details: list };
      const notes = isFlaky ? [`Flaky. ${rerunsText({ runs: reruns, fails: failed })}`] : [];
      if (choices === null) {
        const path = details.counterexamplePath ?? '';
        return { ...own, input: theirs, path, command: '', notes };
      }
      const explanation = describeWithoutPlaces(failure.explained, choices, runner, stringify);
      runner.generate({ type: 'replay', choices, tail: 'simplest' });
      const input = runner.argumentsText(stringify);
      const blob = toBlob(choices);
      // fast-check's own path works without us, too.
      const isTheirs = input === theirs && isFirst && details.counterexamplePath !== null;
      const path = isTheirs ? details.counterexamplePath : blob;
      return {
        ...own,
        shrinks: isTheirs ? details.numShrinks : shrinks,
        input,
        path,
        command: commandFor(target, blob),
        notes: [...notes, ...explanationText(explanation)],
      };
    });
  }
}

/** What was thrown. fast-check 3.0 to 3.3 have no more than a text for a property that returned false. */
function errorOf({ errorInstance, error }: FailedDetails): unknown {
  return errorInstance === undefined && typeof error === 'string' ? new Error(error) : errorInstance;
}

function toFound(failure: DistinctFailure): Found {
  const { origin, error, choices, failed, reruns, foundAfter, shrinks } = failure;
  const isFlaky = failed < reruns;
  // What was seen of one that does not always fail explains nothing.
  const explained = isFlaky ? null : failure.explained;
  return { origin, error, choices, isFlaky, failed, reruns, foundAfter, shrinks, explained };
}

/** The one failure that fast-check found, as it is. */
function asFound(error: unknown, { first, shrunk }: FailingInputs, origins: OriginOptions): Found[] {
  const choices = shrunk ?? first;
  if (choices === null) return [];
  const origin = originOf(error, origins);
  return [{ origin, error, choices, isFlaky: false, failed: 0, reruns: 0, foundAfter: 0, shrinks: 0, explained: null }];
}

/** What fast-check lists after its report when the property asks for it with `verbose`. */
function verboseText(report: string | undefined): string {
  return /^(?:Encountered failures were|Execution summary):\n[^]*/m.exec(report ?? '')?.[0] ?? '';
}
