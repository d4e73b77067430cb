import type { Choices } from '../../src/choice/choices';
import { encodeValue } from '../../src/property/encodeValue';
import type { PropertyLike } from '../../src/property/fastCheckTypes';
import { recordRun } from '../../src/property/recordRun';
import type { CheckParameters } from '../fastCheck/fastCheckHook';
import { isPromise } from '../../src/property/isPromise';

/** fast-check's own details of a property that failed, as far as they are read here. */
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

/** Choices of the input that failed first, and of what fast-check made of it; null where they cannot be had. */
export interface FailingInputs {
  readonly first: Choices | null;
  readonly shrunk: Choices | null;
}

/**
 * The inputs behind a failure that fast-check found. The first comes from the failing run, done once more by its seed
 * and place with what it draws recorded, or is an example of the user's. What fast-check's own shrinker made of it may
 * well fail in another way: it is the second.
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
