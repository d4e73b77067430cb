import { builtInClassOf } from './builtInClass';

/** Source text of a value, or one sentence that says why there is none. */
export type ValueSource = { readonly source: string } | { readonly problem: string };

/** Longer text does not belong into a test file. */
export const MAX_SOURCE_LENGTH = 10_000;

/**
 * Writes a value as an expression that makes an equal value in any file, including structure, prototypes, holes, -0 and
 * NaN. Strings are in double quotes. A value that cannot be written without loss is refused and never approximated:
 * functions, instances of the user's classes, an object that occurs twice. Never calls a getter of the user's code, and
 * never throws.
 */
export function valueToSource(value: unknown): ValueSource {
  try {
    const source = new SourceWriter().write(value, 'the input', 0);
    if (source.length <= MAX_SOURCE_LENGTH) return { source };
    return { problem: `it is ${source.length} characters long, and the limit is ${MAX_SOURCE_LENGTH}` };
  } catch (error) {
    return { problem: error instanceof Unwritable ? error.message : `it cannot be read (${String(error)})` };
  }
}

class Unwritable extends Error {}

const MAX_DEPTH = 200;

/** An array with more holes than this is not written item by item. */
const MAX_HOLES = 16;

class SourceWriter {
  /** All objects so far, not only the parents: an object in two places would become two objects. */
  readonly #seen = new Set<object>();

  write(value: unknown, place: string, depth: number): string {
    switch (typeof value) {
      case 'string':
        return stringSource(value);
      case 'number':
        return Object.is(value, -0) ? '-0' : String(value);
      case 'bigint':
        return `${value}n`;
      case 'boolean':
      case 'undefined':
        return String(value);
      case 'symbol':
        return symbolSource(value, place);
      case 'function':
        throw new Unwritable(`${place} is a function`);
      case 'object':
        return value === null ? 'null' : this.#object(value, place, depth);
    }
  }

  #object(value: object, place: string, depth: number): string {
    if (depth > MAX_DEPTH) throw new Unwritable(`it is nested deeper than ${MAX_DEPTH} levels`);
    if (this.#seen.has(value)) throw new Unwritable(`${place} is an object that occurs a second time`);
    this.#seen.add(value);
    const kind = builtInClassOf(value);
    if (kind === null) throw new Unwritable(`${place} is ${describeInstance(value)}`);
    switch (kind) {
      case 'Object':
        return this.#fields(value, place, depth);
      case 'null':
        return `Object.assign(Object.create(null), ${this.#fields(value, place, depth)})`;
      case 'Array':
        return this.#array(value as unknown[], place, depth);
      case 'Map':
      case 'Set': {
        expectNoKeys(value, place);
        const items = [...(value as Set<unknown>)].map((item, at) => this.write(item, `${place}(${at})`, depth + 1));
        return items.length === 0 ? `new ${kind}()` : `new ${kind}([${items.join(', ')}])`;
      }
      case 'Date': {
        expectNoKeys(value, place);
        const time = Date.prototype.getTime.call(value);
        return Number.isNaN(time) ? 'new Date(NaN)' : `new Date("${new Date(time).toISOString()}")`;
      }
      case 'RegExp': {
        const { source, flags, lastIndex } = value as RegExp;
        if (lastIndex !== 0) throw new Unwritable(`${place} is a regular expression whose lastIndex is not 0`);
        return `new RegExp(${stringSource(source)}${flags === '' ? '' : `, "${flags}"`})`;
      }
      case 'ArrayBuffer':
        expectNoKeys(value, place);
        return `new Uint8Array([${new Uint8Array(value as ArrayBuffer).join(', ')}]).buffer`;
      case 'Number':
      case 'String':
      case 'Boolean':
        if (kind !== 'String') expectNoKeys(value, place);
        return `new ${kind}(${this.write((value as { valueOf(): unknown }).valueOf(), place, depth + 1)})`;
      default: {
        // A typed array.
        const items = Array.from(value as Uint8Array, (item) => this.write(item, place, depth + 1));
        return `new ${kind}([${items.join(', ')}])`;
      }
    }
  }

