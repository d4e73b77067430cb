import type { Choices, ChoiceValue, Fork } from '../choice/choices';

/** Number of inputs that are remembered; a power of two. */
const SIZE = 1 << 17;

/** Knows which of the last hundred thousand inputs or so were proposed before. It errs once in 2^32 times. */
export class RecentInputs {
  readonly #hashes = new Float64Array(SIZE);
  /** Two hashes of the present input. */
  #low = 0;
  #high = 0;

  /** Whether the input was proposed before; remembers it. */
  has(choices: Choices): boolean {
    this.#low = 0x811c_9dc5;
    this.#high = 0x1234_5677;
    this.#add(choices);
    const hash = (this.#low >>> 0) * 0x20_0000 + (this.#high >>> 11) + 1;
    const slot = this.#low & (SIZE - 1);
    if (this.#hashes[slot] === hash) return true;
    this.#hashes[slot] = hash;
    return false;
  }

  #add(fork: Fork): void {
    for (const value of fork.values) this.#mix(codeOf(value));
    for (const child of fork.forks) {
      if (child === null) this.#mix(7);
      else this.#add(child);
    }
    this.#mix(fork.values.length);
  }

  #mix(code: number): void {
    const low = Math.imul(this.#low ^ code, 0x0100_0193);
    const high = Math.imul(this.#high ^ code, 0x85eb_ca6b);
    this.#low = low ^ (low >>> 15);
    this.#high = high ^ (high >>> 13);
  }
}

function codeOf(value: ChoiceValue): number {
  if (typeof value === 'number') return (value | 0) ^ Math.trunc(value / 0x1_0000_0000);
  return Number(BigInt.asIntN(32, value)) ^ Number(BigInt.asIntN(32, value >> 32n));
}
