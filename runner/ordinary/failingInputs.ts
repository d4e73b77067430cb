import type { Choices } from '../../src/choice/choices';
import { encodeValue } from '../../src/property/encodeValue';
import type { PropertyLike } from '../../src/property/fastCheckTypes';
import { recordRun } from '../../src/property/recordRun';
import type { CheckParameters } from '../fastCheck/fastCheckHook';
import { isPromise } from '../../src/property/isPromise';

/** The fields of fast-check's `RunDetails` that are read here, of a property that failed. */
export interface FailedDetails {
  readonly numRuns: number;
  readonly numShrinks: number;
  readonly seed: number;
  readonly counterexample: unknown;
  readonly counterexamplePath: string | null;
  readonly error?: unknown;
  readonly errorInstance?: unknown;
}

/** `check` of the user's copy of fast-check. */
export interface Checker {
  check(property: unknown, parameters?: CheckParameters): unknown;
}

/** The choices of failing inputs; null when they cannot be found. */
export interface FailingInputs {
  /** The choices of the input that failed first. */
  readonly first: Choices | null;
  /** The choices of the input that fast-check's shrinker made from the first input. */
  readonly shrunk: Choices | null;
}

/**
 * The inputs behind a failure that fast-check found. When the first failing input is an example of the user's, its value is
 * encoded. Otherwise fast-check repeats the failing run by its seed and index, and the choices that it draws are
 * recorded. The shrunk input is encoded from its value; it may fail with another origin than the first input.
 */
export function failingInputs(
  fastCheck: Checker,
  property: object,
  parameters: CheckParameters | undefined,
  details: FailedDetails,
): FailingInputs | Promise<FailingInputs> {
  const { arb } = property as { readonly arb: object };
  const shrunk = encodeValue(arb, details.counterexample);
  const index = Number(details.counterexamplePath?.split(':')[0] ?? Number.NaN);
  if (Number.isNaN(index)) return { first: null, shrunk };
  const examples = parameters?.examples ?? [];
  if (index < examples.length) return { first: encodeValue(arb, examples[index]), shrunk };
  let recorded: ReturnType<typeof recordRun> | null = null;
  const recording = Object.create(property, {
    generate: {
      value: (random: object, runId?: number) => {
        recorded = recordRun(property as PropertyLike, random, runId);
        return recorded.value;
      },
    },
  }) as object;
  const inputs = (): FailingInputs => ({ first: recorded?.choices() ?? null, shrunk });
  const again = {
    ...parameters,
    seed: details.seed,
    path: String(index),
    numRuns: 1,
    endOnFailure: true,
    skipAllAfterTimeLimit: undefined,
    interruptAfterTimeLimit: undefined,
  };
  try {
    const running = fastCheck.check(recording, again);
    return isPromise(running) ? running.then(inputs, () => ({ first: null, shrunk })) : inputs();
  } catch {
    return { first: null, shrunk };
  }
}

/** What the property threw. In fast-check 3.0 to 3.3 a property that returned false has only a text. */
export function errorOf({ errorInstance, error }: FailedDetails): unknown {
  return errorInstance === undefined && typeof error === 'string' ? new Error(error) : errorInstance;
}
