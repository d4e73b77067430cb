/**
 * The form that a decoded JSON value must have. A trailing `?` means "or null". An array of one shape means an array
 * with any number of elements of this shape. Further fields are allowed: newer versions may add some.
 */
export type Shape = 'string' | 'number' | 'boolean' | 'string?' | 'number?' | readonly [Shape] | ObjectShape | Nullable;

export interface ObjectShape {
  readonly [field: string]: Shape;
}

/** `{ or: shape }` marked as nullable by `nullable()`. */
export class Nullable {
  constructor(readonly shape: Shape) {}
}

export function nullable(shape: Shape): Nullable {
  return new Nullable(shape);
}

/** A text that says what is wrong with `value`; null when it fits. */
export function mismatch(value: unknown, shape: Shape, place = 'the value'): string | null {
  if (typeof shape === 'string') return mismatchPrimitive(value, shape, place);
  if (shape instanceof Nullable) return value === null ? null : mismatch(value, shape.shape, place);
  if (isList(shape)) {
    if (!Array.isArray(value)) return expected('an array', value, place);
    return firstOf(value.map((element, index) => mismatch(element, shape[0], `${place}[${index}]`)));
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return expected('an object', value, place);
  const fields = value as Readonly<Record<string, unknown>>;
  return firstOf(Object.entries(shape).map(([field, inner]) => mismatch(fields[field], inner, field)));
}

function mismatchPrimitive(value: unknown, shape: string, place: string): string | null {
  const type = shape.replace('?', '');
  if (typeof value === type || (value === null && type !== shape)) return null;
  return expected(`a ${type}`, value, place);
}

function expected(what: string, value: unknown, place: string): string {
  const text = JSON.stringify(value)?.slice(0, 40) ?? 'nothing';
  return `expected ${place} to be ${what} but received ${text}`;
}

function isList(shape: Shape): shape is readonly [Shape] {
  return Array.isArray(shape);
}

function firstOf(problems: readonly (string | null)[]): string | null {
  return problems.find((problem) => problem !== null) ?? null;
}
