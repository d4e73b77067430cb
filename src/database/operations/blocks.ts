import { promisify } from 'node:util';
import zlib from 'node:zlib';
import type { DatabaseEntry } from '../base/database';

/*
 * The format of the file of `fuzz-runner export`. A line of text names the format, and a line of JSON says which
 * version wrote it and when. Then come blocks, each with a header of 24 bytes; all numbers are big-endian and have 32
 * bits:
 *
 *   "FZRB", bytes of the payload, bytes of its records, number of its records, CRC-32 of the payload, CRC-32 of these 20
 *
 * The payload is the records, deflated: for each the length of its key, the key, the length of its value, the value;
 * lengths as LEB128. The last block has "FZRE", no payload, and the number of records of the whole file: a file without
 * it was cut off. Each block can be read alone, so damage in one block does no harm to the others.
 */

export const BLOCK_HEADER_BYTES = 24;
const [RECORDS, END] = ['FZRB', 'FZRE'] as const;
export const RECORDS_MARK = Buffer.from(RECORDS);
export const END_MARK = Buffer.from(END);

/** A block is full when its records have this many bytes. */
export const BLOCK_BYTES = 256 * 1024;

/** A header with a larger size is damaged. */
const MAX_BLOCK_BYTES = 1 << 30;

export interface BlockHeader {
  readonly isEnd: boolean;
  readonly packedBytes: number;
  readonly bytes: number;
  readonly records: number;
  readonly checksum: number;
}

const deflate = promisify(zlib.deflateRaw) as (data: Uint8Array, options: zlib.ZlibOptions) => Promise<Buffer>;
const inflate = promisify(zlib.inflateRaw) as (data: Uint8Array, options: zlib.ZlibOptions) => Promise<Buffer>;

export async function encodeBlock(entries: readonly DatabaseEntry[]): Promise<Buffer> {
  const parts: Uint8Array[] = [];
  for (const [key, value] of entries) {
    const name = Buffer.from(key);
    parts.push(lengthBytes(name.length), name, lengthBytes(value.length), value);
  }
  const records = Buffer.concat(parts);
  const payload = await deflate(records, { level: 6 });
  return Buffer.concat([headerBytes(RECORDS_MARK, payload, records.length, entries.length), payload]);
}

/** The end of a file that has this many records. */
export function encodeEnd(records: number): Buffer {
  return headerBytes(END_MARK, Buffer.alloc(0), 0, records);
}

/** The header that begins at `at`; null when there is none. */
export function decodeHeader(bytes: Buffer, at: number): BlockHeader | null {
  const header = bytes.subarray(at, at + BLOCK_HEADER_BYTES);
  if (header.length < BLOCK_HEADER_BYTES || header.readUInt32BE(20) !== zlib.crc32(header.subarray(0, 20))) return null;
  const mark = header.subarray(0, 4);
  if (!mark.equals(RECORDS_MARK) && !mark.equals(END_MARK)) return null;
  const size = header.readUInt32BE(8);
  if (size > MAX_BLOCK_BYTES) return null;
  return {
    isEnd: mark.equals(END_MARK),
    packedBytes: header.readUInt32BE(4),
    bytes: size,
    records: header.readUInt32BE(12),
    checksum: header.readUInt32BE(16),
  };
}

/** Throws an Error that says what is wrong with the payload. */
export async function decodePayload(header: BlockHeader, payload: Buffer): Promise<DatabaseEntry[]> {
  if (zlib.crc32(payload) !== header.checksum) throw new Error('its checksum does not fit');
  const records = await inflate(payload, { maxOutputLength: Math.max(1, header.bytes) });
  const entries: DatabaseEntry[] = [];
  let at = 0;
  const take = (): Buffer => {
    let length = 0;
    for (let weight = 1; ; weight *= 0x80) {
      const byte = records[at];
      if (byte === undefined) throw new Error('its records are cut off');
      at += 1;
      length += (byte & 0x7f) * weight;
      if (byte < 0x80) break;
    }
    if (at + length > records.length) throw new Error('its records are cut off');
    at += length;
    return records.subarray(at - length, at);
  };
  while (at < records.length) entries.push([take().toString('utf8'), new Uint8Array(take())]);
  if (entries.length !== header.records) {
    throw new Error(`it has ${entries.length} records and should have ${header.records}`);
  }
  return entries;
}

function headerBytes(mark: Buffer, payload: Buffer, bytes: number, records: number): Buffer {
  const header = Buffer.alloc(BLOCK_HEADER_BYTES);
  mark.copy(header);
  header.writeUInt32BE(payload.length, 4);
  header.writeUInt32BE(bytes, 8);
  header.writeUInt32BE(records, 12);
  header.writeUInt32BE(zlib.crc32(payload), 16);
  header.writeUInt32BE(zlib.crc32(header.subarray(0, 20)), 20);
  return header;
}

function lengthBytes(length: number): Uint8Array {
  const bytes: number[] = [];
  let rest = length;
  for (; rest >= 0x80; rest = Math.floor(rest / 0x80)) bytes.push((rest % 0x80) | 0x80);
  bytes.push(rest);
  return Uint8Array.from(bytes);
}
