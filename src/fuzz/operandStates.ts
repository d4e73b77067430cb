import type { Comparison } from '../coverage/comparisons/comparison';

/** If a side of a comparison has more values than this, they are assumed to be data, not states. */
const MOST_VALUES = 16;
/** At most this many values are remembered for all comparisons together. */
const MOST_STATES = 2048;

/**
 * Finds states of a program that no branch shows. A table-driven machine compares the input with a different entry of
 * its table in each state, so the operand identifies the state. A number counts as a state if this side of the
 * comparison never had it before and the input does not contain it. This is the idea of libFuzzer's value profiles,
 * limited to sides that have few values.
 */
export class OperandStates {
  /** By site and side: the values seen, with their features; null after there were too many values. */
  readonly #values = new Map<number, Map<number, number> | null>();
  #count = 0;

  /** Features, small whole numbers, of the states that the comparisons of a run show. */
  featuresOf(comparisons: readonly Comparison[], isOfInput: (value: number) => boolean): number[] {
    const features: number[] = [];
    for (const { site, op, left, right } of comparisons) {
      if (op !== '===') continue;
      if (typeof left === 'number') this.#add(features, site * 2, left, isOfInput);
      if (typeof right === 'number') this.#add(features, site * 2 + 1, right, isOfInput);
    }
    return features;
  }

  #add(features: number[], side: number, value: number, isOfInput: (value: number) => boolean): void {
    let values = this.#values.get(side);
    if (values === null || isOfInput(value)) return;
    if (values === undefined) {
      values = new Map();
      this.#values.set(side, values);
    }
    let feature = values.get(value);
    if (feature === undefined) {
      if (values.size >= MOST_VALUES || this.#count >= MOST_STATES) {
        this.#values.set(side, null);
        return;
      }
      feature = this.#count;
      this.#count += 1;
      values.set(value, feature);
    }
    features.push(feature);
  }
}
