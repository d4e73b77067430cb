/**
 * A 64-bit hash of text as 16 hexadecimal characters; the same on every machine and in every version.
 * Two 32-bit lanes in the manner of FNV-1a (xor a code unit, multiply by a prime), each with its own prime and
 * finished with the mixer of MurmurHash3 (public domain, Austin Appleby). Not for secrets.
 */
export function hashText(text: string): string {
  let low = 0x811c9dc5;
  let high = 0x9747b28c;
  for (let at = 0; at < text.length; at += 1) {
    const unit = text.charCodeAt(at);
    low = Math.imul(low ^ unit, 0x01000193);
    high = Math.imul(high ^ unit, 0x85ebca6b) ^ (high >>> 15);
  }
  return hex(mix32(high ^ text.length)) + hex(mix32(low ^ high));
}

/** The finalizer of MurmurHash3: every bit of the 32-bit input changes about half of the bits of the result. */
export function mix32(value: number): number {
  let mixed = value ^ (value >>> 16);
  mixed = Math.imul(mixed, 0x85ebca6b);
  mixed ^= mixed >>> 13;
  mixed = Math.imul(mixed, 0xc2b2ae35);
  return (mixed ^ (mixed >>> 16)) >>> 0;
}

function hex(value: number): string {
  return value.toString(16).padStart(8, '0');
}