  #array(value: readonly unknown[], place: string, depth: number): string {
    // A tuple of fast-check has a clone method if one of its items has one. If that item cannot be written, it is
    // refused.
    const keys = Reflect.ownKeys(value).filter((key) => key !== 'length' && !isCloneMethod(key));
    const odd = keys.find((key) => typeof key === 'symbol' || !/^\d+$/.test(key));
    if (odd !== undefined) throw new Unwritable(`${place} is an array with a property ${String(odd)}`);
    if (value.length - keys.length > MAX_HOLES) {
      const fields = keys.map((key) => `${String(key)}: ${this.#own(value, key, place, depth)}`);
      const { length } = value;
      return fields.length === 0
        ? `new Array(${length})`
        : `Object.assign(new Array(${length}), { ${fields.join(', ')} })`;
    }
    const items = Array.from({ length: value.length }, (_, at) =>
      Object.hasOwn(value, at) ? this.#own(value, String(at), place, depth) : '',
    );
    // A hole at the end needs a comma of its own.
    return `[${items.join(', ')}${items.at(-1) === '' ? ',' : ''}]`;
  }

  #fields(value: object, place: string, depth: number): string {
    const fields = Reflect.ownKeys(value).map((key) => {
      if (typeof key === 'symbol') throw new Unwritable(`${place} has a property named by a ${String(key)}`);
      return `${keySource(key)}: ${this.#own(value, key, place, depth)}`;
    });
    return fields.length === 0 ? '{}' : `{ ${fields.join(', ')} }`;
  }

  #own(value: object, key: string | symbol, place: string, depth: number): string {
    const name = String(key);
    const inner = /^\d+$/.test(name) ? `${place}[${name}]` : `${place}.${name}`;
    const property = Reflect.getOwnPropertyDescriptor(value, key)!;
    if (!('value' in property)) throw new Unwritable(`${inner} is a getter`);
    if (property.enumerable !== true) throw new Unwritable(`${inner} is not enumerable`);
    return this.write(property.value, inner, depth + 1);
  }
}

function expectNoKeys(value: object, place: string): void {
  const [key] = Reflect.ownKeys(value);
  if (key !== undefined) throw new Unwritable(`${place} has an extra property ${String(key)}`);
}

function describeInstance(value: object): string {
  const prototype = Object.getPrototypeOf(value) as object;
  const constructor = Reflect.getOwnPropertyDescriptor(prototype, 'constructor')?.value as unknown;
  const name = typeof constructor === 'function' ? constructor.name : '';
  return name === '' ? 'an object with a custom prototype' : `an instance of ${name}`;
}

const WELL_KNOWN = new Map<symbol, string>(
  Reflect.ownKeys(Symbol).flatMap((key) => {
    const value: unknown = Reflect.get(Symbol, key);
    return typeof value === 'symbol' ? [[value, `Symbol.${String(key)}`] as const] : [];
  }),
);

function isCloneMethod(key: string | symbol): boolean {
  return typeof key === 'symbol' && key.description === 'fast-check/cloneMethod';
}

function symbolSource(value: symbol, place: string): string {
  const registered = Symbol.keyFor(value);
  if (registered !== undefined) return `Symbol.for(${stringSource(registered)})`;
  const known = WELL_KNOWN.get(value);
  if (known === undefined) throw new Unwritable(`${place} is a symbol that cannot be named`);
  return known;
}

/** The key of a field in an object literal. A plain `__proto__` would set the prototype. */
function keySource(key: string): string {
  if (key === '__proto__') return '["__proto__"]';
  return /^(?:[A-Za-z_$][\w$]*|0|[1-9]\d{0,14})$/.test(key) ? key : stringSource(key);
}

/** The text in double quotes. Characters that an editor would not show, or show as something else, are escaped. */
function stringSource(text: string): string {
  const escaped = text.replaceAll(/["\\]|(?! )[\p{C}\p{Z}]/gu, (char) => {
    const short = SHORT_ESCAPES.get(char);
    if (short !== undefined) return short;
    // A pair of surrogates gets two escapes, because SWC does not parse `\u{…}` after a lone surrogate.
    return char.replaceAll(/[^]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`);
  });
  return `"${escaped}"`;
}

const SHORT_ESCAPES = new Map([
  ['"', '\\"'],
  ['\\', '\\\\'],
  ['\n', '\\n'],
  ['\r', '\\r'],
  ['\t', '\\t'],
]);
