import type { Outcome } from '../property/inputRunner';
import { isPromise } from '../property/isPromise';

/** Runs of inputs, one after the other: yields what a run returned, and receives how it ended. */
export type Runs<T, End = Outcome> = Generator<End | Promise<End>, T, End>;

/** Goes through the runs of a property. Waits for each run of an asynchronous one; its result then is a promise. */
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

/** `next(value)`, after a promise has settled. */
export function whenDone<T>(value: unknown, next: (value: T) => unknown): unknown {
  return isPromise(value) ? value.then((settled) => next(settled as T)) : next(value as T);
}
