import type { Outcome } from '../property/inputRunner';
import { isPromise } from '../property/isPromise';

/**
 * Runs of inputs, one after the other: yields the result of each run (or a promise of it), and receives the settled
 * result.
 */
export type Runs<T, End = Outcome> = Generator<End | Promise<End>, T, End>;

/**
 * Goes through the runs of a property. If the property is asynchronous, it waits for each run, and returns a promise.
 */
export function drive<T>(runs: Runs<T>, isAsync: boolean): T | Promise<T> {
  if (isAsync) return driveAsync(runs);
  let step = runs.next(undefined as never);
  while (step.done !== true) step = runs.next(step.value as Outcome);
  return step.value;
}

/** Goes through the runs and waits for each. */
export async function driveAsync<T, End>(runs: Runs<T, End>): Promise<T> {
  let step = runs.next(undefined as never);
  while (step.done !== true) {
    let end: End;
    try {
      end = await step.value;
    } catch (error) {
      step = runs.throw(error);
      continue;
    }
    step = runs.next(end);
  }
  return step.value;
}

/** Calls `next` with the value. If the value is a promise, it first waits until the promise is fulfilled. */
export function whenDone<T>(value: unknown, next: (value: T) => unknown): unknown {
  return isPromise(value) ? value.then((settled) => next(settled as T)) : next(value as T);
}
