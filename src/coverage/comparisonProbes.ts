import type { AnyNode, BinaryExpression, CallExpression, Expression, Super, SwitchStatement } from 'acorn';
import { unparenthesized } from './syntax';
import type { Findings, ProbeOp } from './findings';

const OPERATORS: Readonly<Record<string, ProbeOp>> = {
  '===': '===',
  '!==': '===',
  '==': '==',
  '!=': '==',
  '<': '<',
  '<=': '<=',
  '>': '>',
  '>=': '>=',
  in: 'in',
};

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
]);

/** What a body of code provides for the variables of its probes. */
export interface Frame {
  /** Names of the enclosing functions and classes. */
  readonly path: string;
  /** False where no variable can be declared: default values of parameters, fields. */
  readonly canDeclare: boolean;
  /** How many variables to declare. */
  temporaries: number;
}

/** What the planner of a file lends to the functions below. */
export interface ProbeHost {
  readonly found: Findings;
  visit(node: AnyNode, frame: Frame, depth: number): void;
}

/**
 * `L === R` becomes `(t=L)===(u=R,flag[0]&&compare(site,t,u),u)`: each operand is evaluated once, in order and in its
 * place, so that errors keep their column. Operands that can be read twice need no variable. A variable numbered
 * below `depth` is in use around the node. Returns false, with nothing done, if the node is not worth a probe.
 */
export function probeOperator(host: ProbeHost, node: BinaryExpression, frame: Frame, depth: number): boolean {
  const op = OPERATORS[node.operator];
  if (op === undefined || node.left.type === 'PrivateIdentifier') return false;
  const left = unparenthesized(node.left);
  const right = unparenthesized(node.right);
  if (isUnrecordable(left) || (op !== 'in' && isUnrecordable(right))) return false;
  if (left.type === 'Literal' && right.type === 'Literal') return false;
  const isSimple = isRepeatable(host, left) && isRepeatable(host, right);
  if (!frame.canDeclare && !isSimple) return false;

  const leftText = keepOperand(host, node.left, frame, depth);
  const inner = isRepeatable(host, left) ? depth : depth + 1;
  guardOperand(host, { op, node, leftText, operand: node.right }, frame, inner);
  return true;
}

/** `a.includes(b)` becomes `(t=a).includes((u=b,flag[0]&&compare(site,t,u),u))`. Returns false if there is no probe. */
export function probeCall(host: ProbeHost, node: CallExpression, frame: Frame, depth: number): boolean {
  const { callee } = node;
  const [argument, ...others] = node.arguments;
  if (callee.type !== 'MemberExpression' || callee.computed || callee.property.type !== 'Identifier') return false;
  const op = METHODS.get(callee.property.name);
  if (op === undefined || argument === undefined || argument.type === 'SpreadElement') return false;
  if (callee.object.type === 'Super' || isUnrecordable(unparenthesized(argument))) return false;
  const isSimpleReceiver = isRepeatable(host, unparenthesized(callee.object));
  // `(t=a?.b).includes(c)` would throw where `a?.b.includes(c)` is undefined.
  if (!isSimpleReceiver && (!frame.canDeclare || isInOptionalChain(callee.object))) return false;
  if (!frame.canDeclare && !isRepeatable(host, unparenthesized(argument))) return false;

  const leftText = keepOperand(host, callee.object, frame, depth);
  const inner = isSimpleReceiver ? depth : depth + 1;
  guardOperand(host, { op, node, leftText, operand: argument }, frame, inner);
  for (const other of others) host.visit(other, frame, inner);
  return true;
}

/**
 * `switch (D)` becomes `switch ((t=D,flag[0]&&compare(site,t,[…literal cases]),t))`, which leaves V8 its jump table;
 * other cases get a probe each. Visits the value and the tests of the cases, always.
 */
export function probeSwitch(host: ProbeHost, node: SwitchStatement, frame: Frame, depth: number): void {
  const tests = node.cases.flatMap(({ test }) => (test ? [test] : []));
  const isLiteral = (test: Expression): boolean =>
    unparenthesized(test).type !== 'Identifier' && isRepeatable(host, unparenthesized(test));
  const literals = tests.filter(isLiteral).slice(0, MAX_CASES);
  const value = unparenthesized(node.discriminant);
  if (!frame.canDeclare || isUnrecordable(value) || value.type === 'Literal') {
    for (const part of [node.discriminant, ...tests]) host.visit(part, frame, depth);
    return;
  }

  const leftText = keepOperand(host, node.discriminant, frame, depth, (text) => {
    if (literals.length === 0) return '';
    const cases = literals.map((test) => textOf(host, unparenthesized(test))).join(',');
    return `,${record(host, host.found.addSite('switch', node), text, `[${cases}]`)},${text}`;
  });
  const inner = isRepeatable(host, value) ? depth : depth + 1;
  for (const test of tests) {
    if (isLiteral(test) || isUnrecordable(unparenthesized(test))) host.visit(test, frame, inner);
    else guardOperand(host, { op: '===', node: test, leftText, operand: test }, frame, inner);
  }
}

