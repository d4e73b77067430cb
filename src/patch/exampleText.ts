import {
  bare,
  descendants,
  field,
  flag,
  isMember,
  list,
  memberName,
  nameOf,
  text,
  type Node,
  type ParseTestFile,
} from './syntaxTree';

/** The arguments of a property, as text. */
export interface ExampleText {
  readonly argumentCount: number;
  /** All arguments: `[0, "a"]`. */
  readonly whole: string;
  /** The first argument: `{ a: 0 }`. */
  readonly first: string;
}

/**
 * Reads the source text of an input. The text becomes code, and it may come from a database that other people can
 * write. So it is accepted only if it is an array of plain values, as `valueToSource` writes them; the result is null
 * otherwise.
 */
export function readExample(source: string, parse: ParseTestFile): ExampleText | null {
  const node = parseValue(source, parse);
  if (node?.type !== 'ArrayExpression' || !isValue(node, true)) return null;
  const items = list(node, 'elements');
  const [first = null] = items;
  if (items.includes(null)) return null;
  const offset = OPEN.length;
  return {
    argumentCount: items.length,
    whole: source.slice(node.start - offset, node.end - offset),
    first: first === null ? '' : source.slice(first.start - offset, first.end - offset),
  };
}

/**
 * The text that fast-check prints for an input, if it is also source text of the same value: it has only strings,
 * numbers and other primitive values, and lists of them. Null otherwise: for an object, fast-check does not print
 * everything.
 */
export function printedSource(printed: string, parse: ParseTestFile): string | null {
  const node = parseValue(printed, parse);
  return node?.type === 'ArrayExpression' && isValue(node, false) ? printed : null;
}

/** The example with the kind of quotes that most strings of a file have. */
export function styleExample(example: string, program: Node, source: string): string {
  let single = 0;
  let double = 0;
  for (const node of descendants(program)) {
    if (node.type !== 'StringLiteral') continue;
    if (source[node.start] === "'") single += 1;
    else if (source[node.start] === '"') double += 1;
  }
  if (double > single) return example;
  return example.replaceAll(/"(?:[^"\\]|\\.)*"/g, (literal) => {
    const inner = literal
      .slice(1, -1)
      .replaceAll(/\\.|'/gs, (part) => (part === '\\"' ? '"' : part === "'" ? "\\'" : part));
    // As formatters do: double quotes stay if single quotes would have to be escaped.
    return inner.includes("\\'") && !inner.includes('"') ? literal : `'${inner}'`;
  });
}

const OPEN = '(';

/** The name under which an example is parsed: it is plain JavaScript in test files of any language. */
const LITERAL_FILE = 'example.js';

/** A character that an editor does not show as it is. `valueToSource` escapes these. */
const UNSEEN = /(?! )[\p{C}\p{Z}]/u;

function parseValue(source: string, parse: ParseTestFile): Node | null {
  if (UNSEEN.test(source)) return null;
  try {
    const whole = parse(`${OPEN}${source})`, LITERAL_FILE);
    if (list(whole, 'comments').length > 0) return null;
    const [statement, ...others] = list(field(whole, 'program')!, 'body');
    const expression = statement?.type === 'ExpressionStatement' ? field(statement, 'expression') : null;
    return others.length > 0 || expression === null ? null : bare(expression);
  } catch {
    return null;
  }
}

/**
 * Whether an expression is only a value: it reads no variable of the user's code, and calls only functions that make
 * values.
 */
function isValue(node: Node | null, mayBeObject: boolean): boolean {
  // A hole of an array.
  if (node === null) return true;
  const all = (nodes: readonly (Node | null)[]): boolean => nodes.every((one) => isValue(one, mayBeObject));
  switch (node.type) {
    case 'StringLiteral':
    case 'NumericLiteral':
    case 'BigIntLiteral':
    case 'BooleanLiteral':
    case 'NullLiteral':
      return true;
    case 'Identifier':
      return ['undefined', 'NaN', 'Infinity'].includes(text(node, 'name')!);
    case 'UnaryExpression': {
      const type = field(node, 'argument')!.type;
      return (
        text(node, 'operator') === '-' &&
        (type !== 'Identifier' ? type.endsWith('Literal') : isValue(field(node, 'argument'), false))
      );
    }
    case 'ArrayExpression':
      return all(list(node, 'elements'));
    case 'MemberExpression':
      if (flag(node, 'computed')) return false;
      if (NUMBERS.test(`${nameOf(field(node, 'object'))}.${memberName(node)}`)) return true;
      if (!mayBeObject) return false;
      return nameOf(field(node, 'object')) === 'Symbol'
        ? /^[a-zA-Z]+$/.test(memberName(node) ?? '')
        : memberName(node) === 'buffer' &&
            field(node, 'object')!.type === 'NewExpression' &&
            isValue(field(node, 'object'), true);
    case 'ObjectExpression':
      return mayBeObject && list(node, 'properties').every((property) => isField(property!));
    case 'NewExpression':
      return mayBeObject && MADE_BY_NEW.has(nameOf(field(node, 'callee')) ?? '') && all(list(node, 'arguments'));
    case 'CallExpression':
      return mayBeObject && isMaking(field(node, 'callee')!) && all(list(node, 'arguments'));
    default:
      return false;
  }
}

function isField(property: Node): boolean {
  if (property.type !== 'ObjectProperty' || flag(property, 'shorthand')) return false;
  const key = field(property, 'key')!;
  if (flag(property, 'computed') && key.type !== 'StringLiteral') return false;
  return isValue(field(property, 'value'), true);
}

/** Whether a called function makes values: `Object.assign`, `Object.create`, `Symbol.for`. */
function isMaking(callee: Node): boolean {
  if (!isMember(callee) || flag(callee, 'computed')) return false;
  const name = `${nameOf(field(callee, 'object'))}.${memberName(callee)}`;
  return name === 'Object.assign' || name === 'Object.create' || name === 'Symbol.for';
}

/** Numbers that fast-check prints by name. */
const NUMBERS = /^Number\.(?:NaN|POSITIVE_INFINITY|NEGATIVE_INFINITY)$/;

const MADE_BY_NEW: ReadonlySet<string> = new Set(
  (
    'Array ArrayBuffer Boolean Date Map Number RegExp Set String Int8Array Uint8Array Uint8ClampedArray Int16Array ' +
    'Uint16Array Int32Array Uint32Array Float16Array Float32Array Float64Array BigInt64Array BigUint64Array'
  ).split(' '),
);
