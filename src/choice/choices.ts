/**
 * One random decision. A `number` answers `nextInt` (a safe integer), a `bigint` answers `nextBigInt`; the two
 * kinds are never confused, so a sequence keeps its meaning when it is stored.
 */
export type ChoiceValue = number | bigint;

/** The choices drawn from one source of randomness, and from the sources cloned from it, in the order of cloning. */
export interface Fork {
  readonly values: readonly ChoiceValue[];
  /** `forks[k]` belongs to the k-th `clone()`; null, or missing at the end, when nothing was drawn from it. */
  readonly forks: readonly (Fork | null)[];
  /**
   * The places of the texts in `values`: for each text its start, and its end, which is the index after its last
   * choice. They are in order and do not overlap, and each text has at least two choices. Absent when there are no
   * texts or none are known: texts are found while an input is generated. So choices that were not drawn yet, or that
   * were stored by an earlier version without texts, have none.
   */
  readonly texts?: readonly number[];
}

/** A whole choice sequence: everything needed to generate one input again. Ranges are found again on replay. */
export interface Choices extends Fork {
  /** True if fast-check's bias coins were drawn. A coin is a number too: 1 = biased, 0 = not. */
  readonly biased: boolean;
}

/** The empty sequence. */
export const NO_CHOICES: Choices = Object.freeze({ values: [], forks: [], biased: false });

/** The simplest integer of a range: 0, or the bound closest to it. */
export function simplestOf(min: number, max: number): number {
  if (min > 0) return min;
  return max < 0 ? max : 0;
}

/** As `simplestOf`, for `nextBigInt`. */
export function simplestBigOf(min: bigint, max: bigint): bigint {
  if (min > 0n) return min;
  return max < 0n ? max : 0n;
}

/** Number of choices, including those of the forks. */
export function countChoices(fork: Fork): number {
  let count = fork.values.length;
  for (const child of fork.forks) if (child !== null) count += countChoices(child);
  return count;
}

/** The same choices without the places of texts: sequences that replay alike are then equal. */
export function withoutTexts(choices: Choices): Choices {
  return { ...forgetTexts(choices), biased: choices.biased };
}

function forgetTexts({ values, forks }: Fork): Fork {
  return { values, forks: forks.map((fork) => (fork === null ? null : forgetTexts(fork))) };
}
