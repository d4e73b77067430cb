import type { Choices, ChoiceValue, Fork } from './choices';

/**
 * Bytes of a choice sequence, paired with `decodeChoices`.
 *
 *     sequence = version(1, or 2 if there are texts) flags(bit 0: biased) fork
 *     fork     = varint(number of values) value* texts(version 2 only) varint(number of forks) (0 | 1 fork)*
 *     texts    = varint(number of texts) (varint(choices since the text before) varint(choices in it, minus 2))*
 *     value    = first byte, then as below; bit 0: bigint, bit 1: negative
 *                number: bits 2-6 lowest 5 bits of the magnitude, bit 7: a varint of the higher bits follows
 *                bigint: varint(number of bytes), the magnitude, highest byte first
 *     varint   = 7 bits a byte, lowest first, bit 7: more follow
 *
 * Equal sequences have equal bytes, so the bytes are a key. For keys of sequences that replay alike, encode
 * the result of `withoutTexts`.
 */
export function encodeChoices(choices: Choices): Uint8Array {
  const writer = new Writer();
  const version = hasTexts(choices) ? WITH_TEXTS : PLAIN;
  writer.byte(version);
  writer.byte(choices.biased ? 1 : 0);
  writeFork(writer, choices, version);
  return writer.finish();
}

/**
 * Reads what `encodeChoices` wrote. The bytes do not have to be trusted: whatever they are, the time and memory are in
 * proportion to their number, and bytes that are no sequence cause one clear `Error`.
 */
export function decodeChoices(bytes: Uint8Array): Choices {
  const reader = new Reader(bytes);
  const version = reader.byte();
  if (version !== PLAIN && version !== WITH_TEXTS) {
    throw corrupt(`its format is version ${version}, but this fuzz-runner reads only versions up to ${WITH_TEXTS}`);
  }
  const flags = reader.byte();
  if (flags > 1) throw corrupt(`unknown flags ${flags}`);
  const fork = readFork(reader, version, 0);
  if (reader.left() > 0) throw corrupt(`${reader.left()} bytes after the end`);
  return { ...fork, biased: flags === 1 };
}

/** Text to paste into a command line: a prefix, then base64url. Paired with `fromBlob`. */
export function toBlob(choices: Choices): string {
  return BLOB_PREFIX + Buffer.from(encodeChoices(choices)).toString('base64url');
}

/** Reads what `toBlob` wrote; space around it is ignored. */
export function fromBlob(text: string): Choices {
  const trimmed = text.trim();
  if (!trimmed.startsWith(BLOB_PREFIX) || !/^[\w-]*$/.test(trimmed.slice(BLOB_PREFIX.length))) {
    const shown = trimmed.length > 40 ? `${trimmed.slice(0, 40)}…` : trimmed;
    throw new Error(
      `Expected an input printed by fuzz-runner, which starts with "${BLOB_PREFIX}", but received "${shown}". ` +
        'Copy the whole text after --input, in one piece.',
    );
  }
  return decodeChoices(Buffer.from(trimmed.slice(BLOB_PREFIX.length), 'base64url'));
}

const PLAIN = 1;
const WITH_TEXTS = 2;
/** The greatest first byte that this version reads. */
export const ENCODING_VERSION = WITH_TEXTS;
const BLOB_PREFIX = 'fz1-';
/** Forks of forks of …; real sequences have two levels. */
const MAX_DEPTH = 64;

function corrupt(what: string): Error {
  return new Error(`This input cannot be read: ${what}. It is damaged, or was made by another version; drop it.`);
}

function hasTexts(fork: Fork): boolean {
  return (fork.texts ?? []).length > 0 || fork.forks.some((child) => child !== null && hasTexts(child));
}

function writeFork(writer: Writer, fork: Fork, version: number): void {
  writer.varint(fork.values.length);
  for (const value of fork.values) writeValue(writer, value);
  if (version === WITH_TEXTS) writeTexts(writer, fork.texts ?? []);
  let forks = fork.forks.length;
  while (forks > 0 && isEmpty(fork.forks[forks - 1] ?? null)) forks -= 1;
  writer.varint(forks);
  for (let index = 0; index < forks; index += 1) {
    const child = fork.forks[index] ?? null;
    if (child === null || isEmpty(child)) writer.byte(0);
    else {
      writer.byte(1);
      writeFork(writer, child, version);
    }
  }
}

function writeTexts(writer: Writer, texts: readonly number[]): void {
  writer.varint(texts.length / 2);
  for (let at = 0; at < texts.length; at += 2) {
    writer.varint(texts[at]! - (texts[at - 1] ?? 0));
    writer.varint(texts[at + 1]! - texts[at]! - SHORTEST_TEXT);
  }
}

/** The least number of choices of a text: a shorter one is stored like any other choice. */
const SHORTEST_TEXT = 2;

