import type { AnyNode, Expression, Super } from 'acorn';
import type { Findings, ProbeOp } from '../comparisons/findings';
import type { NumericNames } from './numericNames';
import { unparenthesized } from '../source/syntax';

/** The body of code that declares the variables of the probes in it. */
export interface Frame {
  /** Names of the enclosing functions and classes. */
  readonly path: string;
  /** False where no variable can be declared: default values of parameters, fields. */
  readonly canDeclare: boolean;
  /** How many variables to declare. */
  temporaries: number;
}

/** The part of a file's planner that the functions of probes use. */
export interface ProbeHost {
  readonly found: Findings;
  readonly numericNames: NumericNames;
  /** Members after `?.` whose object gets counters when they are visited. */
  readonly links: Set<AnyNode>;
  visit(node: AnyNode, frame: Frame, depth: number): void;
  /**
   * Notes that a probe must not be put around this node: either the message of an error may contain its text, or it is
   * the operand of `delete`.
   */
  keepText(node: AnyNode): void;
}

/**
 * Visits the left operand and returns an expression that has its value later on: the text of the operand, or a variable
 * to which the operand is assigned. `after` may give text that is evaluated right after the operand, within the same
 * parentheses.
 */
export function keepOperand(
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

export interface Guard {
  readonly op: ProbeOp;
  readonly node: AnyNode;
  readonly leftText: string;
  readonly operand: Expression;
}

/** Visits the right operand and records the comparison between its evaluation and its use. */
export function guardOperand(
  host: ProbeHost,
  { op, node, leftText, operand }: Guard,
  frame: Frame,
  depth: number,
): void {
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

export function record({ found: { names } }: ProbeHost, site: number, left: string, right: string): string {
  return `${names.flag}[0]&&${names.compare}(${site},${left},${right})`;
}

export function temporary({ found: { names } }: ProbeHost, frame: Frame, depth: number): string {
  frame.temporaries = Math.max(frame.temporaries, depth + 1);
  return names.temporary(depth);
}

/**
 * True for an expression that can be written twice, because a second evaluation has no effect: names, `this`, short
 * literals.
 */
export function isRepeatable(host: ProbeHost, node: Expression | Super): boolean {
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

/**
 * True for operands that are never text or numbers, or that have few values: recording them is of no use. With
 * `isPattern`, a regular expression may be recorded.
 */
export function isUnrecordable(node: Expression | Super, isPattern = false): boolean {
  switch (node.type) {
    case 'Literal':
      return node.regex ? !isPattern : node.value === null || typeof node.value === 'boolean';
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
export function isInOptionalChain(node: Expression | Super): boolean {
  if (node.type === 'MemberExpression') return node.optional || isInOptionalChain(node.object);
  if (node.type === 'CallExpression') return node.optional || isInOptionalChain(node.callee);
  return false;
}

export function textOf({ found: { code } }: ProbeHost, node: AnyNode): string {
  return code.slice(node.start, node.end);
}

/** In UTF-16 code units: a longer operand is kept in a variable rather than written twice. */
const MAX_REPEATED_LENGTH = 60;
