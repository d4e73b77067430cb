/**
 * `fuzz-runner/api`: functions for tests and for the code under test. `isFuzzing`, `event`, `observe` and `target` have an
 * effect only while the fuzzer runs; `ordinary` has one only in ordinary runs of Jest.
 */
import type { OrdinaryOptions } from './ordinary/ordinaryOptions';

export type { OrdinaryOptions };

const ACTIVE = Symbol.for('fuzz-runner.active@1');
const EVENT = Symbol.for('fuzz-runner.event@1');
const OBSERVE = Symbol.for('fuzz-runner.observe@1');
const TARGET = Symbol.for('fuzz-runner.target@1');

/** What a fuzz session puts on `globalThis`. */
type Realm = {
  readonly [ACTIVE]?: true;
  readonly [EVENT]?: (label: string) => void;
  readonly [OBSERVE]?: (label: string, value: unknown) => void;
  readonly [TARGET]?: (value: number | bigint, label: string) => void;
};

/**
 * Whether this code runs under the fuzzer. In ordinary runs of Jest it is false. Use it, for example, to log less or to set
 * up a smaller database while fuzzing.
 */
export function isFuzzing(): boolean {
  return (globalThis as Realm)[ACTIVE] === true;
}

/**
 * Counts a label as a behavior of the current input, as if it were a branch of the code: the fuzzer keeps an input with a
 * new label and makes other inputs from it. Use it for states that the code reaches without a branch:
 * `event(`balance ${sign}`)`. Use few labels: at most 10,000 are counted, and only their first 200 characters. Does nothing
 * in ordinary runs.
 */
export function event(label: string): void {
  (globalThis as Realm)[EVENT]?.(label);
}

/**
 * Counts each value of a label as a behavior of the current input: `observe('state', machine.state)`. The fuzzer keeps an
 * input with a new value and makes other inputs from it. Use it for few values that are not visible in branches, such as
 * the states of a machine: the first 256 values of a label are distinguished, later ones share 64 behaviors. A value that
 * is not a string, number, bigint or boolean is counted by `String(value)`. Only the first 200 characters of a text
 * count. Does nothing in ordinary runs.
 */
export function observe(label: string, value: unknown): void {
  (globalThis as Realm)[OBSERVE]?.(label, value);
}

/**
 * Asks for inputs that make a value as large as possible: `target(queue.length, 'queue')`. The fuzzer keeps an input that
 * makes the value larger by about a tenth, and makes other inputs from it. To make a value small, pass `-value`; to come
 * near to a number, pass `-Math.abs(value - number)`. NaN is ignored. Several targets need different labels; the default
 * label is `''`. Does nothing in ordinary runs.
 */
export function target(value: number | bigint, label = ''): void {
  (globalThis as Realm)[TARGET]?.(value, label);
}

/**
 * Options for ordinary runs of Jest with `fuzz-runner/setup`. Spread them into the parameters of `fc.assert`,
 * `fc.configureGlobal` or `test.prop`: `fc.assert(property, { ...ordinary({ search: 0 }), numRuns: 50 })`.
 * `ordinary(false)` turns off replay, saving, search and simplifying. An unknown option or value throws a TypeError
 * when the property runs.
 */
export function ordinary(options: OrdinaryOptions | false): object {
  return { [Symbol.for('fuzz-runner.ordinary@1')]: options };
}
