import type { AnyNode, CallExpression, Expression, NewExpression, Super, UnaryExpression } from 'acorn';
import type { ProbeOp } from '../comparisons/findings';
import {
  guardOperand,
  isInOptionalChain,
  isRepeatable,
  isUnrecordable,
  keepOperand,
  record,
  temporary,
  type Frame,
  type ProbeHost,
} from './probeWriter';
import { unparenthesized } from '../source/syntax';

/**
 * Puts a probe into a call that compares, looks up, converts or parses, and visits its parts. Returns false, with
 * nothing done, if the call is none of these or cannot be probed without changing what it does.
 */
export function probeCall(host: ProbeHost, node: CallExpression, frame: Frame, depth: number): boolean {
  return (
    probeExpectation(host, node, frame, depth) ||
    (nameOfCallee(node.callee) === 'Date.parse' && probeDate(host, node, frame, depth)) ||
    probeConversion(host, node, frame, depth) ||
    probePair(host, node, frame, depth) ||
    probeMethod(host, node, frame, depth)
  );
}

/** `+s` becomes `(u=+s,flag[0]&&compare(site,s,u),u)`: the text and the number that was made from it. */
export function probePlus(host: ProbeHost, node: UnaryExpression, frame: Frame, depth: number): boolean {
  const argument = unparenthesized(node.argument);
  if (!frame.canDeclare || node.operator !== '+' || !mayBeText(argument)) return false;
  const result = temporary(host, frame, depth + 1);
  const site = host.found.addSite('number', node);
  host.found.splices.open(node.start, `(${result}=`);
  const text = keepOperand(host, node.argument, frame, depth);
  host.found.splices.close(node.end, `,${record(host, site, text, result)},${result})`);
  return true;
}

/** How a method compares its receiver with its argument, by name. */
const METHODS = new Map<string, ProbeOp>([
  ['startsWith', 'startsWith'],
  ['endsWith', 'endsWith'],
  ['includes', 'includes'],
  ['indexOf', 'includes'],
  ['lastIndexOf', 'includes'],
  ['has', 'has'],
  ['get', 'has'],
  ['hasOwnProperty', 'has'],
  ['test', 'test'],
  ['exec', 'test'],
  ['match', 'match'],
  ['matchAll', 'match'],
  ['search', 'match'],
  ['replace', 'match'],
  ['replaceAll', 'match'],
  ['split', 'match'],
  ['localeCompare', '<'],
  ['equals', 'bytes'],
  ['compare', 'bytes'],
]);

/**
 * Functions that compare their first two arguments: as `object.method`, or as a name that holds with any object or
 * none.
 */
const PAIRS = new Map<string, ProbeOp>([
  ['Object.is', '==='],
  ['Object.hasOwn', 'has'],
  ['Reflect.has', 'has'],
  ['Buffer.compare', 'bytes'],
  ['timingSafeEqual', 'bytes'],
  ['hasOwnProperty.call', 'has'],
  ['propertyIsEnumerable.call', 'has'],
  ['has.call', 'has'],
  ['hasOwn.call', 'has'],
  ['hasOwn', 'has'],
  ['assert.equal', '==='],
  ['assert.notEqual', '==='],
  ['assert.strictEqual', '==='],
  ['assert.notStrictEqual', '==='],
]);

/** Functions that make a number from a text. */
const CONVERSIONS = new Set(['Number', 'parseInt', 'parseFloat', 'BigInt', 'Number.parseInt', 'Number.parseFloat']);

/** Matchers that compare `x` of `expect(x)` with their argument. */
const MATCHERS = new Set(['toBe', 'toEqual', 'toStrictEqual', 'toBeGreaterThan', 'toBeLessThan', 'toContain']);

/** `a.includes(b)` becomes `(t=a).includes((u=b,flag[0]&&compare(site,t,u),u))`. */
function probeMethod(host: ProbeHost, node: CallExpression, frame: Frame, depth: number): boolean {
  const { callee } = node;
  const [argument, ...others] = node.arguments;
  if (argument === undefined || argument.type === 'SpreadElement') return false;
  const isJson = nameOfCallee(callee) === 'JSON.parse';
  if (callee.type !== 'MemberExpression' || callee.computed || callee.property.type !== 'Identifier') return false;
  const op = isJson ? 'json' : METHODS.get(callee.property.name);
  if (op === undefined) return false;
  if (callee.object.type === 'Super' || isUnrecordable(unparenthesized(argument), op === 'match')) return false;
  const isSimpleReceiver = isRepeatable(host, unparenthesized(callee.object));
  // `(t=a?.b).includes(c)` would throw where `a?.b.includes(c)` is undefined.
  if (!isSimpleReceiver && (!frame.canDeclare || isInOptionalChain(callee.object))) return false;
  if (!frame.canDeclare && !isRepeatable(host, unparenthesized(argument))) return false;

  const leftText = keepOperand(host, callee.object, frame, depth);
  const inner = isSimpleReceiver ? depth : depth + 1;
  guardOperand(host, { op, node, leftText: isJson ? '0' : leftText, operand: argument }, frame, inner);
  for (const other of others) host.visit(other, frame, inner);
  return true;
}

