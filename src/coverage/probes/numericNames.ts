import type { AnyNode } from 'acorn';

/**
 * Guesses from names which keys are numbers: subscripts of arrays in hot loops, which are of no use as operands. A name
 * is guessed once for the whole file: a wrong guess adds a probe that is not needed, or leaves one out.
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
