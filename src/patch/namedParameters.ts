import type { LocalNames } from './localNames';
import { bare, field, flag, isMember, list, nameOf, text, type Node } from './syntaxTree';

/** What a file shows about parameters that are not written in the call but have a name. */
export interface NamedParameters {
  /**
   * none: they have no examples. some: they have examples, and their type says so. maybe: their type allows examples.
   * unknown: it is not even known whether their type allows them.
   */
  readonly examples: 'none' | 'some' | 'maybe' | 'unknown';
  /** Whether they replay one input only. */
  readonly hasPath: boolean;
  /** How many more examples `numRuns` allows; Infinity when the numbers are not written in place. */
  readonly runsLeft: number;
}

export function namedParameters(node: Node, names: LocalNames): NamedParameters {
  const nothing = { hasPath: false, runsLeft: Infinity };
  const name = nameOf(node);
  const variable = name === null ? undefined : names.variables.get(name);
  if (variable === undefined || variable === null) return { examples: 'unknown', ...nothing };
  const { isTyped } = variable;
  const value = variable.value === null ? null : bare(variable.value);
  if (value?.type !== 'ObjectExpression') return { examples: isTyped ? 'maybe' : 'unknown', ...nothing };
  const { keys, hasPath, runsLeft } = objectParameters(value);
  const known = { hasPath, runsLeft };
  // If a type is declared for the variable, its property `examples` may be optional, whatever the value is.
  if (keys.includes('examples')) return { examples: isTyped ? 'maybe' : 'some', ...known };
  if (keys.includes(null)) return { examples: isTyped ? 'maybe' : 'unknown', ...known };
  return { examples: 'none', ...known };
}

/** The same for an object that is written in place. `keys` has null for a spread or a computed name. */
export function objectParameters(object: Node): {
  readonly keys: readonly (string | null)[];
  readonly hasPath: boolean;
  readonly runsLeft: number;
} {
  const properties = list(object, 'properties').filter((property) => property !== null);
  const keys = properties.map(keyOf);
  const valueOf = (key: string): Node | null => {
    const at = keys.lastIndexOf(key);
    const value = at === -1 ? null : field(properties[at]!, 'value');
    return value === null ? null : bare(value);
  };
  const [limit, examples] = [valueOf('numRuns'), valueOf('examples')];
  const most = limit?.type === 'NumericLiteral' ? (limit as Node & { value: number }).value : Infinity;
  const count = examples?.type === 'ArrayExpression' ? list(examples, 'elements').length : 0;
  return { keys, hasPath: keys.includes('path'), runsLeft: most - count };
}

/** The name of a property; null for a spread or a computed name. */
export function keyOf(property: Node): string | null {
  const key = field(property, 'key');
  if (key === null) return null;
  if (flag(property, 'computed') && key.type !== 'StringLiteral') return null;
  return text(key, 'name') ?? text(key, 'value');
}

/** Whether an expression can be written twice without side effects: `a`, `a.b`, `this.a`. */
export function isPath(node: Node): boolean {
  if (node.type === 'Identifier' || node.type === 'ThisExpression') return true;
  return isMember(node) && !flag(node, 'computed') && isPath(bare(field(node, 'object')!));
}
