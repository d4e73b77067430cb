import type { DatabaseEntry } from '../../base/database';

/*
 * The format of entries over HTTP: for each entry the length of its key and the length of its value as u32, little
 * endian, then key and value. A key of length 0 ends the list: a list without it was cut off.
 */

/** Bytes that the two lengths take. */
const HEADER = 8;

export function encodeEntry([key, value]: DatabaseEntry): Buffer {
  const name = Buffer.from(key);
  return Buffer.concat([lengths(name.length, value.length), name, value]);
}

export const END_OF_ENTRIES = lengths(0, 0);

/** Rejects when the stream ends before the list does. */
export async function* decodeEntries(chunks: AsyncIterable<Uint8Array>): AsyncIterable<DatabaseEntry> {
  let rest = Buffer.alloc(0);
  for await (const chunk of chunks) {
    rest = rest.length === 0 ? Buffer.from(chunk) : Buffer.concat([rest, chunk]);
    let at = 0;
    while (rest.length - at >= HEADER) {
      const keyEnd = at + HEADER + rest.readUInt32LE(at);
      const end = keyEnd + rest.readUInt32LE(at + 4);
      if (keyEnd === at + HEADER) return;
      if (rest.length < end) break;
      yield [rest.toString('utf8', at + HEADER, keyEnd), new Uint8Array(rest.subarray(keyEnd, end))];
      at = end;
    }
    rest = rest.subarray(at);
  }
  throw new Error('the list was cut off');
}

function lengths(key: number, value: number): Buffer {
  const bytes = Buffer.alloc(HEADER);
  bytes.writeUInt32LE(key, 0);
  bytes.writeUInt32LE(value, 4);
  return bytes;
}
