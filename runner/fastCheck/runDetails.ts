import { fromBlob } from '../../src/choice/encoding';
import type { Choices } from '../../src/choice/choices';
import type { Random } from '../../src/choice/random';
import { isPromise } from '../../src/property/isPromise';
import { replayProperty } from '../../src/property/replayProperty';
import type { Check, CheckParameters } from './fastCheckHook';

/** The fields of fast-check's `RunDetails` that we set. */
interface RunDetails {
  failed: boolean;
  numRuns: number;
  numShrinks: number;
  counterexamplePath: string | null;
}

/** The details that `check` returns for a property that passed. fast-check did not run the property: we ran it. */
export function passedDetails(parameters: CheckParameters | undefined, numRuns: number): unknown {
  return {
    failed: false,
    interrupted: false,
    numRuns,
    numSkips: 0,
    numShrinks: 0,
    seed: parameters?.seed ?? 0,
    counterexample: null,
    counterexamplePath: null,
    error: null,
    errorInstance: null,
    failures: [],
    executionSummary: [],
    verbose: 0,
    runConfiguration: { ...parameters, numRuns },
  };
}

/**
 * Runs fast-check's own `check` on one input, so that fast-check reports its failure. The details have `blob` as path.
 * As a parameter of the property, this path replays the input (see `choicesOfPath`). Returns the details, or a promise
 * of them.
 */
export function checkOneInput(
  original: Check,
  property: object,
  parameters: CheckParameters | undefined,
  input: { readonly choices: Choices; readonly blob: string; readonly inputs: number; readonly shrinks: number },
  random: Random,
): unknown {
  const details = original(replayProperty(property, input.choices, random), {
    ...parameters,
    numRuns: 1,
    path: undefined,
    examples: [],
    endOnFailure: true,
    skipAllAfterTimeLimit: undefined,
    interruptAfterTimeLimit: undefined,
  });
  const complete = (found: unknown): unknown => {
    const known = found as RunDetails;
    known.numRuns = input.inputs;
    known.numShrinks = input.shrinks;
    if (known.failed) known.counterexamplePath = input.blob;
    return found;
  };
  return isPromise(details) ? details.then(complete) : complete(details);
}

/** The choices of a `path` that we printed; null for no path or a path of fast-check's own. */
export function choicesOfPath(path: string | undefined): Choices | null {
  return path === undefined || !path.startsWith('fz1-') ? null : fromBlob(path);
}
