import { afterDirectives, type FunctionNode } from '../source/syntax';
import { visitStatements } from './countedParts';
import type { Frame, ProbeHost } from './probeWriter';

/** How the code around a function uses it. */
export interface FunctionUse {
  /** True for a declaration of an ES module, which a cycle of imports may call before the module has begun. */
  readonly isHoisted: boolean;
  /** True for a function written in the call of `catch`, or as the second argument of `then`. */
  readonly isHandler: boolean;
}

/**
 * Counts the calls of a function and declares the variables of its probes: `f(a) { … }` becomes
 * `f(a) { let t;c[0]++;… }`, and `a => b` becomes `a => (c[0]++,b)`. Visits its parameters and its body.
 */
export function countFunction(host: ProbeHost, node: FunctionNode, outer: Frame, use: FunctionUse): void {
  const { found } = host;
  if (node.type === 'FunctionDeclaration' && node.id) found.noteBinding(node.id, outer.path);
  if (found.isIgnored(node)) return;
  const path = found.pathOf(node, outer.path);
  const counted = found.counter('function', node, path) + (use.isHandler ? rejectionReport(host, node) : '');
  // A variable of the body cannot be seen by the parameters.
  const parameters: Frame = { path, canDeclare: false, temporaries: 0 };
  if (!use.isHoisted) for (const parameter of node.params) host.visit(parameter, parameters, 0);

  const frame: Frame = { path, canDeclare: true, temporaries: 0 };
  if (node.body.type === 'BlockStatement') {
    const start = afterDirectives(node.body);
    const entry = found.splices.open(start, '');
    visitStatements(host, node.body.body, frame, 0);
    const opened = use.isHoisted ? `${found.names.counters}||${found.names.start}();` : '';
    const separator = start > node.body.start + 1 ? ';' : '';
    entry.text = `${separator}${found.declaration(frame.temporaries)}${opened}${counted};`;
    return;
  }
  const before = found.splices.open(node.body.start, '');
  host.visit(node.body, frame, 0);
  const after = found.splices.close(node.body.end, ')');
  before.text = `(${counted},`;
  if (frame.temporaries > 0) {
    before.text = `{${found.declaration(frame.temporaries)}${counted};return `;
    after.text = '}';
  }
}

/**
 * For a handler of rejections: the text that reports the error given to it. The text is put after the handler's
 * counter.
 */
function rejectionReport({ found }: ProbeHost, node: FunctionNode): string {
  const [parameter] = node.params;
  if (parameter?.type !== 'Identifier') return '';
  return `,${found.names.caught}(${found.edges.length - 1},${parameter.name})`;
}
