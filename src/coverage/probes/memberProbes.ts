import type { CallExpression, Expression, MemberExpression } from 'acorn';
import {
  guardOperand,
  isInOptionalChain,
  isRepeatable,
  keepOperand,
  record,
  textOf,
  type Frame,
  type ProbeHost,
} from './probeWriter';
import { unparenthesized } from '../source/syntax';

/**
 * `o[k]` becomes `(t=o)[(u=k,flag[0]&&compare(site,t,u),u)]`, which can be read, written and deleted as before. Returns
 * false, with nothing done, if the key is probably no text, or the member is not worth a probe.
 */
export function probeMember(host: ProbeHost, node: MemberExpression, frame: Frame, depth: number): boolean {
  if (!isLookUp(host, node)) return false;
  const object = unparenthesized(node.object as Expression);
  const isSimple = isRepeatable(host, object);
  if (!isSimple && (!frame.canDeclare || isInOptionalChain(node.object))) return false;
  if (!frame.canDeclare && !isRepeatable(host, unparenthesized(node.property as Expression))) return false;

  const leftText = keepOperand(host, node.object, frame, depth);
  const operand = node.property as Expression;
  guardOperand(host, { op: 'member', node, leftText, operand }, frame, isSimple ? depth : depth + 1);
  return true;
}

/**
 * `o[k](x)` becomes `(flag[0]&&compare(site,o,k),o[k](x))`: the callee keeps its text, because messages of errors
 * contain it. This is done only where reading `o` and `k` twice is the same as reading them once. Visits the arguments.
 */
export function probeCalledMember(host: ProbeHost, node: CallExpression, frame: Frame, depth: number): boolean {
  const { callee } = node;
  if (callee.type !== 'MemberExpression' || node.optional || !isLookUp(host, callee)) return false;
  const { object, property } = callee;
  if (callee.optional || !isRepeatable(host, object) || !isRepeatable(host, property as Expression)) return false;
  const site = host.found.addSite('member', callee);
  const probe = record(host, site, textOf(host, object), textOf(host, property));
  host.found.splices.open(node.start, `(${probe},`);
  for (const argument of node.arguments) host.visit(argument, frame, depth);
  host.found.splices.close(node.end, ')');
  return true;
}

function isLookUp({ numericNames }: ProbeHost, node: MemberExpression): boolean {
  if (!node.computed || node.object.type === 'Super' || node.property.type === 'PrivateIdentifier') return false;
  const key = unparenthesized(node.property);
  switch (key.type) {
    case 'Identifier':
    case 'MemberExpression':
    case 'CallExpression':
    case 'BinaryExpression':
    case 'LogicalExpression':
      return !numericNames.isNumeric(key);
    case 'TemplateLiteral':
      return key.expressions.length > 0;
    default:
      return false;
  }
}
