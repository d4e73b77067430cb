/** Bytes that one step of a scan reads; the size of the counters is a multiple of it. */
export const STEP = 64;

const PAGE = 65_536;

/** Where things are in the memory of a coverage map, in bytes: counters from 0, then what a scan writes and reads. */
export interface ScanLayout {
  /** Size of the counters, a multiple of `STEP`. */
  readonly capacity: number;
  /** The hits, 32 bits each, as many as there are counters. */
  readonly hits: number;
  /** The bucket (0 to 7) of each count from 0 to 255. */
  readonly buckets: number;
  /** Two 32-bit lanes of the fingerprint. */
  readonly fingerprint: number;
  /** Size of everything in WebAssembly pages of 64 KiB. */
  readonly pages: number;
  readonly sizeBytes: number;
}

export function layoutFor(wantedCapacity: number): ScanLayout {
  const capacity = Math.ceil(wantedCapacity / STEP) * STEP;
  const hits = capacity;
  const buckets = hits + capacity * Uint32Array.BYTES_PER_ELEMENT;
  const fingerprint = buckets + 256;
  const pages = Math.ceil((fingerprint + 8) / PAGE);
  return { capacity, hits, buckets, fingerprint, pages, sizeBytes: pages * PAGE };
}

/**
 * Reads the counters before `end` (a multiple of `STEP`), writes the hits and the fingerprint, and clears the counters.
 * Returns the number of hits.
 */
export type Scan = (end: number) => number;

/**
 * The least hit count of each bucket: all hit counts of one bucket are one behavior. The buckets are those of AFL
 * (Zalewski).
 */
const BUCKET_STARTS = [1, 2, 3, 4, 8, 16, 32, 128];

/** The table of buckets; a count of 0 is never looked up. */
export function bucketTable(): Uint8Array {
  return Uint8Array.from({ length: 256 }, (_, count) =>
    Math.max(
      0,
      BUCKET_STARTS.findLastIndex((start) => start <= count),
    ),
  );
}

/** How a hit is mixed into the two lanes of a fingerprint: xor or add, rotate, multiply. Order matters. */
export const FINGERPRINT = {
  seeds: [0x2545f491, 0x6c62272e],
  rotations: [5, 13],
  factors: [0x9e3779b1, 0x85ebca77],
} as const;
