import { types } from 'node:util';

/** Objects whose equality is understood. Instances of a class count as `plain`, unless `kindOf` finds them unusual. */
export type ObjectKind = 'plain' | 'array' | 'map' | 'set' | 'date' | 'regexp' | 'typed';

/** The part of the global object of a sandbox that is needed. */
export type Globals = Readonly<Record<string, unknown>>;

/** Finds out which objects are plain data, whose equality is understood. */
export class ObjectKinds {
  private readonly kinds = new Map<object, ObjectKind>();
  private readonly errorClasses: (new () => Error)[] = [];

  /** `globals`: of the sandbox whose values are compared; those of this realm are known too. */
  constructor(globals: Globals) {
    for (const source of [globalThis as unknown as Globals, globals]) {
      for (const [name, kind] of BUILT_INS) {
        const prototype = prototypeOf(source[name]);
        if (prototype !== null) this.kinds.set(prototype, kind);
      }
      if (prototypeOf(source['Error']) !== null) this.errorClasses.push(source['Error'] as new () => Error);
    }
  }

  /** The kind of an object; null for everything unusual (proxies, subclasses of built-ins, errors, iterables). */
  kindOf(value: object): ObjectKind | null {
    if (types.isProxy(value)) return null;
    const prototype: object | null = Object.getPrototypeOf(value);
    const kind = prototype === null ? 'plain' : (this.kinds.get(prototype) ?? 'plain');
    if ('asymmetricMatch' in value) return null;
    switch (kind) {
      case 'array':
        return Array.isArray(value) && hasNoSymbols(value) ? kind : null;
      case 'plain':
        return tagOf(value) === '[object Object]' &&
          !(Symbol.iterator in value) &&
          !('nodeType' in value) &&
          !this.errorClasses.some((type) => value instanceof type) &&
          hasNoSymbols(value)
          ? kind
          : null;
      case 'map':
        return types.isMap(value) && hasNothingOwn(value) ? kind : null;
      case 'set':
        return types.isSet(value) && hasNothingOwn(value) ? kind : null;
      case 'date':
        return types.isDate(value) ? kind : null;
      case 'regexp':
        return types.isRegExp(value) ? kind : null;
      case 'typed':
        return types.isTypedArray(value) && hasNoSymbols(value) ? kind : null;
    }
  }
}

const BUILT_INS: readonly (readonly [name: string, kind: ObjectKind])[] = [
  ['Object', 'plain'],
  ['Array', 'array'],
  ['Map', 'map'],
  ['Set', 'set'],
  ['Date', 'date'],
  ['RegExp', 'regexp'],
  ['Buffer', 'typed'],
  ['Uint8Array', 'typed'],
  ['Uint8ClampedArray', 'typed'],
  ['Uint16Array', 'typed'],
  ['Uint32Array', 'typed'],
  ['Int8Array', 'typed'],
  ['Int16Array', 'typed'],
  ['Int32Array', 'typed'],
  ['Float32Array', 'typed'],
  ['Float64Array', 'typed'],
  ['BigInt64Array', 'typed'],
  ['BigUint64Array', 'typed'],
];

export function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null;
}

function tagOf(value: object): string {
  return Object.prototype.toString.call(value);
}

function prototypeOf(type: unknown): object | null {
  if (typeof type !== 'function') return null;
  const { prototype } = type as { prototype?: unknown };
  return isObject(prototype) ? prototype : null;
}

function hasNoSymbols(value: object): boolean {
  return Object.getOwnPropertySymbols(value).length === 0;
}

function hasNothingOwn(value: object): boolean {
  return Reflect.ownKeys(value).length === 0;
}
