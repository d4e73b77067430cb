import { toBlob } from '../../src/choice/encoding';
import { describeWithoutPlaces } from '../../src/explain/describe';
import { originOf, type OriginOptions } from '../../src/failure/origin';
import type { InputRunner } from '../../src/property/inputRunner';
import { explanationText } from '../../src/protocol/explanation';
import { rerunsText } from '../../src/protocol/failureRate';
import { errorOf, type FailedDetails } from './failingInputs';
import { commandFor } from './foundFailure';
import type { NewFailure } from './newFailures';
import type { TargetCall } from './ordinaryTarget';
import type { FailureReport } from './print/failureReport';

/**
 * The reports of the failures that `NewFailures.find` returned, in the same order. `details` are fast-check's own, about
 * the failure that it found. `runner` makes the inputs again.
 */
export function newFailureReports(
  { fastCheck, target }: TargetCall,
  runner: InputRunner,
  details: FailedDetails,
  origins: OriginOptions,
  failures: readonly NewFailure[],
): FailureReport[] {
  const stringify = (value: unknown): string => fastCheck.stringify(value);
  const originKey = originOf(errorOf(details), origins).key;
  const inputOfDetails = fastCheck.stringify(details.counterexample);
  return failures.map((failure): FailureReport => {
    const { error, choices, failed, reruns, foundAfter, shrinks, isFlaky } = failure;
    const isOfDetails = failure.origin.key === originKey;
    const list = isOfDetails ? verboseText(fastCheck.defaultReportMessage(details)) : '';
    const own = { error, seed: details.seed, runs: details.numRuns + foundAfter, shrinks, details: list };
    const notes = isFlaky ? [`Flaky. ${rerunsText({ runs: reruns, fails: failed })}`] : [];
    if (choices === null) {
      const path = details.counterexamplePath ?? '';
      return { ...own, input: inputOfDetails, path, command: '', notes };
    }
    const explanation = describeWithoutPlaces(failure.explained, choices, runner, stringify);
    runner.generate({ type: 'replay', choices, tail: 'simplest' });
    const input = runner.argumentsText(stringify);
    const blob = toBlob(choices);
    // If fast-check's own path leads to the same input, that path is shown: it works without this package, too.
    const hasOwnPath = input === inputOfDetails && isOfDetails && details.counterexamplePath !== null;
    const path = hasOwnPath ? details.counterexamplePath : blob;
    return {
      ...own,
      shrinks: hasOwnPath ? details.numShrinks : shrinks,
      input,
      path,
      command: commandFor(target, blob),
      notes: [...notes, ...explanationText(explanation)],
    };
  });
}

/** The list that fast-check prints after its report when the property has the parameter `verbose`; else `''`. */
function verboseText(report: string | undefined): string {
  return /^(?:Encountered failures were|Execution summary):\n[^]*/m.exec(report ?? '')?.[0] ?? '';
}
