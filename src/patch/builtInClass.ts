/**
 * The name of the built-in class of a value, if the value is a direct instance of it; the text `null` for an object
 * without a prototype; null for all other values. Internal slots decide, because the value may come from another realm.
 */
export function builtInClassOf(value: object): string | null {
  const prototype: unknown = Object.getPrototypeOf(value);
  if (prototype === null) return 'null';
  const typed = typedArrayName(value);
  if (typed !== undefined) return isPrototypeOf(prototype as object, typed, 2) ? typed : null;
  for (const [kind, hasSlots] of SLOTS) {
    if (hasSlots(value)) return isPrototypeOf(prototype as object, kind, 1) ? kind : null;
  }
  return isPrototypeOf(prototype as object, 'Object', 0) && isPlain(value) ? 'Object' : null;
}

/**
 * Whether `prototype` is that of the built-in class `name` in some realm. `depth`: how many prototypes are above it.
 */
function isPrototypeOf(prototype: object, name: string, depth: number): boolean {
  let above: unknown = Object.getPrototypeOf(prototype);
  for (let left = depth; left > 0; left -= 1) above = above === null ? above : Object.getPrototypeOf(above);
  const constructor = Reflect.getOwnPropertyDescriptor(prototype, 'constructor')?.value as unknown;
  return above === null && typeof constructor === 'function' && constructor.name === name && isNative(constructor);
}

function isNative(callable: object): boolean {
  return Function.prototype.toString.call(callable).includes('[native code]');
}

/**
 * Whether an object has no hidden state. Errors and promises, for example, have hidden state, which a literal cannot
 * show.
 */
function isPlain(value: object): boolean {
  return Object.prototype.toString.call(value) === '[object Object]';
}

const typedArrayName = (value: object): string | undefined =>
  Reflect.getOwnPropertyDescriptor(
    Object.getPrototypeOf(Uint8Array.prototype) as object,
    Symbol.toStringTag,
  )!.get!.call(value) as string | undefined;

function slot(read: (value: object) => unknown): (value: object) => boolean {
  return (value) => {
    try {
      read(value);
      return true;
    } catch {
      return false;
    }
  };
}

function getter(prototype: object, name: string): (value: object) => unknown {
  const read = Reflect.getOwnPropertyDescriptor(prototype, name)!.get!;
  return (value) => read.call(value) as unknown;
}

const SLOTS: readonly (readonly [kind: string, hasSlots: (value: object) => boolean])[] = [
  ['Array', (value) => Array.isArray(value)],
  ['Map', slot(getter(Map.prototype, 'size'))],
  ['Set', slot(getter(Set.prototype, 'size'))],
  ['Date', slot((value) => Date.prototype.getTime.call(value))],
  ['RegExp', slot((value) => getter(RegExp.prototype, 'hasIndices')(value))],
  ['ArrayBuffer', slot(getter(ArrayBuffer.prototype, 'byteLength'))],
  ['Number', slot((value) => Number.prototype.valueOf.call(value))],
  ['String', slot((value) => String.prototype.valueOf.call(value))],
  ['Boolean', slot((value) => Boolean.prototype.valueOf.call(value))],
];
