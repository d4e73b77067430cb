import type { Comparison } from '../coverage/comparisons/comparison';

/** Values of one side of one comparison beyond which it is taken to be data. */
const MOST_VALUES = 16;
/** Values remembered in all. */
const MOST_STATES = 2048;

/**
 * What a program expects next often tells its state where no branch does: a table-driven machine compares the input
 * with another entry in each state. A number that a comparison was never seen to have, and that is no number of the
 * input, is a state. The idea of value profiles (libFuzzer), kept to sides that have few values.
 */
export class OperandStates {
  /** By site and side: the values seen; null once they were too many. */
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
