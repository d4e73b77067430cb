import { messageOf } from '../base/databaseError';
import { mismatch, type Shape } from './shape';

/** Turns records of one kind into bytes and back. The first byte of every record is the version of its format. */
export interface Codec<T> {
  /** The first byte of what `encode` returns. */
  readonly version: number;
  encode(value: T): Uint8Array;
  /** Throws an Error whose message says what is wrong with the bytes. */
  decode(bytes: Uint8Array): T;
}

/** A byte for the version, then JSON. `shape` names the fields that every reader needs. */
export function jsonCodec<T>(version: number, shape: Shape): Codec<T> {
  return {
    version,
    encode(value) {
      const text = Buffer.from(JSON.stringify(value));
      const bytes = new Uint8Array(1 + text.length);
      bytes[0] = version;
      bytes.set(text, 1);
      return bytes;
    },
    decode(bytes) {
      checkVersion(bytes, version);
      let value: unknown;
      try {
        value = JSON.parse(Buffer.from(bytes.buffer, bytes.byteOffset + 1, bytes.byteLength - 1).toString('utf8'));
      } catch (error) {
        throw new Error(`it is not JSON: ${messageOf(error)}`, { cause: error });
      }
      const problem = mismatch(value, shape);
      if (problem !== null) throw new Error(problem);
      return value as T;
    },
  };
}

/** Throws an Error unless the bytes begin with this version. */
export function checkVersion(bytes: Uint8Array, version: number): void {
  if (bytes.length === 0) throw new Error('it is empty');
  if (bytes[0]! > version) {
    throw new Error(`its format is ${bytes[0]} and this version of fuzz-runner knows ${version}; update fuzz-runner`);
  }
  if (bytes[0] !== version) throw new Error(`expected format ${version} but received ${bytes[0]}`);
}