/** `Object.is(a, b)` becomes `Object.is((t=a),(u=b,flag[0]&&compare(site,t,u),u))`. */
function probePair(host: ProbeHost, node: CallExpression, frame: Frame, depth: number): boolean {
  const [first, second, ...others] = node.arguments;
  const name = nameOfCallee(node.callee);
  const op = name === null ? undefined : (PAIRS.get(name) ?? PAIRS.get(name.slice(name.lastIndexOf('.') + 1)));
  if (op === undefined || first === undefined || second === undefined) return false;
  if (first.type === 'SpreadElement' || second.type === 'SpreadElement') return false;
  const [left, right] = [unparenthesized(first), unparenthesized(second)];
  if (isUnrecordable(right) || (op !== 'has' && isUnrecordable(left))) return false;
  if (!frame.canDeclare && !(isRepeatable(host, left) && isRepeatable(host, right))) return false;

  if (node.callee.type === 'MemberExpression') host.visit(node.callee.object, frame, depth);
  const leftText = keepOperand(host, first, frame, depth);
  const inner = isRepeatable(host, left) ? depth : depth + 1;
  guardOperand(host, { op, node, leftText, operand: second }, frame, inner);
  for (const other of others) host.visit(other, frame, inner);
  return true;
}

/** `Number(s)` becomes `(u=Number(s),flag[0]&&compare(site,s,u),u)`. */
function probeConversion(host: ProbeHost, node: CallExpression, frame: Frame, depth: number): boolean {
  const [argument, ...others] = node.arguments;
  const name = nameOfCallee(node.callee);
  if (!frame.canDeclare || name === null || !CONVERSIONS.has(name) || node.optional) return false;
  if (argument === undefined || argument.type === 'SpreadElement') return false;
  if (!mayBeText(unparenthesized(argument))) return false;
  const site = host.found.addSite('number', node, name.endsWith('parseInt') ? radixOf(others[0]) : undefined);
  const result = temporary(host, frame, depth + 1);
  host.found.splices.open(node.start, `(${result}=`);
  const text = keepOperand(host, argument, frame, depth);
  for (const other of others) host.visit(other, frame, depth + 1);
  host.found.splices.close(node.end, `,${record(host, site, text, result)},${result})`);
  return true;
}

/** The base that is written as the second argument of `parseInt`, unless it is 10. */
function radixOf(argument: AnyNode | undefined): number | undefined {
  if (argument?.type !== 'Literal' || typeof argument.value !== 'number') return undefined;
  const { value } = argument;
  return Number.isInteger(value) && value >= 2 && value <= 36 && value !== 10 ? value : undefined;
}

/** `new Date(s)` becomes `new Date((u=s,flag[0]&&compare(site,0,u),u))`, and `Date.parse(s)` likewise. */
export function probeDate(host: ProbeHost, node: CallExpression | NewExpression, frame: Frame, depth: number): boolean {
  const [argument, ...others] = node.arguments;
  if (argument === undefined || argument.type === 'SpreadElement' || others.length > 0) return false;
  const inner = unparenthesized(argument);
  if (!mayBeText(inner) || (!frame.canDeclare && !isRepeatable(host, inner))) return false;
  guardOperand(host, { op: 'date', node, leftText: '0', operand: argument }, frame, depth);
  return true;
}

/** `expect(a).toBe(b)` becomes `expect((t=a)).toBe((u=b,flag[0]&&compare(site,t,u),u))`; with `.not` too. */
function probeExpectation(host: ProbeHost, node: CallExpression, frame: Frame, depth: number): boolean {
  const { callee } = node;
  const [argument, ...others] = node.arguments;
  if (argument === undefined || argument.type === 'SpreadElement' || callee.type !== 'MemberExpression') return false;
  if (callee.computed || callee.property.type !== 'Identifier' || !MATCHERS.has(callee.property.name)) return false;
  let inner: Expression | Super = callee.object;
  if (inner.type === 'MemberExpression' && !inner.computed && inner.property.type === 'Identifier') {
    if (inner.property.name !== 'not') return false;
    inner = inner.object;
  }
  if (inner.type !== 'CallExpression' || inner.callee.type !== 'Identifier' || inner.callee.name !== 'expect') {
    return false;
  }
  const [received, ...messages] = inner.arguments;
  if (received === undefined || received.type === 'SpreadElement') return false;
  const [left, right] = [unparenthesized(received), unparenthesized(argument)];
  if (!frame.canDeclare || isUnrecordable(left) || isUnrecordable(right)) return false;

  const op = OF_MATCHER[callee.property.name] ?? '===';
  const leftText = keepOperand(host, received, frame, depth);
  const free = isRepeatable(host, left) ? depth : depth + 1;
  for (const message of messages) host.visit(message, frame, free);
  guardOperand(host, { op, node, leftText, operand: argument }, frame, free);
  for (const other of others) host.visit(other, frame, free);
  return true;
}

const OF_MATCHER: Readonly<Record<string, ProbeOp>> = {
  toBeGreaterThan: '>',
  toBeLessThan: '<',
  toContain: 'includes',
};

/** `a.b` for the callee `a.b` or `x.a.b`, `a` for the callee `a`; null for another callee. */
function nameOfCallee(callee: Expression | Super): string | null {
  if (callee.type === 'Identifier') return callee.name;
  if (callee.type !== 'MemberExpression' || callee.computed || callee.optional) return null;
  if (callee.property.type !== 'Identifier') return null;
  const { object } = callee;
  if (object.type === 'Identifier') return `${object.name}.${callee.property.name}`;
  if (object.type !== 'MemberExpression' || object.computed || object.optional) return null;
  return object.property.type === 'Identifier' && !isInOptionalChain(object)
    ? `${object.property.name}.${callee.property.name}`
    : null;
}

/** False for an expression that is surely no text, or that does not depend on the input. */
function mayBeText(node: Expression): boolean {
  switch (node.type) {
    case 'Identifier':
    case 'MemberExpression':
    case 'CallExpression':
    case 'TemplateLiteral':
    case 'LogicalExpression':
    case 'ConditionalExpression':
    case 'ChainExpression':
    case 'AwaitExpression':
      return true;
    case 'BinaryExpression':
      return node.operator === '+';
    default:
      return false;
  }
}
