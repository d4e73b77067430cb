import type { Random } from '../choice/random';
import type { Edit } from './edit';
import type { Dictionary } from './dictionary';
import type { Subject } from './subject';

/** The things that a mutation may use in addition to the input that it changes. */
export interface MutationContext {
  readonly random: Random;
  /** Another input of the same target, to take parts from. */
  readonly other: () => Subject;
  /** A number for arbitraries that are the same in every execution of the test; undefined for those that are not. */
  readonly labelOf: (arbitrary: object) => number | undefined;
  readonly dictionary: Dictionary;
}

/** One way to change an input; null when it does not apply to this input. Missing choices are drawn at random. */
export type Mutator = (subject: Subject, context: MutationContext) => Edit | null;

export function pick<T>(items: readonly T[], random: Random): T {
  return items[random.below(items.length)]!;
}

/** The first item that fits, from a random one on; undefined if none does. */
export function pickWhere<T>(items: readonly T[], random: Random, fits: (item: T) => boolean): T | undefined {
  const { length } = items;
  if (length === 0) return undefined;
  const from = random.below(length);
  for (let at = from; at < length; at += 1) if (fits(items[at]!)) return items[at];
  for (let at = 0; at < from; at += 1) if (fits(items[at]!)) return items[at];
  return undefined;
}