function isEmpty(fork: Fork | null): boolean {
  return fork === null || (fork.values.length === 0 && fork.forks.every(isEmpty));
}

function readFork(reader: Reader, version: number, depth: number): Fork {
  if (depth > MAX_DEPTH) throw corrupt(`forks nested deeper than ${MAX_DEPTH}`);
  const values: ChoiceValue[] = [];
  // Every value and every fork takes a byte at least, so reading with a false count stops at the end of the bytes.
  for (let left = reader.count(); left > 0; left -= 1) values.push(readValue(reader));
  const texts = version === WITH_TEXTS ? readTexts(reader, values.length) : [];
  const forks: (Fork | null)[] = [];
  for (let left = reader.count(); left > 0; left -= 1) {
    const present = reader.byte();
    if (present > 1) throw corrupt(`unknown fork mark ${present}`);
    forks.push(present === 1 ? readFork(reader, version, depth + 1) : null);
  }
  return texts.length === 0 ? { values, forks } : { values, forks, texts };
}

function readTexts(reader: Reader, length: number): number[] {
  const texts: number[] = [];
  let end = 0;
  for (let left = reader.count(); left > 0; left -= 1) {
    const start = end + reader.varint();
    end = start + reader.varint() + SHORTEST_TEXT;
    if (end > length) throw corrupt('a text ends after the last choice');
    texts.push(start, end);
  }
  return texts;
}

function writeValue(writer: Writer, value: ChoiceValue): void {
  const sign = value < 0 ? 2 : 0;
  if (typeof value === 'number') {
    const magnitude = Math.abs(value);
    const higher = Math.floor(magnitude / 32);
    writer.byte(sign | ((magnitude % 32) << 2) | (higher > 0 ? 128 : 0));
    if (higher > 0) writer.varint(higher);
    return;
  }
  const hex = (value < 0n ? -value : value).toString(16);
  const bytes = Buffer.from(hex.length % 2 === 1 ? `0${hex}` : hex, 'hex');
  writer.byte(sign | 1);
  writer.varint(bytes.length);
  writer.bytes(bytes);
}

function readValue(reader: Reader): ChoiceValue {
  const first = reader.byte();
  const isNegative = (first & 2) !== 0;
  if ((first & 1) === 0) {
    const magnitude = ((first >> 2) & 31) + (first > 127 ? reader.varint() * 32 : 0);
    if (magnitude > Number.MAX_SAFE_INTEGER) throw corrupt('a number beyond 2^53');
    return isNegative && magnitude !== 0 ? -magnitude : magnitude;
  }
  if (first > 3) throw corrupt(`unknown kind of choice ${first}`);
  const bytes = reader.bytes(reader.count());
  const magnitude = bytes.length === 0 ? 0n : BigInt(`0x${Buffer.from(bytes).toString('hex')}`);
  return isNegative ? -magnitude : magnitude;
}

class Writer {
  #bytes = new Uint8Array(64);
  #length = 0;

  byte(value: number): void {
    this.#reserve(1);
    this.#bytes[this.#length] = value;
    this.#length += 1;
  }

  varint(value: number): void {
    let rest = value;
    for (; rest > 127; rest = Math.floor(rest / 128)) this.byte((rest % 128) | 128);
    this.byte(rest);
  }

  bytes(values: Uint8Array): void {
    this.#reserve(values.length);
    this.#bytes.set(values, this.#length);
    this.#length += values.length;
  }

  finish(): Uint8Array {
    return this.#bytes.slice(0, this.#length);
  }

  #reserve(count: number): void {
    if (this.#length + count <= this.#bytes.length) return;
    const larger = new Uint8Array(Math.max(this.#bytes.length * 2, this.#length + count));
    larger.set(this.#bytes);
    this.#bytes = larger;
  }
}

class Reader {
  readonly #bytes: Uint8Array;
  #at = 0;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
  }

  left(): number {
    return this.#bytes.length - this.#at;
  }

  byte(): number {
    if (this.#at >= this.#bytes.length) throw corrupt('it ends too early');
    this.#at += 1;
    return this.#bytes[this.#at - 1]!;
  }

  /** At most 2^53 - 1: seven bytes and the lower four bits of an eighth. */
  varint(): number {
    let value = 0;
    let scale = 1;
    for (let count = 0; count < 8; count += 1, scale *= 128) {
      const byte = this.byte();
      value += (byte & 127) * scale;
      if (byte < 128) {
        if (value > Number.MAX_SAFE_INTEGER) break;
        return value;
      }
    }
    throw corrupt('a number beyond 2^53');
  }

  /** A number of things that each take a byte at least. */
  count(): number {
    const count = this.varint();
    if (count > this.left()) throw corrupt('it ends too early');
    return count;
  }

  bytes(count: number): Uint8Array {
    this.#at += count;
    return this.#bytes.subarray(this.#at - count, this.#at);
  }
}
