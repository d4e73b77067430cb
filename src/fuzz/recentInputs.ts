import type { Choices, ChoiceValue, Fork } from '../choice/choices';

/** Inputs remembered; a power of two. */
const SIZE = 1 << 17;

/** Tells inputs that were proposed before, of the last hundred thousand or so; wrongly once in 2^32 times. */
export class RecentInputs {
  readonly #hashes = new Float64Array(SIZE);

  /** Whether the input was asked for before; remembers it. */
  has(choices: Choices): boolean {
    const low = hashOf(choices, 0x811c_9dc5);
    const hash = low * 0x20_0000 + (hashOf(choices, 0x1234_5677) >>> 11) + 1;
    const slot = low & (SIZE - 1);
    if (this.#hashes[slot] === hash) return true;
    this.#hashes[slot] = hash;
    return false;
  }
}

function hashOf(fork: Fork, seed: number): number {
  let hash = seed;
  for (const value of fork.values) hash = mix(hash, codeOf(value));
  for (const child of fork.forks) hash = mix(hash, child === null ? 7 : hashOf(child, seed));
  return mix(hash, fork.values.length) >>> 0;
}

function mix(hash: number, code: number): number {
  const mixed = Math.imul(hash ^ code, 0x0100_0193);
  return mixed ^ (mixed >>> 15);
}

function codeOf(value: ChoiceValue): number {
  if (typeof value === 'number') return (value | 0) ^ Math.trunc(value / 0x1_0000_0000);
  return Number(BigInt.asIntN(32, value)) ^ Number(BigInt.asIntN(32, value >> 32n));
}
