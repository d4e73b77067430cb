import type { ChoiceValue } from '../choice/choices';
import { simplestBigOf, simplestOf } from '../choice/choices';
import type { ChoiceNode, Recording } from './recording';

/** Properties with at most about this many inputs are enumerated. */
export const ENUMERABLE_INPUTS = 5000;

/** Number of inputs with the same choices as `recording`, an estimate of the whole; Infinity if it draws lazily. */
export function countInputsLike(recording: Recording): number {
  if (recording.main.forks.some((fork) => fork !== null)) return Infinity;
  return recording.main.nodes.reduce((product, node) => product * (Number(node.max) - Number(node.min) + 1), 1);
}

/**
 * The choices to replay (with simplest values after them) for the input that follows `recording` when all inputs
 * are visited depth first, each choice from its simplest value upwards and around; null after the last.
 */
export function nextInOrder(recording: Recording): ChoiceValue[] | null {
  const { nodes } = recording.main;
  for (let at = nodes.length - 1; at >= 0; at -= 1) {
    const following = nextValue(nodes[at]!);
    if (following !== null) return [...nodes.slice(0, at).map((node) => node.value), following];
  }
  return null;
}

/** The value after the node's own, from the simplest upwards and around the range; null when all were visited. */
function nextValue({ value, min, max }: ChoiceNode): ChoiceValue | null {
  if (typeof value === 'bigint') {
    const [low, high] = [BigInt(min), BigInt(max)];
    const following = value >= high ? low : value + 1n;
    return following === simplestBigOf(low, high) ? null : following;
  }
  const [low, high] = [Number(min), Number(max)];
  const following = value >= high ? low : value + 1;
  return following === simplestOf(low, high) ? null : following;
}
