/**
 * `fuzz-runner/api`: for use in tests and in the code under test. In ordinary runs all of it does nothing.
 */

const ACTIVE = Symbol.for('fuzz-runner.active@1');
const EVENT = Symbol.for('fuzz-runner.event@1');

/** What a fuzz session puts on the realm's global object. */
type Realm = { readonly [ACTIVE]?: true; readonly [EVENT]?: (label: string) => void };

/** Whether this code runs under the fuzzer: for example to use a smaller database, or to log less. */
export function isFuzzing(): boolean {
  return (globalThis as Realm)[ACTIVE] === true;
}

/**
 * Counts a label as a behavior of the present input, as if it were a branch: inputs that show a new one are kept
 * and built upon. Use it for states that the code reaches without branching: `event(`balance ${sign}`)`. Labels
 * should be few (at most 10,000 are counted); they are cut after 200 characters.
 */
export function event(label: string): void {
  (globalThis as Realm)[EVENT]?.(label);
}
