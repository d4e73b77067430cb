import { FINGERPRINT, STEP, type Scan, type ScanLayout } from './scanLayout';

/** The scan in JavaScript, used when vectors of WebAssembly are missing: 32 bytes a step. It gives the same results. */
export function plainScanner(layout: ScanLayout): { readonly buffer: ArrayBuffer; readonly scan: Scan } {
  const buffer = new ArrayBuffer(layout.sizeBytes);
  const words = new Int32Array(buffer, 0, layout.capacity >> 2);
  const bytes = new Uint8Array(buffer);
  const hits = new Uint32Array(buffer, layout.hits, layout.capacity);
  const lanes = new Int32Array(buffer, layout.fingerprint, 2);
  const scan: Scan = (end) => {
    let count = 0;
    let [low, high] = FINGERPRINT.seeds as readonly [number, number];
    for (let at = 0; at < end >> 2; at += WORDS) {
      if (
        (words[at]! | words[at + 1]! | words[at + 2]! | words[at + 3]!) === 0 &&
        (words[at + 4]! | words[at + 5]! | words[at + 6]! | words[at + 7]!) === 0
      ) {
        continue;
      }
      for (let edge = at << 2; edge < (at + WORDS) << 2; edge += 1) {
        const hitCount = bytes[edge]!;
        if (hitCount === 0) continue;
        bytes[edge] = 0;
        const hit = (edge << 3) | bytes[layout.buckets + hitCount]!;
        hits[count] = hit;
        count += 1;
        low = mixed(low ^ hit, 0);
        high = mixed(high + hit, 1);
      }
    }
    lanes[0] = low;
    lanes[1] = high;
    return count;
  };
  return { buffer, scan };
}

/** Half a step of the layout. */
const WORDS = STEP / 8;

function mixed(value: number, lane: 0 | 1): number {
  const rotation = FINGERPRINT.rotations[lane];
  return Math.imul((value << rotation) | (value >>> (32 - rotation)), FINGERPRINT.factors[lane]);
}
