import { reachableArbitraries } from './wrapArbitraries';

/**
 * Numbers for arbitraries. A test builds its property anew in each execution, from new arbitraries. The number of an
 * arbitrary is its place in the walk that begins at the property's arbitrary: this place is the same each time. So
 * equal numbers mean the same sort of part, even in inputs that were generated in different executions.
 */
export class ArbitraryLabels {
  readonly #labels = new WeakMap<object, number>();

  /** Numbers the arbitraries of one execution. */
  add(root: unknown): void {
    reachableArbitraries(root).forEach((arbitrary, index) => this.#labels.set(arbitrary, index));
  }

  /** Undefined for arbitraries that are made while inputs are generated (by `chain`, say). */
  labelOf(arbitrary: object): number | undefined {
    return this.#labels.get(arbitrary);
  }
}
