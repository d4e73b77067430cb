import type { CorpusEntry } from './corpusEntry';
import { checkVersion, type Codec } from './codec';

/**
 * A corpus entry as bytes: version, flags (bit 0: nothing smaller covers the same), then the target id, the choices and
 * the behaviors. A text begins with its length in bytes, and so do the choices; the behaviors begin with their number.
 * These numbers are LEB128; a behavior has 8 bytes. Then, if it is known, the code that found the entry follows: the
 * version of fast-check and the commit, each as text that is empty when it is not known. Further bytes are ignored:
 * newer versions may add fields.
 */
export const corpusCodec: Codec<CorpusEntry> = {
  version: 1,
  encode(entry) {
    const targetId = Buffer.from(entry.targetId);
    return Buffer.concat([
      Uint8Array.of(VERSION, entry.isOptimal ? OPTIMAL : 0),
      encodeLength(targetId.length),
      targetId,
      encodeLength(entry.choices.length),
      entry.choices,
      encodeLength(entry.behaviors.length),
      ...entry.behaviors.map(encodeBehavior),
      ...(entry.from === undefined ? [] : [entry.from.fastCheck, entry.from.commit].flatMap(encodeText)),
    ]);
  },
  decode(bytes) {
    checkVersion(bytes, VERSION);
    const reader = new Reader(bytes, 1);
    const flags = reader.byte();
    const targetId = reader.text('utf8', reader.length());
    const choices = reader.bytes(reader.length());
    const behaviors: string[] = [];
    for (let left = reader.length(); left > 0; left -= 1) behaviors.push(reader.text('hex', 8));
    const entry = { targetId, choices, behaviors, isOptimal: (flags & OPTIMAL) !== 0 };
    if (reader.isAtEnd) return entry;
    const [fastCheck, commit] = [0, 1].map(() => Buffer.from(reader.bytes(reader.length())).toString('utf8'));
    return { ...entry, from: { ...(fastCheck !== '' && { fastCheck }), ...(commit !== '' && { commit }) } };
  },
};

const VERSION = 1;
const OPTIMAL = 1;

function encodeBehavior(behavior: string): Uint8Array {
  if (!/^[\da-f]{16}$/.test(behavior)) {
    throw new Error(`Expected a behavior of 16 hex digits but received ${JSON.stringify(behavior)}.`);
  }
  return Buffer.from(behavior, 'hex');
}

function encodeText(text = ''): Uint8Array[] {
  const bytes = Buffer.from(text);
  return [encodeLength(bytes.length), bytes];
}

function encodeLength(length: number): Uint8Array {
  const bytes: number[] = [];
  let rest = length;
  while (rest >= 0x80) {
    bytes.push((rest % 0x80) | 0x80);
    rest = Math.floor(rest / 0x80);
  }
  bytes.push(rest);
  return Uint8Array.from(bytes);
}

/**
 * The whole memory block of the record that was read last. Thousands of records of a list lie in one block, so this
 * Buffer is rarely made anew.
 */
let memory: Buffer = Buffer.alloc(0);

class Reader {
  constructor(
    private readonly source: Uint8Array,
    private at: number,
  ) {
    if (memory.buffer !== source.buffer) memory = Buffer.from(source.buffer);
  }

  get isAtEnd(): boolean {
    return this.at === this.source.length;
  }

  byte(): number {
    const byte = this.source[this.at];
    if (byte === undefined) throw new Error(`it was cut off after ${this.source.length} bytes`);
    this.at += 1;
    return byte;
  }

  bytes(count: number): Uint8Array {
    const start = this.skip(count);
    // This makes a copy even if the source is a Buffer, whose own `slice` does not.
    return Uint8Array.prototype.slice.call(this.source, start, start + count);
  }

  text(encoding: 'utf8' | 'hex', count: number): string {
    const start = this.source.byteOffset + this.skip(count);
    return memory.toString(encoding, start, start + count);
  }

  /** Where the skipped bytes begin. */
  private skip(count: number): number {
    const start = this.at;
    if (start + count > this.source.length) throw new Error(`it was cut off after ${this.source.length} bytes`);
    this.at += count;
    return start;
  }

  length(): number {
    let length = 0;
    for (let weight = 1; weight < 2 ** 35; weight *= 0x80) {
      const byte = this.byte();
      length += (byte & 0x7f) * weight;
      if (byte < 0x80) return length;
    }
    throw new Error('a length in it is impossible');
  }
}
