import type { ProbeOp } from './findings';
import type { ComparisonOp } from './comparison';

/** Two values that an operation compared. */
export interface OperandPair {
  readonly op: ComparisonOp;
  readonly left: unknown;
  readonly right: unknown;
  /** Of `test`: flags of the regular expression. */
  readonly flags?: string;
}

/** At most this many elements or keys of one collection are compared. */
const MAX_MEMBERS = 64;

/** True if the operation is more than the comparison of its two operands. */
export function isCompound(op: ProbeOp, left: unknown): boolean {
  switch (op) {
    case 'switch':
    case 'has':
    case 'in':
    case 'member':
    case 'test':
    case 'match':
    case 'bytes':
      return true;
    case 'includes':
      return typeof left !== 'string';
    case '<':
    case '<=':
    case '>':
    case '>=':
      // Two dates.
      return typeof left === 'object' && left !== null;
    default:
      return false;
  }
}

/**
 * The comparisons that an operation consists of: a look-up compares its key with each key of the collection. Objects of
 * a sandbox are recognized by their tags and read with our own methods, because their classes are not ours. May throw.
 */
export function operandPairs(op: ProbeOp, left: unknown, right: unknown): readonly OperandPair[] {
  switch (op) {
    case 'switch':
      return Array.isArray(right) ? right.map((one: unknown) => ({ op: '===', left, right: one })) : [];
    case 'includes':
      // `undefined` means an element that is missing: it could be added.
      if (Array.isArray(left)) return [...membersOf(left), undefined].map((one) => ({ op: '===', left: one, right }));
      return [{ op, left, right }];
    case 'has':
      return keysOf(left).map((key) => ({ op, left: right, right: key }));
    case 'in':
      return keysOf(right).map((key) => ({ op, left, right: key }));
    case 'member':
      return memberPairs(left, right);
    case 'test':
      return isTagged(left, 'RegExp') ? [patternPair(right, left as RegExp)] : [];
    case 'match':
      if (typeof left !== 'string') return [];
      if (typeof right === 'string') return [{ op: 'includes', left, right }];
      return isTagged(right, 'RegExp') ? [patternPair(left, right as RegExp)] : [];
    case 'bytes':
      return bytePairs(left, right);
    case '<':
    case '<=':
    case '>':
    case '>=':
      return isTagged(left, 'Date') ? [{ op, left: timeOf(left), right: timeOf(right) }] : [];
    default:
      return [{ op, left, right }];
  }
}

/** A sticky pattern is compared with what follows its `lastIndex`. */
function patternPair(subject: unknown, { source, flags, lastIndex }: RegExp): OperandPair {
  const isRest = typeof subject === 'string' && flags.includes('y') && lastIndex > 0 && lastIndex < subject.length;
  return { op: 'test', left: isRest ? subject.slice(lastIndex) : subject, right: source, flags };
}

/**
 * Pairs the key of a look-up with the own keys of the object, and with names that every plain object inherits from its
 * prototype: code often forgets about these. Arrays, functions and instances of classes give no pairs, because their
 * members are fixed.
 */
function memberPairs(object: unknown, key: unknown): readonly OperandPair[] {
  if (typeof key !== 'string' || typeof object !== 'object' || object === null || Array.isArray(object)) return [];
  const prototype: unknown = Object.getPrototypeOf(object);
  if (prototype !== null && Object.getPrototypeOf(prototype) !== null) return [];
  const inherited = prototype === null ? [] : INHERITED;
  const own = Object.keys(object).slice(0, Object.hasOwn(object, key) ? MAX_OTHERS : MAX_MEMBERS);
  return [...inherited, ...own].map((one) => ({ op: 'member', left: key, right: one }));
}

/**
 * If the key is an own key, at most this many own keys are paired: a parser looks up a table of states for every
 * character.
 */
const MAX_OTHERS = 8;
const INHERITED = ['__proto__', 'constructor', 'toString', 'hasOwnProperty'];

/** Pairs two buffers byte for byte as Latin-1 and, where both are UTF-8, as text. */
function bytePairs(left: unknown, right: unknown): readonly OperandPair[] {
  if (!ArrayBuffer.isView(left) || !ArrayBuffer.isView(right)) return [{ op: '===', left, right }];
  const [one, other] = [bufferOf(left), bufferOf(right)];
  const pairs: OperandPair[] = [{ op: 'bytes', left: one.toString('latin1'), right: other.toString('latin1') }];
  const [text, otherText] = [one.toString('utf8'), other.toString('utf8')];
  if (!text.includes('\ufffd') && !otherText.includes('\ufffd'))
    pairs.push({ op: '===', left: text, right: otherText });
  return pairs;
}

/** The first 2048 bytes: the log leaves out longer text anyway. */
function bufferOf({ buffer, byteOffset, byteLength }: ArrayBufferView): Buffer {
  return Buffer.from(buffer, byteOffset, Math.min(byteLength, 2048));
}

/** Milliseconds of a Date; other values as they are. Throws for an object that only has the tag of a Date. */
function timeOf(value: unknown): unknown {
  return isTagged(value, 'Date') ? Date.prototype.getTime.call(value) : value;
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
