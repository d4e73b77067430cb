/** Two values at the same place of two structures. */
export type LeafPair = readonly [left: unknown, right: unknown];

/** At most this many pairs are returned, and at most this many pairs of values are compared. */
const MAX_PAIRS = 8;
const MAX_VALUES = 512;

/**
 * The first primitive values that differ between two structures of arrays and plain properties: an input that
 * makes these equal may make the structures equal. Calls getters, and throws their errors.
 */
export function differingLeaves(left: unknown, right: unknown): LeafPair[] {
  const pairs: LeafPair[] = [];
  const waiting: LeafPair[] = [[left, right]];
  for (let at = 0; at < waiting.length && at < MAX_VALUES && pairs.length < MAX_PAIRS; at += 1) {
    const [a, b] = waiting[at]!;
    if (Object.is(a, b)) continue;
    if (!isObject(a) || !isObject(b)) {
      // A primitive value in the place of a structure says nothing.
      if (!isObject(a) && !isObject(b)) pairs.push([a, b]);
      continue;
    }
    if (Array.isArray(a) && Array.isArray(b) && a.length !== b.length) pairs.push([a.length, b.length]);
    const isWithin = waiting.length < MAX_VALUES;
    if (isWithin) for (const key of Object.keys(a)) if (Object.hasOwn(b, key)) waiting.push([a[key], b[key]]);
  }
  return pairs;
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null;
}
