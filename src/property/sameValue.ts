/**
 * True if two values are the same to every reader: structure, prototypes, -0 and NaN included. Functions and other
 * objects without visible content are the same only when they are identical. Never throws on cycles: values that
 * are nested deeper than 200 levels are not the same.
 */
export function isSameValue(a: unknown, b: unknown, depth = 0): boolean {
  if (Object.is(a, b)) return true;
  if (typeof a !== 'object' || typeof b !== 'object' || a === null || b === null || depth > 200) return false;
  if (Object.getPrototypeOf(a) !== Object.getPrototypeOf(b)) return false;
  const tag = Object.prototype.toString.call(a);
  if (tag !== Object.prototype.toString.call(b)) return false;
  const compare = (left: readonly unknown[], right: readonly unknown[]): boolean =>
    left.length === right.length && left.every((item, index) => isSameValue(item, right[index], depth + 1));
  switch (tag) {
    case '[object Date]':
    case '[object Number]':
    case '[object String]':
    case '[object Boolean]':
    case '[object BigInt]':
    case '[object Symbol]':
      if (!Object.is((a as Date).valueOf(), (b as Date).valueOf())) return false;
      break;
    case '[object RegExp]':
      return RegExp.prototype.toString.call(a) === RegExp.prototype.toString.call(b);
    case '[object Map]':
      return compare([...(a as Map<unknown, unknown>)], [...(b as Map<unknown, unknown>)]);
    case '[object Set]':
      return compare([...(a as Set<unknown>)], [...(b as Set<unknown>)]);
    default:
      break;
  }
  const keys = Reflect.ownKeys(a);
  const otherKeys = Reflect.ownKeys(b);
  // Other kinds of objects hide their content: two of them without keys may still differ.
  if (keys.length === 0 && !KEYED_TAGS.has(tag)) return false;
  if (!compare(keys, otherKeys)) return false;
  return keys.every((key) => isSameValue(Reflect.get(a, key), Reflect.get(b, key), depth + 1));
}

const KEYED_TAGS = new Set([
  '[object Object]',
  '[object Array]',
  '[object Date]',
  '[object Number]',
  '[object String]',
  '[object Boolean]',
  '[object BigInt]',
  '[object Symbol]',
  ...[
    'Int8',
    'Uint8',
    'Uint8Clamped',
    'Int16',
    'Uint16',
    'Int32',
    'Uint32',
    'Float32',
    'Float64',
    'BigInt64',
    'BigUint64',
  ].map((kind) => `[object ${kind}Array]`),
]);
