import { encodeValue } from './encodeValue';

/** By arbitrary: whether the first of its values that was tried could be encoded. */
const known = new WeakMap<object, boolean>();

/** True if `arbitrary`, which generated `value`, has an inverse. Each arbitrary is tried once. */
export function canEncode(arbitrary: object, value: unknown): boolean {
  let can = known.get(arbitrary);
  if (can === undefined) {
    can = encodeValue(arbitrary, value) !== null;
    known.set(arbitrary, can);
  }
  return can;
}
