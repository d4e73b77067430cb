import type { AnyNode } from 'acorn';

/**
 * Guesses from names which keys are numbers, such as subscripts of arrays in hot loops: these are of no use as
 * operands. There is one guess for each name in the whole file. A wrong guess adds a useless probe, or leaves out a
 * useful one.
 */
export class NumericNames {
  readonly #names = new Set<string>(WELL_KNOWN);

  constructor(code: string) {
    for (const { groups } of code.matchAll(COUNTED)) this.#names.add((groups!['before'] ?? groups!['after'])!);
  }

  isNumeric(key: AnyNode): boolean {
    switch (key.type) {
      case 'Identifier':
        return this.#names.has(key.name) || /^[A-Z_\d]+$/.test(key.name);
      case 'MemberExpression':
        if (key.object.type === 'Identifier' && key.object.name === 'Symbol') return true;
        return !key.computed && key.property.type === 'Identifier' && this.#names.has(key.property.name);
      case 'BinaryExpression':
        return key.operator !== '+' || this.isNumeric(key.left) || this.isNumeric(key.right);
      case 'CallExpression':
        return key.callee.type === 'MemberExpression' && this.isNumeric(key.callee);
      case 'Literal':
        return typeof key.value === 'number';
      case 'ParenthesizedExpression':
        return this.isNumeric(key.expression);
      case 'UnaryExpression':
      case 'UpdateExpression':
      case 'AssignmentExpression':
        return true;
      default:
        return false;
    }
  }
}

const WELL_KNOWN = ['i', 'j', 'idx', 'index', 'pos', 'position', 'offset', 'length', 'charCodeAt', 'codePointAt'];

/** `x++`, `--a.x`, `x -= …`, `x = 0`, `x = y.length`. */
const COUNTED =
  /(?:\+\+|--)\s*(?:[\w$]+\.)*(?<after>[\w$]+)|\b(?<before>[A-Za-z_$][\w$]*)\s*(?:\+\+|--|[-*%|&^]=|<<=|>>=|\+?=\s*(?:[-+]?\d|[\w$.]+\.length\b))/g;
