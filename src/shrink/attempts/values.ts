import { simplestBigOf, simplestOf, type ChoiceValue } from '../../choice/choices';
import { doubleOrderOf } from '../../property/doubleOrder';
import type { ChoiceNode } from '../../property/recording';

/** The simplest value of a choice's range. */
export function simplestIn({ min, max, value }: ChoiceNode): ChoiceValue {
  if (typeof value === 'bigint') return simplestBigOf(BigInt(min), BigInt(max));
  return simplestOf(Number(min), Number(max));
}

export function isForced(node: ChoiceNode): boolean {
  return node.min === node.max;
}

/** Whether a choice cannot become simpler: it is forced, or has the simplest value. */
export function isSimplest(node: ChoiceNode): boolean {
  return isForced(node) || node.value === simplestIn(node);
}

export function isInRange({ min, max }: ChoiceNode, value: ChoiceValue): boolean {
  return value >= min && value <= max;
}

/**
 * The choice for the value with the other sign. There is a choice for the double -0, so the choices of negative doubles
 * are one further from 0.
 */
export function mirrored({ min, max, value }: ChoiceNode): ChoiceValue {
  if (typeof value === 'number') return -value;
  return doubleOrderOf(BigInt(min), BigInt(max)) === null ? -value : -value - 1n;
}

/** The distance of a choice from the simplest value of its range. */
export function distanceOf(node: ChoiceNode): bigint {
  const difference = BigInt(node.value) - BigInt(simplestIn(node));
  return difference < 0n ? -difference : difference;
}

/** The value with `amount` added, as a number or bigint like the value of `node`. */
export function plus(node: ChoiceNode, amount: bigint): ChoiceValue {
  return like(node, BigInt(node.value) + amount);
}

/** The value moved toward the simplest one by `amount`, which must not exceed their distance. */
export function lowered(node: ChoiceNode, amount: bigint): ChoiceValue {
  return plus(node, node.value > simplestIn(node) ? -amount : amount);
}

export function like(node: ChoiceNode, value: bigint): ChoiceValue {
  return typeof node.value === 'bigint' ? value : Number(value);
}
