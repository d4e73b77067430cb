/** The lowest key that comes after all keys that start with `prefix`; null when there is no such key. */
export function afterPrefix(prefix: Uint8Array): Buffer | null {
  const end = Buffer.from(prefix);
  for (let at = end.length - 1; at >= 0; at -= 1) {
    if (end[at]! < 0xff) {
      end[at]! += 1;
      return end.subarray(0, at + 1);
    }
  }
  return null;
}
