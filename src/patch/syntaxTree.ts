/**
 * A node of the syntax tree of a test file, as Babel's parser makes it. Its option `createParenthesizedExpressions`
 * must be on, so that a node includes its parentheses. `src` has no parser of TypeScript, so callers pass one.
 */
export interface Node {
  readonly type: string;
  /** Offsets into the text. */
  readonly start: number;
  readonly end: number;
}

/** Parses the text of a test file. The extension of `file` determines the language. Throws if the text has errors. */
export type ParseTestFile = (text: string, file: string) => Node;

/** The node in a field, if there is one. */
export function field(node: Node, name: string): Node | null {
  const value = (node as unknown as Readonly<Record<string, unknown>>)[name];
  return isNode(value) ? value : null;
}

/** The nodes of a field that is a list. Holes of an array literal are null. */
export function list(node: Node, name: string): readonly (Node | null)[] {
  const value = (node as unknown as Readonly<Record<string, unknown>>)[name];
  return Array.isArray(value) ? value.map((item) => (isNode(item) ? item : null)) : [];
}

export function flag(node: Node, name: string): boolean {
  return (node as unknown as Readonly<Record<string, unknown>>)[name] === true;
}

export function text(node: Node, name: string): string | null {
  const value = (node as unknown as Readonly<Record<string, unknown>>)[name];
  return typeof value === 'string' ? value : null;
}

/** All nodes directly below, in the order of the text. */
export function children(node: Node): Node[] {
  const found: Node[] = [];
  for (const [name, value] of Object.entries(node)) {
    if (name.endsWith('omments') || name === 'loc' || name === 'extra') continue;
    if (isNode(value)) found.push(value);
    else if (Array.isArray(value)) found.push(...value.filter(isNode));
  }
  return found.sort((a, b) => a.start - b.start);
}

/** The node and all nodes below it, in the order of the text. */
export function* descendants(node: Node): Generator<Node> {
  yield node;
  for (const child of children(node)) yield* descendants(child);
}

/** The expression inside of parentheses and of TypeScript's `as`, `satisfies`, `!` and `<type>`. */
export function bare(node: Node): Node {
  const inner = WRAPPERS.has(node.type) ? field(node, 'expression') : null;
  return inner === null ? node : bare(inner);
}

/** The name of an identifier; null for any other node. */
export function nameOf(node: Node | null): string | null {
  return node !== null && bare(node).type === 'Identifier' ? text(bare(node), 'name') : null;
}

/** The member of `a.name`, `a?.name` and `a['name']`; null when it is only known at run time. */
export function memberName(node: Node): string | null {
  const property = field(node, 'property');
  if (property === null) return null;
  if (!flag(node, 'computed')) return text(property, 'name');
  return property.type === 'StringLiteral' ? text(property, 'value') : null;
}

export function isMember(node: Node): boolean {
  return node.type === 'MemberExpression' || node.type === 'OptionalMemberExpression';
}

export function isCall(node: Node): boolean {
  return node.type === 'CallExpression' || node.type === 'OptionalCallExpression';
}

export function isFunction(node: Node): boolean {
  return FUNCTIONS.has(node.type);
}

const WRAPPERS = new Set([
  'ParenthesizedExpression',
  'TSAsExpression',
  'TSSatisfiesExpression',
  'TSNonNullExpression',
  'TSTypeAssertion',
]);

const FUNCTIONS = new Set([
  'FunctionDeclaration',
  'FunctionExpression',
  'ArrowFunctionExpression',
  'ObjectMethod',
  'ClassMethod',
]);

function isNode(value: unknown): value is Node {
  return typeof value === 'object' && value !== null && typeof (value as { type?: unknown }).type === 'string';
}
