import type { CatchClause, IfStatement, SwitchStatement } from 'acorn';
import { nameOf } from '../source/syntax';
import { visitTest } from './branchProbes';
import { countBody, visitStatements } from './countedParts';
import type { Frame, ProbeHost } from './probeWriter';

/** Counts both ways of an `if`. Where there is no `else`, one is added for its counter: `else{c[1]++}`. */
export function countIf(host: ProbeHost, node: IfStatement, frame: Frame, depth: number): void {
  visitTest(host, node.test, frame, depth);
  countBody(host, 'if', node.consequent, frame, depth);
  if (node.alternate) return countBody(host, 'else', node.alternate, frame, depth);
  host.found.splices.close(node.consequent.end, `else{${host.found.counter('else', node, frame.path)}}`);
}

/**
 * `catch {` becomes `catch($fze){try{$fzx(edge,$fze)}catch{}`: when the stack is nearly full, a call of ours may throw,
 * and this error must not escape.
 */
export function countCatch(host: ProbeHost, node: CatchClause, frame: Frame, depth: number): void {
  const { names, splices, edges } = host.found;
  if (node.param) host.visit(node.param, frame, depth);
  else splices.open(node.body.start, `(${names.error})`);
  const error = node.param ? nameOf(node.param) : names.error;
  // A pattern gives no name to the error itself.
  if (error === '*') return countBody(host, 'catch', node.body, frame, depth);
  // The edge that is added next is that of the clause.
  const report = `try{${names.caught}(${edges.length},${error})}catch{}`;
  countBody(host, 'catch', node.body, frame, depth, report);
}

/**
 * Counts the cases of a `switch` and visits their statements; its value and the tests of its cases are visited before.
 * Where there is no `default`, one is added for its counter.
 */
export function countCases(host: ProbeHost, node: SwitchStatement, frame: Frame, depth: number): void {
  const { found } = host;
  const [first] = node.cases;
  if (first === undefined) return;
  for (const { test } of node.cases) if (test) found.noteCompared(test);
  // The added `default` stands first, where nothing falls through into it; it is chosen only after all cases.
  if (node.cases.every(({ test }) => test)) {
    found.splices.open(first.start, `default:${found.counter('case', node, frame.path)};break;`);
  }
  for (const one of node.cases) {
    const start = one.consequent[0]?.start ?? one.end;
    found.splices.open(start, `${found.counter('case', one, frame.path)};`);
    visitStatements(host, one.consequent, frame, depth);
  }
}
