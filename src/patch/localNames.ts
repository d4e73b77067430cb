import {
  bare,
  children,
  descendants,
  field,
  flag,
  isCall,
  isFunction,
  isMember,
  list,
  memberName,
  nameOf,
  text,
  type Node,
} from './syntaxTree';

/** What the names of a test file stand for, as far as its text shows it. */
export interface LocalNames {
  /** Names under which the file has fast-check's module: `fc`. */
  readonly fastCheck: ReadonlySet<string>;
  /**
   * Names under which the file has single functions. Each maps to its function in fast-check or Jest: `assert`,
   * `property`, `test`, `describe`.
   */
  readonly functions: ReadonlyMap<string, string>;
  /** Functions of the file by name; null when two functions have the name. */
  readonly declared: ReadonlyMap<string, Node | null>;
  /** How often each name is used. Its declaration does not count. */
  readonly uses: ReadonlyMap<string, number>;
  /**
   * Variables (with their values) and function parameters (with null) by name, and whether a type is declared for them.
   * Null when a name is declared twice.
   */
  readonly variables: ReadonlyMap<string, { readonly value: Node | null; readonly isTyped: boolean } | null>;
}

const GLOBALS: readonly (readonly [string, string])[] = [
  ['describe', 'describe'],
  ['fdescribe', 'describe'],
  ['xdescribe', 'describe'],
  ['test', 'test'],
  ['it', 'test'],
  ['fit', 'test'],
  ['xit', 'test'],
  ['xtest', 'test'],
];

const IMPORTED: Readonly<Record<string, string>> = {
  assert: 'assert',
  check: 'assert',
  property: 'property',
  asyncProperty: 'property',
  describe: 'describe',
  test: 'test',
  it: 'test',
};

/** Reads imports, `require` and declarations of a file. It ignores scopes: a name that is declared twice is unknown. */
export function localNames(program: Node): LocalNames {
  const fastCheck = new Set(['fc']);
  const functions = new Map(GLOBALS);
  const declared = new Map<string, Node | null>();
  const uses = new Map<string, number>();
  const variables = new Map<string, { value: Node | null; isTyped: boolean } | null>();
  const addImport = (from: string, imported: string | null, local: string): void => {
    const isFastCheck = /^fast-check(?:$|-|\/)/.test(from);
    if (imported === 'fc' || (isFastCheck && (imported === null || imported === 'default'))) fastCheck.add(local);
    else if (imported !== null && (isFastCheck || TEST_MODULES.test(from)) && Object.hasOwn(IMPORTED, imported)) {
      functions.set(local, IMPORTED[imported]!);
    }
  };
  const addFunction = (name: string, node: Node): void => {
    declared.set(name, declared.has(name) ? null : node);
  };
  const countUse = (name: string | null, by: number): void => {
    if (name !== null) uses.set(name, (uses.get(name) ?? 0) + by);
  };
  for (const node of descendants(program)) {
    switch (node.type) {
      case 'ImportDeclaration':
        addImports(node, addImport);
        break;
      case 'TSImportEqualsDeclaration': {
        const from = requiredFrom(field(node, 'moduleReference'));
        const local = nameOf(field(node, 'id'));
        if (from !== null && local !== null) addImport(from, null, local);
        break;
      }
      case 'VariableDeclarator': {
        const id = field(node, 'id')!;
        const value = field(node, 'init');
        const from = value === null ? null : requiredFrom(bare(value));
        const name = nameOf(id);
        if (from !== null) addRequired(id, from, addImport);
        if (name === null) break;
        if (value !== null && isFunction(bare(value))) addFunction(name, bare(value));
        variables.set(name, variables.has(name) ? null : { value, isTyped: field(id, 'typeAnnotation') !== null });
        break;
      }
      case 'FunctionDeclaration': {
        const name = nameOf(field(node, 'id'));
        if (name !== null) addFunction(name, node);
        break;
      }
      case 'Identifier':
        countUse(nameOf(node), 1);
        break;
      default:
        // The name of a field is not a use.
        if (isMember(node) && !flag(node, 'computed')) countUse(nameOf(field(node, 'property')), -1);
        if (node.type === 'ObjectProperty' && !flag(node, 'computed')) countUse(nameOf(field(node, 'key')), -1);
    }
    if (!isFunction(node)) continue;
    for (const parameter of list(node, 'params')) {
      const name = nameOf(parameter);
      if (name === null) continue;
      variables.set(
        name,
        variables.has(name) ? null : { value: null, isTyped: field(parameter!, 'typeAnnotation') !== null },
      );
    }
  }
  // A declaration is not a use.
  for (const name of declared.keys()) countUse(name, -1);
  return { fastCheck, functions, declared, uses, variables };
}

/** Which function of fast-check an expression is: `assert` (also for `fc.check`), `property`, or null for any other. */
export function fastCheckFunction(callee: Node, names: LocalNames): 'assert' | 'property' | null {
  const node = bare(callee);
  const name = nameOf(node);
  if (name !== null) {
    const known = names.functions.get(name);
    return known === 'assert' || known === 'property' ? known : null;
  }
  if (!isMember(node)) return null;
  const object = bare(field(node, 'object')!);
  const isModule =
    names.fastCheck.has(nameOf(object) ?? '') ||
    requiredFrom(object) === 'fast-check' ||
    (isMember(object) && ['fc', 'default'].includes(memberName(object) ?? ''));
  if (!isModule) return null;
  const member = memberName(node);
  if (member === 'assert' || member === 'check') return 'assert';
  return member === 'property' || member === 'asyncProperty' ? 'property' : null;
}

const TEST_MODULES = /^(?:@jest\/globals|@fast-check\/jest(?:\/worker)?)$/;

function addImports(node: Node, add: (from: string, imported: string | null, local: string) => void): void {
  const from = text(field(node, 'source')!, 'value') ?? '';
  for (const specifier of list(node, 'specifiers')) {
    const local = nameOf(field(specifier!, 'local'));
    if (local === null) continue;
    const imported = field(specifier!, 'imported');
    add(from, imported === null ? null : (text(imported, 'name') ?? text(imported, 'value')), local);
  }
}

/** Adds the names of `const fc = require(…)` and `const { assert: a } = require(…)`. */
function addRequired(
  id: Node,
  from: string,
  add: (from: string, imported: string | null, local: string) => void,
): void {
  const whole = nameOf(id);
  if (whole !== null) add(from, null, whole);
  if (id.type !== 'ObjectPattern') return;
  for (const property of list(id, 'properties')) {
    if (property === null || property.type !== 'ObjectProperty' || flag(property, 'computed')) continue;
    const local = nameOf(field(property, 'value'));
    const key = field(property, 'key')!;
    if (local !== null) add(from, text(key, 'name') ?? text(key, 'value'), local);
  }
}

/** The module that an expression loads, by `require` or `await import`; null for any other expression. */
function requiredFrom(node: Node | null): string | null {
  if (node === null) return null;
  if (node.type === 'AwaitExpression') return requiredFrom(bare(field(node, 'argument')!));
  if (node.type === 'TSExternalModuleReference') return text(field(node, 'expression')!, 'value');
  if (node.type === 'ImportExpression') return text(field(node, 'source')!, 'value');
  if (!isCall(node)) return null;
  const callee = field(node, 'callee')!;
  const [from] = list(node, 'arguments');
  if (!LOADERS.has(nameOf(callee) ?? callee.type) || from?.type !== 'StringLiteral') return null;
  return children(node).includes(from) ? text(from, 'value') : null;
}

const LOADERS = new Set(['Import', 'require']);
