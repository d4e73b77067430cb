import { takesName, type ClassNode } from '../source/syntax';
import { countExpression, visitStatements } from './countedParts';
import type { Frame, ProbeHost } from './probeWriter';

/**
 * Visits the members of a class. A constructor is counted like any function; where there is none, the first field with
 * a value shows that an instance was made: `x = 1` becomes `x = (c[0]++,1)`.
 */
export function countClass(host: ProbeHost, node: ClassNode, outer: Frame, depth: number): void {
  const { found } = host;
  if (node.type === 'ClassDeclaration' && node.id) found.noteBinding(node.id, outer.path);
  if (node.superClass) host.visit(node.superClass, outer, depth);
  const path = found.pathOf(node, outer.path);
  const fields: Frame = { path, canDeclare: false, temporaries: 0 };
  let isCounted = node.body.body.some((member) => member.type === 'MethodDefinition' && member.kind === 'constructor');
  for (const member of node.body.body) {
    if (member.type === 'StaticBlock') {
      visitStatements(host, member.body, fields, 0);
      continue;
    }
    if (member.computed) host.visit(member.key, outer, depth);
    if (!member.value) continue;
    found.giveName(member.key, member.value);
    if (member.type === 'PropertyDefinition' && !member.static && !isCounted && !takesName(member.value)) {
      isCounted = true;
      countExpression(host, 'field', member.value, fields, 0);
    } else {
      host.visit(member.value, fields, 0);
    }
  }
}
