/**
 * Copies of many small values, in few pieces of memory: for values over 64 bytes V8 asks the system for memory each
 * time. The copies never overlap, but one that is kept for long keeps its whole piece.
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
