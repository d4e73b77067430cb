import type { ChoiceValue } from '../choice/choices';
import { withValues, type ChoiceNode } from '../property/recording';
import { pickTrack, valuesOf, type Mutator } from './mutator';
import type { Random } from '../choice/random';

/** Values changed at once: 1 half of the time, 2 a quarter of it, and so on up to this. */
const MOST_CHANGES = 6;

/**
 * Changes one or a few values where they stand: to a neighbor, to a boundary, to a value from elsewhere in the
 * input, or to any other. Forced choices are left alone.
 */
export const changeValues: Mutator = (recording, { random }) => {
  const placed = pickTrack(recording, random);
  if (placed === null) return null;
  const { nodes } = placed.track;
  const values = valuesOf(placed);
  let isChanged = false;
  let changes = 1;
  while (changes < MOST_CHANGES && random.below(2) === 0) changes += 1;
  for (let round = 0; round < changes; round += 1) {
    const at = random.below(nodes.length);
    const node = nodes[at]!;
    if (node.min === node.max) continue;
    const value = changed(node, values, random);
    if (value === values[at]) continue;
    values[at] = value;
    isChanged = true;
  }
  return isChanged ? withValues(recording.choices, placed.path, values) : null;
};

function changed(node: ChoiceNode, values: readonly ChoiceValue[], random: Random): ChoiceValue {
  switch (random.below(5)) {
    case 0:
      return step(node, random);
    case 1:
      return boundary(node, random);
    case 2: {
      const other = values[random.below(values.length)]!;
      return typeof other === typeof node.value ? clamp(other, node) : redraw(node, random);
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
