import type { Choices } from '../../src/choice/choices';
import { toBlob } from '../../src/choice/encoding';
import type { OriginOptions } from '../../src/failure/origin';
import type { InputRunner, Outcome } from '../../src/property/inputRunner';
import type { SavedFailure } from '../../src/database/journal/replayFile';
import { explanationText } from '../../src/protocol/explanation';
import { drive, whenDone } from '../../src/search/drive';
import type { FailureReport } from './failureReport';
import { commandFor } from './foundFailure';
import type { TargetCall } from './ordinaryTarget';
import type { CheckedDetails, PropertyRuns } from './propertyRuns';
import type { ReplayToken } from '../replay/replayToken';
import { misfit } from './requestedReplay';
import { passedDetails } from '../fastCheck/runDetails';
import type { SavedReplays, StillFailing } from './savedReplays';
import { stackAround, type ShownFailures } from './shownFailures';

/** Runs of an input that failed a moment ago, until it fails once more in fast-check's own hands. */
const TRIES = 6;

/** Runs known inputs in place of fast-check's own, and reports those that fail. */
export class ReplayReports {
  constructor(
    private readonly runs: PropertyRuns,
    private readonly replays: SavedReplays,
    private readonly shown: ShownFailures,
    private readonly origins: OriginOptions,
  ) {}

  /** Runs the saved inputs of a property; if none fails, goes on with `next`. */
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
          // What fails in another way now is another failure.
          else if (originKey === failure.originKey) notes.push(...explanationText(failure.explanation, 'earlier'));
          return reportOf(call, runner, { choices, blob: failure.blob, error, notes });
        });
        return this.report(call, failing.at(-1)!.choices, reports, around);
      },
    );
  }

  /** Runs the one input that is the `path` of the property. */
  given(call: TargetCall, choices: Choices): unknown {
    const around = stackAround(call);
    const blob = toBlob(choices);
    return whenDone<CheckedDetails>(this.runs.check(call, { choices, blob, inputs: 1, shrinks: 0 }), (details) => {
      if (!details.failed) return details;
      const input = { choices, blob, error: details.errorInstance, notes: [] };
      const report = reportOf(call, this.runs.runnerFor(call), input);
      this.shown.add(details, [{ ...report, seed: details.seed }], around);
      return details;
    });
  }

  /** Runs the one input that `FUZZ_REPLAY` asks for, in place of all others. */
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
      process.stderr.write(`fuzz-runner: FUZZ_REPLAY passes: "${target.name}" holds for ${input}\n`);
      return passedDetails(parameters, 1);
    });
  }

  /** Details about the last of `reports`, whose input is `choices`. */
  private report(
    call: TargetCall,
    choices: Choices,
    reports: readonly FailureReport[],
    around: string,
    tries = TRIES,
  ): unknown {
    const { path: blob, error } = reports.at(-1)!;
    return whenDone<CheckedDetails>(this.runs.check(call, { choices, blob, inputs: 1, shrinks: 0 }), (found) => {
      if (!found.failed && tries > 1) return this.report(call, choices, reports, around, tries - 1);
      // A flaky one that passes now has failed all the same.
      const details = found.failed
        ? found
        : { ...found, failed: true, counterexamplePath: blob, error: String(error), errorInstance: error };
      this.shown.add(
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
