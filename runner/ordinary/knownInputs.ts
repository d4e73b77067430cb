import type { Choices } from '../../src/choice/choices';
import { toBlob } from '../../src/choice/encoding';
import type { OriginOptions } from '../../src/failure/origin';
import type { InputRunner, Outcome } from '../../src/property/inputRunner';
import type { SavedFailure } from '../../src/database/journal/replayFile';
import { explanationText } from '../../src/protocol/explanation';
import { drive, whenDone } from '../../src/search/drive';
import { commandFor } from './foundFailure';
import { stackAround, type TargetCall } from './ordinaryTarget';
import type { FailureReport } from './print/failureReport';
import type { PrintedFailures } from './print/printedFailures';
import type { CheckedDetails, PropertyRuns } from './propertyRuns';
import type { ReplayToken } from '../replay/replayToken';
import { misfit } from './requestedReplay';
import { passedDetails } from '../fastCheck/runDetails';
import type { SavedReplays, StillFailing } from './savedReplays';
import { warn } from './warn';

/** fast-check's own `check` runs an input that has just failed at most this many times: a flaky input may pass. */
const MAX_TRIES = 6;

/** Runs inputs that are known already in place of fast-check's own inputs, and keeps the reports of failing inputs. */
export class KnownInputs {
  constructor(
    private readonly runs: PropertyRuns,
    private readonly replays: SavedReplays,
    private readonly printed: PrintedFailures,
    private readonly origins: OriginOptions,
  ) {}

  /** Runs the saved inputs of a property. If none fails, returns what `next` returns. */
  saved(call: TargetCall, saved: readonly SavedFailure[], next: () => unknown): unknown {
    const around = stackAround(call);
    const runner = this.runs.runnerFor(call);
    return whenDone<StillFailing[]>(
      drive(this.replays.replay(runner, saved, this.origins), runner.isAsync),
      (failing) => {
        if (failing.length === 0) return next();
        const reports = failing.map(({ failure, choices, error, originKey, runs }) => {
          const notes = [this.replays.sourceOf(failure)];
          if (runs > 1) notes.push(`Flaky. It passed ${runs - 1} time(s) with the same input before it failed.`);
          // With another origin it is another failure, so the saved explanation does not belong to it.
          else if (originKey === failure.originKey) notes.push(...explanationText(failure.explanation, 'earlier'));
          return reportOf(call, runner, { choices, blob: failure.blob, error, notes });
        });
        return this.report(call, failing.at(-1)!.choices, reports, around);
      },
    );
  }

  /** Runs only the input of the parameter `path`. */
  given(call: TargetCall, choices: Choices): unknown {
    const around = stackAround(call);
    const blob = toBlob(choices);
    return whenDone<CheckedDetails>(this.runs.check(call, { choices, blob, inputs: 1, shrinks: 0 }), (details) => {
      if (!details.failed) return details;
      const input = { choices, blob, error: details.errorInstance, notes: [] };
      const report = reportOf(call, this.runs.runnerFor(call), input);
      this.printed.add(details, [{ ...report, seed: details.seed }], around);
      return details;
    });
  }

  /** Runs only the input of `FUZZ_REPLAY`. Throws when that input can no longer be made. */
  requested(call: TargetCall, { choices, blob, ...token }: ReplayToken): unknown {
    const { fastCheck, parameters, target } = call;
    const around = stackAround(call);
    const runner = this.runs.runnerFor(call);
    runner.generate({ type: 'replay', choices, tail: 'simplest' });
    const input = runner.argumentsText((value) => fastCheck.stringify(value));
    return whenDone<Outcome>(runner.execute(), (outcome) => {
      const problem = misfit(runner, { choices, blob, ...token }, outcome, input);
      if (outcome.status === 'failed') {
        const notes = ['Replayed by fuzz-runner from FUZZ_REPLAY.', ...(problem === null ? [] : [problem])];
        const report = reportOf(call, runner, { choices, blob, error: outcome.error, notes });
        return this.report(call, choices, [report], around);
      }
      if (problem !== null) throw new Error(problem);
      warn(`FUZZ_REPLAY passes: "${target.name}" holds for ${input}`);
      return passedDetails(parameters, 1);
    });
  }

  /** Lets fast-check fail with the last of `reports`, whose input is `choices`; returns its details. */
  private report(
    call: TargetCall,
    choices: Choices,
    reports: readonly FailureReport[],
    around: string,
    tries = MAX_TRIES,
  ): unknown {
    const { path: blob, error } = reports.at(-1)!;
    return whenDone<CheckedDetails>(this.runs.check(call, { choices, blob, inputs: 1, shrinks: 0 }), (found) => {
      if (!found.failed && tries > 1) return this.report(call, choices, reports, around, tries - 1);
      // A flaky input may pass now. It failed a moment ago, and this failure is reported.
      const details = found.failed
        ? found
        : { ...found, failed: true, counterexamplePath: blob, error: String(error), errorInstance: error };
      this.printed.add(
        details,
        reports.map((report) => ({ ...report, seed: details.seed })),
        around,
      );
      return details;
    });
  }
}

function reportOf(
  { fastCheck, target }: TargetCall,
  runner: InputRunner,
  failure: {
    readonly choices: Choices;
    readonly blob: string;
    readonly error: unknown;
    readonly notes: readonly string[];
  },
): FailureReport {
  const { choices, blob, error, notes } = failure;
  runner.generate({ type: 'replay', choices, tail: 'simplest' });
  const input = runner.argumentsText((value) => fastCheck.stringify(value));
  const command = commandFor(target, blob);
  return { error, input, path: blob, seed: 0, runs: 1, shrinks: 0, command, notes, details: '' };
}
