import type { Outcome } from '../property/inputRunner';
import { isPromise } from '../property/isPromise';

/** Runs of a property, one after the other: yields what a run returned, and is told how it ended. */
export type Runs<T> = Generator<Outcome | Promise<Outcome>, T, Outcome>;

/** Goes through the runs, waiting for those of an asynchronous property; its result then is a promise. */
export function drive<T>(runs: Runs<T>, isAsync: boolean): T | Promise<T> {
  if (isAsync) return driveAsync(runs);
  let step = runs.next(undefined as never);
  while (step.done !== true) step = runs.next(step.value as Outcome);
  return step.value;
}

async function driveAsync<T>(runs: Runs<T>): Promise<T> {
  let step = runs.next(undefined as never);
  while (step.done !== true) {
    let outcome: Outcome;
    try {
      outcome = await step.value;
    } catch (error) {
      step = runs.throw(error);
      continue;
    }
    step = runs.next(outcome);
  }
  return step.value;
}

/** `next(value)`, after a promise has settled. */
export function whenDone<T>(value: unknown, next: (value: T) => unknown): unknown {
  return isPromise(value) ? value.then((settled) => next(settled as T)) : next(value as T);
}