/** Literal cases compared at one `switch`. */
const MAX_CASES = 256;
/** In UTF-16 code units: a longer operand is kept in a variable rather than written twice. */
const MAX_REPEATED_LENGTH = 60;

/**
 * Visits the left operand and returns an expression that has its value later on: its own text, or a variable that it
 * is assigned to. `after` may give text to be evaluated right after it, within its parentheses.
 */
function keepOperand(
  host: ProbeHost,
  operand: Expression | Super,
  frame: Frame,
  depth: number,
  after: (text: string) => string = () => '',
): string {
  const inner = unparenthesized(operand);
  const isSimple = isRepeatable(host, inner);
  const text = isSimple ? textOf(host, inner) : temporary(host, frame, depth);
  const following = after(text);
  if (!isSimple) host.found.splices.open(operand.start, `(${text}=`);
  else if (following !== '') host.found.splices.open(operand.start, '(');
  host.visit(operand, frame, depth);
  if (!isSimple || following !== '') host.found.splices.close(operand.end, `${following})`);
  return text;
}

interface Guard {
  readonly op: ProbeOp;
  readonly node: AnyNode;
  readonly leftText: string;
  readonly operand: Expression;
}

/** Visits the right operand and records the comparison between its evaluation and its use. */
function guardOperand(host: ProbeHost, { op, node, leftText, operand }: Guard, frame: Frame, depth: number): void {
  const inner = unparenthesized(operand);
  const site = host.found.addSite(op, node);
  if (isRepeatable(host, inner)) {
    host.found.splices.open(operand.start, `(${record(host, site, leftText, textOf(host, inner))},`);
    host.visit(operand, frame, depth);
    host.found.splices.close(operand.end, ')');
    return;
  }
  const kept = temporary(host, frame, depth);
  host.found.splices.open(operand.start, `(${kept}=`);
  host.visit(operand, frame, depth);
  host.found.splices.close(operand.end, `,${record(host, site, leftText, kept)},${kept})`);
}

function record({ found: { names } }: ProbeHost, site: number, left: string, right: string): string {
  return `${names.flag}[0]&&${names.compare}(${site},${left},${right})`;
}

function temporary({ found: { names } }: ProbeHost, frame: Frame, depth: number): string {
  frame.temporaries = Math.max(frame.temporaries, depth + 1);
  return names.temporary(depth);
}

/** True for what can be evaluated a second time without effect and written twice: names, `this`, short literals. */
function isRepeatable(host: ProbeHost, node: Expression | Super): boolean {
  switch (node.type) {
    case 'Identifier':
    case 'ThisExpression':
      return true;
    case 'Literal':
      return !node.regex && isShortLine(textOf(host, node));
    case 'UnaryExpression':
      return node.operator === '-' && node.argument.type === 'Literal';
    case 'TemplateLiteral':
      return node.expressions.length === 0 && isShortLine(textOf(host, node));
    default:
      return false;
  }
}

/** Text with a line break would move the lines that follow. */
function isShortLine(text: string): boolean {
  return text.length <= MAX_REPEATED_LENGTH && !/[\r\n\u2028\u2029]/.test(text);
}

/** True for operands that never are text or numbers, or whose values are few: nothing is to be learned from them. */
function isUnrecordable(node: Expression | Super): boolean {
  switch (node.type) {
    case 'Literal':
      return node.value === null || typeof node.value === 'boolean' || Boolean(node.regex);
    case 'Identifier':
      return node.name === 'undefined';
    case 'UnaryExpression':
      return node.operator === 'typeof' || node.operator === 'void' || node.operator === '!';
    case 'ArrayExpression':
    case 'ArrowFunctionExpression':
    case 'ClassExpression':
    case 'FunctionExpression':
    case 'ObjectExpression':
    case 'Super':
      return true;
    default:
      return false;
  }
}

/** True if evaluating `node` may skip the rest of the chain that it begins. */
function isInOptionalChain(node: Expression | Super): boolean {
  if (node.type === 'MemberExpression') return node.optional || isInOptionalChain(node.object);
  if (node.type === 'CallExpression') return node.optional || isInOptionalChain(node.callee);
  return false;
}

function textOf({ found: { code } }: ProbeHost, node: AnyNode): string {
  return code.slice(node.start, node.end);
}
