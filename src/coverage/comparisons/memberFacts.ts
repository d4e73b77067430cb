import type { AnyNode, BinaryExpression, CallExpression, SwitchStatement } from 'acorn';
import { nameOf, unparenthesized } from '../source/syntax';

/** A value that a JSON document can have in one place. */
export type JsonSample = string | number | boolean | null | readonly [] | Readonly<Record<string, never>>;

/**
 * A value that the code compares a member with: `JSON.parse(s).user.role === 'admin'` shows that the member at
 * `user.role` may be `'admin'`, and `typeof x.n === 'number'` that `n` may be a number. Plain JSON.
 */
export interface MemberFact {
  /** Keys from the outside in, without the variable that they begin at; at least one. */
  readonly path: readonly string[];
  readonly value: JsonSample;
}

/** The facts in a comparison with an operator. */
export function factsOfOperator(node: BinaryExpression): readonly MemberFact[] {
  if (!/^(?:[!=]==?|[<>]=?)$/.test(node.operator)) return [];
  const [left, right] = [unparenthesized(node.left), unparenthesized(node.right)];
  const typed = left.type === 'UnaryExpression' && left.operator === 'typeof' ? left.argument : null;
  if (typed !== null && right.type === 'Literal') {
    return OF_TYPE.has(right.value) ? factsAbout(typed, [OF_TYPE.get(right.value)!]) : [];
  }
  const [member, value] = isSample(right) ? [left, sampleOf(right)] : [right, sampleOf(left)];
  return value === undefined ? [] : factsAbout(member, [value]);
}

/** The facts in the cases of a `switch` about its value. */
export function factsOfSwitch(node: SwitchStatement): readonly MemberFact[] {
  const values = node.cases.flatMap(({ test }) => (test ? [sampleOf(unparenthesized(test))] : []));
  return factsAbout(
    node.discriminant,
    values.filter((value) => value !== undefined),
  );
}

/** The facts in calls such as `x.list.includes('a')`, `['a', 'b'].includes(x.kind)` and `Array.isArray(x.list)`. */
export function factsOfCall({ callee, arguments: [argument] }: CallExpression): readonly MemberFact[] {
  if (argument === undefined || callee.type !== 'MemberExpression' || callee.computed) return [];
  if (callee.property.type !== 'Identifier') return [];
  const { name } = callee.property;
  if (name === 'isArray') return factsAbout(argument, [[]]);
  if (!['includes', 'startsWith', 'endsWith', 'indexOf'].includes(name)) return [];
  const list = unparenthesized(callee.object);
  if (list.type === 'ArrayExpression') {
    const values = list.elements.flatMap((element) => (element === null ? [] : [sampleOf(unparenthesized(element))]));
    return factsAbout(
      argument,
      values.filter((value) => value !== undefined),
    );
  }
  const value = sampleOf(unparenthesized(argument));
  return value === undefined ? [] : factsAbout(list, [value]);
}

/** `o.hasOwnProperty('key')` and `Object.hasOwn(o, 'key')`, however they are called. */
export function isLookUpOfKey({ callee }: CallExpression): boolean {
  const name = callee.type === 'MemberExpression' ? nameOf(callee) : callee.type === 'Identifier' ? callee.name : '';
  return /(?:^|\.)(?:hasOwn|hasOwnProperty|hasOwnProperty\.call|has\.call|hasOwn\.call)$/.test(name);
}

const OF_TYPE = new Map<unknown, JsonSample>([
  ['string', ''],
  ['number', 0],
  ['boolean', true],
  ['object', {}],
]);

function factsAbout(node: AnyNode, values: readonly JsonSample[]): readonly MemberFact[] {
  const path = pathOf(node);
  return path === null ? [] : values.map((value) => ({ path, value }));
}

/** `v.a.b` → a, b; `v?.a['b']` too; the variable `b` → b, because it may come from an object. null: no path. */
function pathOf(node: AnyNode): readonly string[] | null {
  const keys: string[] = [];
  let inner: AnyNode = node;
  for (;;) {
    if (inner.type === 'ParenthesizedExpression' || inner.type === 'ChainExpression') {
      inner = inner.expression;
    } else if (inner.type === 'MemberExpression') {
      const key = keyOf(inner);
      if (key === null) break;
      keys.unshift(key);
      inner = inner.object;
    } else {
      break;
    }
  }
  if (inner.type === 'Identifier' && keys.length === 0) return [inner.name];
  if (keys.length === 0 || keys.at(-1) === 'length' || (inner.type === 'Identifier' && isGlobal(inner.name))) {
    return null;
  }
  return keys;
}

function keyOf({ computed, property }: AnyNode & { type: 'MemberExpression' }): string | null {
  if (!computed) return property.type === 'Identifier' ? property.name : null;
  return property.type === 'Literal' && typeof property.value === 'string' ? property.value : null;
}

/** True for names of objects of the language and of Node: their members are no members of an input. */
export function isGlobal(name: string): boolean {
  return /^(?:[A-Z]|(?:console|document|exports|globalThis|module|process|require|self|window)$)/.test(name);
}

function isSample(node: AnyNode): boolean {
  return sampleOf(node) !== undefined;
}

function sampleOf(node: AnyNode): JsonSample | undefined {
  if (node.type === 'UnaryExpression' && node.operator === '-') {
    const value = sampleOf(node.argument);
    return typeof value === 'number' ? -value : undefined;
  }
  if (node.type !== 'Literal' || node.regex || (node.bigint !== null && node.bigint !== undefined)) return undefined;
  const { value } = node;
  if (typeof value === 'number') return Number.isFinite(value) ? value : undefined;
  return value === null || typeof value === 'string' || typeof value === 'boolean' ? value : undefined;
}
