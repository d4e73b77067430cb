import type { AnyNode, Expression, Statement } from 'acorn';
import type { EdgeKind } from '../source/edges';
import type { Frame, ProbeHost } from './probeWriter';

/**
 * Visits a list of statements. A statement that would begin with a parenthesis of ours must not continue the line
 * before it.
 */
export function visitStatements(host: ProbeHost, statements: readonly AnyNode[], frame: Frame, depth: number): void {
  for (const statement of statements) {
    if (statement.type !== 'ExpressionStatement') {
      host.visit(statement, frame, depth);
    } else if (statement.directive === undefined) {
      const semicolon = host.found.splices.open(statement.start, '');
      host.visit(statement, frame, depth);
      if (host.found.splices.hasParenthesisAt(statement.start)) semicolon.text = ';';
    }
  }
}

/**
 * For a statement that runs only sometimes: counts how often it runs. `body` becomes `{c[0]++;body}`, and a block gets
 * the counter at its start. `before` is text that is put before the counter.
 */
export function countBody(
  host: ProbeHost,
  kind: EdgeKind,
  body: Statement,
  frame: Frame,
  depth: number,
  before = '',
): void {
  const counted = before + host.found.counter(kind, body, frame.path);
  if (body.type === 'BlockStatement') {
    host.found.splices.open(body.start + 1, `${counted};`);
    return visitStatements(host, body.body, frame, depth);
  }
  host.found.splices.open(body.start, `{${counted};`);
  host.visit(body, frame, depth);
  host.found.splices.close(body.end, '}');
}

/** For an expression that is evaluated only sometimes: counts how often. `x` becomes `(c[0]++,x)`. */
export function countExpression(host: ProbeHost, kind: EdgeKind, node: Expression, frame: Frame, depth: number): void {
  host.found.splices.open(node.start, `(${host.found.counter(kind, node, frame.path)},`);
  host.visit(node, frame, depth);
  host.found.splices.close(node.end, ')');
}
