import type {
  AnyNode,
  AssignmentExpression,
  CallExpression,
  ChainExpression,
  Expression,
  LogicalExpression,
  MemberExpression,
} from 'acorn';
import { isRepeatable, temporary, textOf, type Frame, type ProbeHost } from './probeWriter';
import { takesName, unparenthesized } from '../source/syntax';

/**
 * `a && b` becomes `(a||c[0]++,a)&&(c[1]++,b)`: it counts that `b` was evaluated, and that it was not. In `a || b || c`
 * each operand except the last may end the evaluation, and has a counter of its own for that.
 * @param isTest true if the value only decides a branch: then the value of `a` does not have to be kept
 * @param endsEarly true on the left side of the same operator: the right side of `node` may then end the evaluation
 */
export function countLogical(
  host: ProbeHost,
  node: LogicalExpression,
  frame: Frame,
  depth: number,
  isTest: boolean,
  endsEarly = false,
): void {
  const { operator, left, right } = node;
  const inner = unparenthesized(left);
  if (inner.type === 'LogicalExpression' && inner.operator === operator) {
    countLogical(host, inner, frame, depth, isTest, true);
  } else {
    countEnd(host, operator, left, frame, depth, isTest);
  }
  host.found.splices.open(right.start, `(${host.found.counter('logical', right, frame.path)},`);
  if (endsEarly) countEnd(host, operator, right, frame, depth, isTest);
  else visitValue(host, right, frame, depth, isTest);
  host.found.splices.close(right.end, ')');
}

/** Visits an expression of which only the truth matters, as in the test of an `if`. */
export function visitTest(host: ProbeHost, node: AnyNode, frame: Frame, depth: number): void {
  if (node.type === 'ParenthesizedExpression') return visitTest(host, node.expression, frame, depth);
  if (node.type === 'UnaryExpression' && node.operator === '!') return visitTest(host, node.argument, frame, depth);
  if (node.type === 'LogicalExpression' && node.operator !== '??') return countLogical(host, node, frame, depth, true);
  host.visit(node, frame, depth);
}

function visitValue(host: ProbeHost, node: Expression, frame: Frame, depth: number, isTest: boolean): void {
  if (isTest) visitTest(host, node, frame, depth);
  else host.visit(node, frame, depth);
}

/** Visits an operand and counts when it is the last that is evaluated. */
function countEnd(
  host: ProbeHost,
  operator: LogicalExpression['operator'],
  node: Expression,
  frame: Frame,
  depth: number,
  isTest: boolean,
): void {
  const inner = unparenthesized(node);
  const { splices } = host.found;
  if (operator !== '??' && (isTest || isBoolean(inner))) {
    // This compiles to jumps only: `(a||(c[0]++,!1))&&b`. Here `a` is a boolean, or only its truth matters.
    splices.open(node.start, '(');
    visitValue(host, node, frame, depth, isTest);
    const counted = host.found.counter('short-circuit', node, frame.path);
    splices.close(node.end, operator === '&&' ? `||(${counted},!1))` : `&&(${counted},!0))`);
    return;
  }
  const isSimple = isRepeatable(host, inner);
  if (!isSimple && !frame.canDeclare) return host.visit(node, frame, depth);
  const text = isSimple ? textOf(host, inner) : temporary(host, frame, depth);
  splices.open(node.start, isSimple ? '(' : `((${text}=`);
  host.visit(node, frame, depth);
  const counted = host.found.counter('short-circuit', node, frame.path);
  splices.close(node.end, `${isSimple ? '' : ')'}${ENDS[operator]}${counted},${text})`);
}

/** The text between a value and the counter of the evaluation that ends with it. */
const ENDS: Readonly<Record<LogicalExpression['operator'], string>> = { '&&': '||', '||': '&&', '??': '==null||' };

function isBoolean(node: Expression): boolean {
  if (node.type === 'UnaryExpression') return node.operator === '!' || node.operator === 'delete';
  return node.type === 'BinaryExpression' && /^(?:[!=]==?|[<>]=?|in|instanceof)$/.test(node.operator);
}

/**
 * `x ||= b` becomes `(x&&c[0]++,x||=(c[1]++,b))`, and with a target that must not be read twice
 * `(t=0,u=o.x||=(t=1,c[1]++,b),t||c[0]++,u)`. A function that takes its name from the target gets no counter.
 */
export function countLogicalAssignment(host: ProbeHost, node: AssignmentExpression, frame: Frame, depth: number): void {
  const { left, right } = node;
  const { splices } = host.found;
  const isBare = takesName(right);
  const counted = isBare ? '' : host.found.counter('assignment', right, frame.path);
  if (left.type === 'Identifier') {
    const operator = node.operator.slice(0, -1) as LogicalExpression['operator'];
    splices.open(node.start, `(${left.name}${ENDS[operator]}${host.found.counter('short-circuit', node, frame.path)},`);
    if (!isBare) splices.open(right.start, `(${counted},`);
    host.visit(right, frame, depth);
    splices.close(right.end, isBare ? ')' : '))');
    return;
  }
  const isFlagged = frame.canDeclare && !isBare;
  const flag = isFlagged ? openFlagged(host, node, frame, depth) : '';
  const inner = isFlagged ? depth + 1 : depth;
  host.visit(left, frame, inner);
  if (!isBare) splices.open(right.start, isFlagged ? `(${flag}=1,${counted},` : `(${counted},`);
  host.visit(right, frame, inner);
  if (!isBare) splices.close(right.end, ')');
  if (isFlagged) closeFlagged(host, node, frame, depth);
}

