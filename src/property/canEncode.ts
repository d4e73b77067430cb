import { encodeValue } from './encodeValue';

/** By arbitrary: whether values of its own could be encoded when they were tried. */
const known = new WeakMap<object, boolean>();

/** Whether `arbitrary`, which generated `value`, has an inverse. Tried once for each arbitrary. */
export function canEncode(arbitrary: object, value: unknown): boolean {
  let can = known.get(arbitrary);
  if (can === undefined) {
    can = encodeValue(arbitrary, value) !== null;
    known.set(arbitrary, can);
  }
  return can;
}
