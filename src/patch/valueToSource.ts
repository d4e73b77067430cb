import { builtInClassOf } from './builtInClass';

/** Source text of a value, or one sentence saying why there is none. */
export type ValueSource = { readonly source: string } | { readonly problem: string };

/** Longer text does not belong into a test file. */
export const MAX_SOURCE_LENGTH = 10_000;

/**
 * Writes a value as an expression that makes an equal one wherever it is put: structure, prototypes, holes, -0 and
 * NaN included. Strings are in double quotes. What cannot be written without loss is refused, never approximated:
 * functions, instances of the user's classes, an object that occurs twice. The value may come from another realm, so
 * kinds are told by their internal slots and never by `instanceof`. Reads no getter of the user's; never throws.
 */
export function valueToSource(value: unknown): ValueSource {
  try {
    const source = new SourceWriter().write(value, 'the input', 0);
    if (source.length <= MAX_SOURCE_LENGTH) return { source };
    return { problem: `it is ${source.length} characters long, where ${MAX_SOURCE_LENGTH} are written at most` };
  } catch (error) {
    return { problem: error instanceof Unwritable ? error.message : `it cannot be read (${String(error)})` };
  }
}

class Unwritable extends Error {}

const MAX_DEPTH = 200;

/** More holes in a row than this are not written one by one. */
const MAX_HOLES = 16;

class SourceWriter {
  /** All objects met, not only those above: two places of one object would become two objects. */
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
    if (this.#seen.has(value)) throw new Unwritable(`${place} is an object that occurs in it a second time`);
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
        if (lastIndex !== 0) throw new Unwritable(`${place} is a regular expression in use`);
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
    // A tuple of fast-check can be cloned when one of its items can: that item is refused if it must be.
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
  if (key !== undefined) throw new Unwritable(`${place} has a property ${String(key)}, which its kind has not`);
}

function describeInstance(value: object): string {
  const prototype = Object.getPrototypeOf(value) as object;
  const constructor = Reflect.getOwnPropertyDescriptor(prototype, 'constructor')?.value as unknown;
  const name = typeof constructor === 'function' ? constructor.name : '';
  return name === '' ? 'an object with a prototype of its own' : `an instance of ${name}`;
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
  if (known === undefined) throw new Unwritable(`${place} is a symbol of its own`);
  return known;
}

/** A field of an object literal; `__proto__` would set the prototype. */
function keySource(key: string): string {
  if (key === '__proto__') return '["__proto__"]';
  return /^(?:[A-Za-z_$][\w$]*|0|[1-9]\d{0,14})$/.test(key) ? key : stringSource(key);
}

/** In double quotes; what an editor would not show, or show as something else, is escaped. */
function stringSource(text: string): string {
  const escaped = text.replaceAll(/["\\]|(?! )[\p{C}\p{Z}]/gu, (char) => {
    const short = SHORT_ESCAPES.get(char);
    if (short !== undefined) return short;
    // Two escapes for a pair of surrogates: SWC does not parse `\u{…}` behind a lone one.
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
