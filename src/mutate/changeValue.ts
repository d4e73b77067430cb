import type { ChoiceValue } from '../choice/choices';
import type { Random } from '../choice/random';
import type { ChoiceNode } from '../property/recording';
import { pick, type Mutator } from './mutator';

/** Ranges up to this many values are mostly names of things (characters, branches), whose neighbors mean nothing. */
const SMALL_RANGE = 256;

/** Changes one choice: to a neighbor, to a boundary, to a value from elsewhere in the input, or to any other. */
export const changeValue: Mutator = ({ nodes }, { random }) => {
  if (nodes.length === 0) return null;
  const { track, at, node } = pick(nodes, random);
  const value = changed(node, () => pick(nodes, random).node.value, random);
  return value === node.value ? null : { track, start: at, count: 1, values: [value] };
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

/** A small step up or down; small is up to 1, 2, 4 … 2^16. */
function step(node: ChoiceNode, random: Random): ChoiceValue {
  const size = 1 + random.below(2 ** random.below(random.below(4) === 0 ? 17 : 5));
  const signed = random.below(2) === 0 ? size : -size;
  return typeof node.value === 'bigint' ? clamp(node.value + BigInt(signed), node) : clamp(node.value + signed, node);
}

/** A bound of the range, or a power of two or its neighbor, where off-by-one errors live. */
function boundary(node: ChoiceNode, random: Random): ChoiceValue {
  switch (random.below(4)) {
    case 0:
      return node.min;
    case 1:
      return node.max;
    default: {
      const power = 2n ** BigInt(random.below(typeof node.value === 'bigint' ? 64 : 53)) + BigInt(random.below(3) - 1);
      const value = random.below(2) === 0 ? power : -power;
      return clamp(typeof node.value === 'bigint' ? value : Number(value), node);
    }
  }
}

function clamp(value: ChoiceValue, node: ChoiceNode): ChoiceValue {
  if (value < node.min) return node.min;
  return value > node.max ? node.max : value;
}
