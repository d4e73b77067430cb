/**
 * Copies many small values into few large pieces of memory. Without it, V8 asks the system for memory for each value of
 * more than 64 bytes. The copies never overlap. But a copy that stays in use keeps its whole piece in memory.
 */
export class Arena {
  #chunk = new ArrayBuffer(0);
  #used = 0;

  copy(value: Uint8Array): Uint8Array {
    if (value.length > CHUNK_BYTES / 8) return new Uint8Array(value);
    if (this.#used + value.length > this.#chunk.byteLength) {
      this.#chunk = new ArrayBuffer(CHUNK_BYTES);
      this.#used = 0;
    }
    const copy = new Uint8Array(this.#chunk, this.#used, value.length);
    copy.set(value);
    this.#used += value.length;
    return copy;
  }
}

const CHUNK_BYTES = 32 * 1024;
