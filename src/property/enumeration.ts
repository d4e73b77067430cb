import type { ChoiceValue } from '../choice/choices';
import { simplestBigOf, simplestOf } from '../choice/choices';
import type { ChoiceNode, Recording } from './recording';

/** Properties with at most about this many inputs are enumerated. */
export const ENUMERABLE_INPUTS = 5000;

/**
 * Number of inputs that draw from the same ranges as `recording`: an estimate of the number of all inputs. Infinity if
 * `recording` draws lazily.
 */
export function countInputsLike(recording: Recording): number {
  if (recording.main.forks.some((fork) => fork !== null)) return Infinity;
  return recording.main.nodes.reduce((product, node) => product * (Number(node.max) - Number(node.min) + 1), 1);
}

/**
 * The choices to replay (with simplest values after them) for the input that follows `recording`. All inputs are
 * visited depth first; each choice goes from its simplest value upwards and then around the range. Null after the last
 * input.
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
