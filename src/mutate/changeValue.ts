import type { ChoiceValue } from '../choice/choices';
import type { Random } from '../choice/random';
import type { ChoiceNode } from '../property/recording';
import { replace } from './edit';
import { pick, type Mutator } from './mutator';

/**
 * In ranges up to this many values, the values are mostly names of things (characters, branches): neighbors mean
 * nothing.
 */
const SMALL_RANGE = 256;

/** Changes one choice: to a neighbor, to a boundary, to a value from elsewhere in the input, or to any other. */
export const changeValue: Mutator = ({ nodes }, { random }) => {
  if (nodes.length === 0) return null;
  const { track, at, node } = pick(nodes, random);
  const value = changed(node, () => pick(nodes, random).node.value, random);
  return value === node.value ? null : replace(track, at, 1, [value]);
};

function changed(node: ChoiceNode, other: () => ChoiceValue, random: Random): ChoiceValue {
  const isSmall = typeof node.value === 'number' && Number(node.max) - Number(node.min) < SMALL_RANGE;
  switch (random.below(isSmall ? 12 : 5)) {
    case 0:
      return step(node, random);
    case 1:
      return boundary(node, random);
    case 2: {
      const value = other();
      return typeof value === typeof node.value ? clamp(value, node) : redraw(node, random);
    }
    default:
      return redraw(node, random);
  }
}

/** Uniform in the whole range. */
function redraw(node: ChoiceNode, random: Random): ChoiceValue {
  return typeof node.value === 'bigint'
    ? random.bigint(BigInt(node.min), BigInt(node.max))
    : random.int(Number(node.min), Number(node.max));
}

/** A step up or down. It may have any order of magnitude up to that of the range, but most steps are small. */
function step(node: ChoiceNode, random: Random): ChoiceValue {
  const isSmall = random.below(4) > 0;
  if (typeof node.value === 'bigint') {
    const bits = isSmall ? 5 : (BigInt(node.max) - BigInt(node.min)).toString(2).length;
    const size = 1n + random.bigint(0n, 1n << BigInt(random.below(bits)));
    return clamp(random.coin() ? node.value + size : node.value - size, node);
  }
  const bits = isSmall ? 5 : 1 + Math.floor(Math.log2(Number(node.max) - Number(node.min)));
  const size = 1 + random.int(0, 2 ** random.below(bits) - 1);
  return clamp(random.coin() ? node.value + size : node.value - size, node);
}

/** A bound of the range, or a power of two or its neighbor: off-by-one errors are often there. */
function boundary(node: ChoiceNode, random: Random): ChoiceValue {
  switch (random.below(4)) {
    case 0:
      return node.min;
    case 1:
      return node.max;
    default: {
      const isPositive = random.coin();
      const beside = random.below(3) - 1;
      if (typeof node.value === 'bigint') {
        const power = 2n ** BigInt(random.below(64)) + BigInt(beside);
        return clamp(isPositive ? power : -power, node);
      }
      const power = 2 ** random.below(53) + beside;
      return clamp(isPositive ? power : -power, node);
    }
  }
}

function clamp(value: ChoiceValue, node: ChoiceNode): ChoiceValue {
  if (value < node.min) return node.min;
  return value > node.max ? node.max : value;
}
