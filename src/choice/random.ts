/**
 * A small, fast, seeded source of random numbers: Chris Doty-Humphrey's sfc32 (PractRand), 128 bits of state,
 * 32-bit operations only. Not for secrets. Each instance is one stream; equal seeds give equal streams.
 */
export class Random {
  #a = 0;
  #b = 0;
  #c = 0;
  #counter = 1;

  constructor(seed: number) {
    this.seed(seed);
  }

  /** Starts the stream of `seed`, any finite number: its high and low 32 bits count. */
  seed(seed: number): void {
    this.#a = 0x9e3779b9 | 0;
    this.#b = Math.trunc(seed / 0x1_0000_0000) | 0;
    this.#c = seed | 0;
    this.#counter = 1;
    // The author's advice: a few rounds mix the seed into all of the state.
    for (let round = 0; round < 15; round += 1) this.uint32();
  }

  /** Uniform in 0 … 2^32 - 1. */
  uint32(): number {
    const result = (this.#a + this.#b + this.#counter) | 0;
    this.#counter = (this.#counter + 1) | 0;
    this.#a = this.#b ^ (this.#b >>> 9);
    this.#b = (this.#c + (this.#c << 3)) | 0;
    this.#c = ((this.#c << 21) | (this.#c >>> 11)) + result;
    this.#c |= 0;
    return result >>> 0;
  }

  /** Uniform in [0, 1), with 53 bits. */
  unit(): number {
    return ((this.uint32() >>> 5) * 0x400_0000 + (this.uint32() >>> 6)) / 0x20_0000_0000_0000;
  }

  /** Uniform in [0, 1), with 32 bits: enough to compare with a share, at half the price. */
  share(): number {
    return this.uint32() * 2 ** -32;
  }

  /** True half of the times. */
  coin(): boolean {
    return (this.uint32() & 0x8000_0000) === 0;
  }

  /** Uniform in 0 … size - 1, for a size up to 2^32. The bias is below size / 2^32. */
  below(size: number): number {
    return Math.floor(this.uint32() * 2 ** -32 * size);
  }

  /** Uniform in min … max, both included: safe integers, any distance apart. */
  int(min: number, max: number): number {
    const size = max - min + 1;
    if (size <= 0x1_0000_0000) return min + Math.floor(this.uint32() * 2 ** -32 * size);
    // Ranges beyond 2^53 values lose their lowest bit; rounding must not leave the range.
    return Math.min(max, Math.max(min, Math.floor(min + this.unit() * size)));
  }

  /** Uniform in min … max, both included; the bias is below 2^-32. */
  bigint(min: bigint, max: bigint): bigint {
    const size = max - min + 1n;
    if (size <= 0x1_0000_0000n) return min + BigInt(this.below(Number(size)));
    let bits = 0n;
    let scale = 1n;
    while (scale < size) {
      bits = (bits << 32n) | BigInt(this.uint32());
      scale <<= 32n;
    }
    bits = (bits << 32n) | BigInt(this.uint32());
    return min + (bits % size);
  }
}
