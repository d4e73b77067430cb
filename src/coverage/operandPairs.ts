import type { ProbeOp } from './findings';
import type { ComparisonOp } from './comparisonLog';

/** Values that a probe saw side by side. */
export interface OperandPair {
  readonly op: ComparisonOp;
  readonly left: unknown;
  readonly right: unknown;
}

/** Most elements or keys of one collection. */
const MAX_MEMBERS = 64;

/** True if the operation is more than the comparison of its two operands. */
export function isCompound(op: ComparisonOp, left: unknown): boolean {
  switch (op) {
    case 'has':
    case 'in':
    case 'test':
      return true;
    case 'includes':
      return typeof left !== 'string';
    default:
      return false;
  }
}

/**
 * The comparisons that an operation consists of: a look-up compares the key with each of the collection's. Objects of
 * a sandbox are told apart by what a method of ours accepts (it looks at internal slots, not at classes). May throw.
 */
export function operandPairs(op: ProbeOp, left: unknown, right: unknown): readonly OperandPair[] {
  switch (op) {
    case 'switch':
      return Array.isArray(right) ? right.map((one: unknown) => ({ op: '===', left, right: one })) : [];
    case 'includes':
      if (Array.isArray(left)) return membersOf(left).map((one) => ({ op: '===', left: one, right }));
      return [{ op, left, right }];
    case 'has':
      return keysOf(left).map((key) => ({ op, left: right, right: key }));
    case 'in':
      return keysOf(right).map((key) => ({ op, left, right: key }));
    case 'test':
      return isTagged(left, 'RegExp') ? [{ op, left: right, right: (left as RegExp).source }] : [];
    default:
      return [{ op, left, right }];
  }
}

function membersOf(array: readonly unknown[]): readonly unknown[] {
  return array.slice(0, MAX_MEMBERS);
}

/** Keys of a Map, members of a Set, own enumerable names of an object. */
function keysOf(collection: unknown): readonly unknown[] {
  if (typeof collection !== 'object' || collection === null) return [];
  if (isTagged(collection, 'Map')) return firstOf(Map.prototype.keys.call(collection));
  if (isTagged(collection, 'Set')) return firstOf(Set.prototype.keys.call(collection));
  return Array.isArray(collection) ? [] : Object.keys(collection).slice(0, MAX_MEMBERS);
}

function firstOf(values: Iterator<unknown>): unknown[] {
  const first: unknown[] = [];
  for (let step = values.next(); !step.done && first.length < MAX_MEMBERS; step = values.next()) first.push(step.value);
  return first;
}

function isTagged(value: unknown, tag: string): boolean {
  return Object.prototype.toString.call(value) === `[object ${tag}]`;
}
