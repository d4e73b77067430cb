/**
 * `fuzz-runner/api`: for use in tests and in the code under test. In ordinary runs all of it does nothing.
 */
import type { OrdinaryOptions } from './ordinary/ordinaryOptions';

export type { OrdinaryOptions };

const ACTIVE = Symbol.for('fuzz-runner.active@1');
const EVENT = Symbol.for('fuzz-runner.event@1');
const OBSERVE = Symbol.for('fuzz-runner.observe@1');
const TARGET = Symbol.for('fuzz-runner.target@1');

/** What a fuzz session puts on the realm's global object. */
type Realm = {
  readonly [ACTIVE]?: true;
  readonly [EVENT]?: (label: string) => void;
  readonly [OBSERVE]?: (label: string, value: unknown) => void;
  readonly [TARGET]?: (value: number | bigint, label: string) => void;
};

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

/**
 * Counts each value that a label takes as a behavior of its own: `observe('state', machine.state)`. For values that
 * are few, such as the states of a machine, and do not show in branches. Of each label 256 values are told apart, later
 * ones share 64 behaviors. Values that are no string, number, bigint or boolean count by `String(value)`, and texts
 * by their first 200 characters.
 */
export function observe(label: string, value: unknown): void {
  (globalThis as Realm)[OBSERVE]?.(label, value);
}

/**
 * Asks for inputs that make a value as large as possible: `target(queue.length, 'queue')`. Inputs that bring it
 * further, by about a tenth, are kept and built upon. To make a value small, give its negative; to come near to a
 * number, the negative distance. NaN does not count. Several targets need labels that differ.
 */
export function target(value: number | bigint, label = ''): void {
  (globalThis as Realm)[TARGET]?.(value, label);
}

/**
 * Options for ordinary runs, to be spread into the parameters of a property, `fc.configureGlobal` or `test.prop`:
 * `fc.assert(property, { ...ordinary({ search: 0 }), numRuns: 50 })`. `ordinary(false)` turns all of it off.
 */
export function ordinary(options: OrdinaryOptions | false): object {
  return { [Symbol.for('fuzz-runner.ordinary@1')]: options };
}
