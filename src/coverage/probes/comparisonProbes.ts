import type { BinaryExpression, Expression, SwitchStatement } from 'acorn';
import type { ProbeOp } from '../comparisons/findings';
import {
  guardOperand,
  isRepeatable,
  isUnrecordable,
  keepOperand,
  record,
  textOf,
  type Frame,
  type ProbeHost,
} from './probeWriter';
import { unparenthesized } from '../source/syntax';

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

/**
 * `switch (D)` becomes `switch ((t=D,flag[0]&&compare(site,t,[…literal cases]),t))`, so that V8 can still use a jump
 * table; each of the other cases gets a probe of its own. The value and the tests of the cases are always visited.
 */
export function probeSwitch(host: ProbeHost, node: SwitchStatement, frame: Frame, depth: number): void {
  const tests = node.cases.flatMap(({ test }) => (test ? [test] : []));
  const isLiteral = (test: Expression): boolean =>
    unparenthesized(test).type !== 'Identifier' && isRepeatable(host, unparenthesized(test));
  const literals = tests.filter(isLiteral).slice(0, MAX_CASES);
  const value = unparenthesized(node.discriminant);
  if (!frame.canDeclare || isUnrecordable(value) || value.type === 'Literal') {
    return visitSwitchParts(host, node, frame, depth);
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

/** Visits the value and the tests of the cases, without a probe. */
export function visitSwitchParts(host: ProbeHost, node: SwitchStatement, frame: Frame, depth: number): void {
  for (const part of [node.discriminant, ...node.cases.map(({ test }) => test)])
    if (part) host.visit(part, frame, depth);
}

/** At most this many literal cases are compared at one `switch`. */
const MAX_CASES = 256;
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
