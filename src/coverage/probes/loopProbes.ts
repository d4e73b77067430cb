import type { AnyNode, Expression } from 'acorn';
import { visitTest } from './branchProbes';
import { countBody } from './countedParts';
import { temporary, type Frame, type ProbeHost } from './probeWriter';
import { unparenthesized } from '../source/syntax';

type LoopNode = Extract<
  AnyNode,
  { type: 'ForStatement' | 'ForInStatement' | 'ForOfStatement' | 'WhileStatement' | 'DoWhileStatement' }
>;

/**
 * A loop that may not run at all becomes `{t=0;for (…) {t=1;c[0]++;…}t||c[1]++}`.
 * @param whole the loop with its labels, which must stay right before it
 */
export function countLoop(host: ProbeHost, node: LoopNode, whole: AnyNode, frame: Frame, depth: number): void {
  const { splices } = host.found;
  const ran = frame.canDeclare && mayNotRun(node) ? temporary(host, frame, depth) : null;
  const inner = ran === null ? depth : depth + 1;
  if (ran !== null) splices.open(whole.start, `{${ran}=0;`);
  switch (node.type) {
    case 'ForStatement':
      for (const part of [node.init, node.update]) if (part) host.visit(part, frame, inner);
      if (node.test) visitLoopTest(host, node.test, frame, inner, true);
      break;
    case 'ForInStatement':
    case 'ForOfStatement':
      host.keepText(node.right);
      host.visit(node.left, frame, inner);
      host.visit(node.right, frame, inner);
      break;
    default:
      visitLoopTest(host, node.test, frame, inner, false);
  }
  countBody(host, 'loop', node.body, frame, inner, ran === null ? '' : `${ran}=1;`);
  if (ran !== null) splices.close(whole.end, `${ran}||${host.found.counter('no-loop', node, frame.path)}}`);
}

/**
 * `i < n` of a counting loop gets no probe: it says no more than the counter of the body, and it is the hottest
 * comparison. Probed are an equality and, in `while`, a comparison with a literal: these may compare a value of the
 * input.
 */
function visitLoopTest(host: ProbeHost, test: Expression, frame: Frame, depth: number, isCounting: boolean): void {
  const isOrder = test.type === 'BinaryExpression' && /^[<>]=?$/.test(test.operator);
  if (!isOrder || (!isCounting && (isLiteral(test.left) || isLiteral(test.right)))) {
    return visitTest(host, test, frame, depth);
  }
  host.visit(test.left, frame, depth);
  host.visit(test.right, frame, depth);
}

function isLiteral(node: AnyNode): boolean {
  return unparenthesized(node).type === 'Literal';
}

/** False for `do`, `for (;;)` and `while (true)`. */
function mayNotRun(node: LoopNode): boolean {
  if (node.type === 'DoWhileStatement') return false;
  if (node.type === 'ForInStatement' || node.type === 'ForOfStatement') return true;
  return node.test !== null && node.test !== undefined && node.test.type !== 'Literal';
}