/** Puts `(t=0,u=` before an expression. A part of the expression sets `t` to 1. */
function openFlagged(host: ProbeHost, node: AnyNode, frame: Frame, depth: number): string {
  const flag = temporary(host, frame, depth);
  host.found.splices.open(node.start, `(${flag}=0,${temporary(host, frame, depth + 1)}=`);
  return flag;
}

/** Closes what `openFlagged` opened: counts when the part was not evaluated. */
function closeFlagged(host: ProbeHost, node: AnyNode, frame: Frame, depth: number): void {
  const [flag, value] = [temporary(host, frame, depth), temporary(host, frame, depth + 1)];
  const counted = host.found.counter('short-circuit', node, frame.path);
  host.found.splices.close(node.end, `,${flag}||${counted},${value})`);
}

/**
 * `a?.b` becomes `(a==null?c[0]++:c[1]++,a?.b)`. With more than a name before `?.`, `o.a?.b` becomes
 * `((t=o.a)==null?c[0]++:c[1]++,t)?.b`, but the text of a callee stays, because messages of errors contain it:
 * `o.a?.f(x)` becomes `(t=0,u=o.a?.f((t=1,c[1]++,x)),t||c[0]++,u)`. A call without an argument gets no counters.
 */
export function countChain(host: ProbeHost, node: ChainExpression, frame: Frame, depth: number): void {
  const links = linksOf(node.expression);
  const [first] = links;
  const head = first === undefined ? null : headOf(first.node);
  const { splices } = host.found;
  if (head?.type === 'Identifier') {
    splices.open(node.start, `(${bothSides(host, first!.node, textOf(host, head), frame)},`);
  }
  const flagged = frame.canDeclare
    ? links.find(({ node: link, call }) => call !== null && headOf(link).type !== 'Identifier')
    : undefined;
  const argument = flagged?.call?.arguments[0];
  const slot = argument?.type === 'SpreadElement' ? argument.argument : argument;
  let inner = depth;
  if (flagged !== undefined && slot !== undefined) {
    const flag = openFlagged(host, node, frame, depth);
    splices.open(slot.start, `(${flag}=1,${host.found.counter('optional', flagged.node, frame.path)},`);
    inner = depth + 1;
  }
  if (frame.canDeclare) for (const { node: link, isCalled } of links) if (!isCalled) host.links.add(link);
  host.visit(node.expression, frame, inner);
  if (flagged !== undefined && slot !== undefined) {
    splices.close(slot.end, ')');
    closeFlagged(host, node, frame, depth);
  }
  if (head?.type === 'Identifier') splices.close(node.end, ')');
}

/** Visits the link `o.a?.b` of a chain by means of `visit`, with counters around `o.a`. */
export function countLink(
  host: ProbeHost,
  node: MemberExpression,
  frame: Frame,
  depth: number,
  visit: () => void,
): void {
  const { object } = node;
  if (headOf(node).type === 'Identifier') return visit();
  const text = temporary(host, frame, depth);
  host.found.splices.open(object.start, `((${text}=`);
  const sides = bothSides(host, node, ')', frame);
  // Before the name, only the object is visited. If there is a key instead, it is visited while the object's variable
  // is in use.
  visit();
  host.found.splices.close(object.end, `${sides},${text})`);
}

function bothSides(host: ProbeHost, link: AnyNode, text: string, { path }: Frame): string {
  const ended = host.found.counter('short-circuit', link, path);
  return `${text}==null?${ended}:${host.found.counter('optional', link, path)}`;
}

interface Link {
  readonly node: CallExpression | MemberExpression;
  /** True if the link is part of the callee of a later call in the chain. */
  readonly isCalled: boolean;
  /** The link itself if it is a call, or the call that follows it directly. */
  readonly call: CallExpression | null;
}

/** Parts with `?.`, from the beginning of the chain. */
function linksOf(expression: Expression): readonly Link[] {
  const links: Link[] = [];
  let isCalled = false;
  let call: CallExpression | null = null;
  let node: AnyNode = expression;
  while (node.type === 'MemberExpression' || node.type === 'CallExpression') {
    if (node.type === 'CallExpression') {
      call = node;
      isCalled = true;
    }
    if (node.optional) links.unshift({ node, isCalled, call });
    if (node.type === 'MemberExpression') call = null;
    node = node.type === 'MemberExpression' ? node.object : node.callee;
  }
  return links;
}

function headOf(link: CallExpression | MemberExpression): AnyNode {
  return link.type === 'MemberExpression' ? link.object : link.callee;
}
