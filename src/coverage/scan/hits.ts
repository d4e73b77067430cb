/** The place of the first of `count` rising hits that is `least` or more; `count` when there is none. */
export function firstFrom(hits: Uint32Array, count: number, least: number): number {
  let low = 0;
  let high = count;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (hits[middle]! < least) low = middle + 1;
    else high = middle;
  }
  return low;
}
