import type { Recording } from '../property/recording';
import { countInputsLike, ENUMERABLE_INPUTS, nextInOrder } from '../property/enumeration';
import type { Attempt, Observation } from './attempt';

/** This many random inputs are run before a property is assumed to have few inputs. */
const SAMPLES = 8;

/** If an enumeration has more inputs than this, the estimate was wrong, and the enumeration is given up. */
const ENUMERATION_LIMIT = 4 * ENUMERABLE_INPUTS;

type Steps<Result> = Generator<Attempt, Result, Observation>;

/**
 * Whether the property seems to have few inputs: at most `ENUMERABLE_INPUTS`, judged by `first` and a few random
 * inputs. `propose` gives the random inputs; `take` receives each that was run.
 */
export function* looksSmall(
  first: Recording,
  propose: () => Attempt,
  take: (seen: Observation) => Steps<void>,
): Steps<boolean> {
  let count = countInputsLike(first);
  for (let round = 0; round < SAMPLES && count <= ENUMERABLE_INPUTS; round += 1) {
    const seen = yield propose();
    if (seen.status !== 'overrun') count = Math.max(count, countInputsLike(seen.recording()));
    yield* take(seen);
  }
  return count <= ENUMERABLE_INPUTS;
}

/** Runs every input of a small property; returns whether all were run. `take` receives each of them. */
export function* enumerate(first: Recording, take: (seen: Observation) => Steps<void>): Steps<boolean> {
  let recording = first;
  for (let count = 1; count <= ENUMERATION_LIMIT; count += 1) {
    const values = nextInOrder(recording);
    if (values === null) return true;
    const seen = yield {
      source: { type: 'replay', choices: { biased: false, values, forks: [] }, tail: 'simplest' },
      isDetailed: false,
    };
    if (seen.status === 'overrun') return false;
    recording = seen.recording();
    if (countInputsLike(recording) > ENUMERABLE_INPUTS) return false;
    yield* take(seen);
  }
  return false;
}
