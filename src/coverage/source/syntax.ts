import type { AnyNode, BlockStatement, CallExpression, Expression, Program } from 'acorn';

export type FunctionNode = Extract<
  AnyNode,
  { type: 'ArrowFunctionExpression' | 'FunctionDeclaration' | 'FunctionExpression' }
>;
export type ClassNode = Extract<AnyNode, { type: 'ClassDeclaration' | 'ClassExpression' }>;

/** The node inside any parentheses. */
export function unparenthesized<Node extends AnyNode>(node: Node): Node | Expression {
  let inner: Node | Expression = node;
  while (inner.type === 'ParenthesizedExpression') inner = inner.expression;
  return inner;
}

/**
 * True for a function or class expression that takes its name from its assignment target: with anything put around it,
 * it would lose this name.
 */
export function takesName(node: Expression): boolean {
  const inner = unparenthesized(node);
  switch (inner.type) {
    case 'ArrowFunctionExpression':
      return true;
    case 'FunctionExpression':
    case 'ClassExpression':
      return inner.id === null || inner.id === undefined;
    default:
      return false;
  }
}

/** The name that `node` has as a target or key in a function path; `*` if it has none. */
export function nameOf(node: AnyNode): string {
  switch (node.type) {
    case 'Identifier':
      return node.name;
    case 'PrivateIdentifier':
      return `#${node.name}`;
    case 'Literal':
      return String(node.value);
    case 'MemberExpression':
      return node.computed ? '*' : `${nameOf(node.object)}.${nameOf(node.property)}`;
    case 'ThisExpression':
      return 'this';
    default:
      return '*';
  }
}

/** True for the literal of `typeof x === 'string'`, which is no value for the dictionary. */
export function isTypeName(node: AnyNode, other: AnyNode): boolean {
  return node.type === 'Literal' && other.type === 'UnaryExpression' && other.operator === 'typeof';
}

/** `f` of `promise.catch(f)` and `promise.then(g, f)`, if it is a function written there. */
export function rejectionHandler({ callee, arguments: given }: CallExpression): AnyNode | null {
  if (callee.type !== 'MemberExpression' || callee.computed || callee.property.type !== 'Identifier') return null;
  const { name } = callee.property;
  const handler = name === 'catch' ? given[0] : name === 'then' ? given[1] : undefined;
  return handler?.type === 'ArrowFunctionExpression' || handler?.type === 'FunctionExpression' ? handler : null;
}

/** Offset within the block after its directives (`'use strict'`), which must stay first. */
export function afterDirectives(body: BlockStatement | Program): number {
  let offset = body.type === 'Program' ? 0 : body.start + 1;
  for (const statement of body.body) {
    if (statement.type !== 'ExpressionStatement' || statement.directive === undefined) break;
    offset = statement.end;
  }
  return offset;
}

/** Where each kind of node without a rule of its own keeps its children, in the order of evaluation. */
const CHILDREN: Readonly<Record<string, readonly string[]>> = {
  ArrayExpression: ['elements'],
  ArrayPattern: ['elements'],
  AwaitExpression: ['argument'],
  ChainExpression: ['expression'],
  ExportDefaultDeclaration: ['declaration'],
  ExportNamedDeclaration: ['declaration'],
  ExpressionStatement: ['expression'],
  ImportExpression: ['options'],
  LabeledStatement: ['body'],
  NewExpression: ['callee', 'arguments'],
  ParenthesizedExpression: ['expression'],
  RestElement: ['argument'],
  ReturnStatement: ['argument'],
  SequenceExpression: ['expressions'],
  SpreadElement: ['argument'],
  TaggedTemplateExpression: ['tag', 'quasi'],
  TemplateLiteral: ['quasis', 'expressions'],
  ThrowStatement: ['argument'],
  TryStatement: ['block', 'handler', 'finalizer'],
  UnaryExpression: ['argument'],
  UpdateExpression: ['argument'],
  VariableDeclaration: ['declarations'],
  YieldExpression: ['argument'],
};

/** Calls `visit` for the children of a node without a rule of its own; other nodes count as leaves. */
export function forEachChild(node: AnyNode, visit: (child: AnyNode) => void): void {
  const keys = CHILDREN[node.type];
  if (keys === undefined) return;
  const fields = node as unknown as Readonly<Record<string, AnyNode | readonly (AnyNode | null)[] | null | undefined>>;
  for (const key of keys) {
    const value = fields[key];
    if (value === null || value === undefined) continue;
    if ('type' in value) visit(value);
    else for (const child of value) if (child !== null) visit(child);
  }
}
