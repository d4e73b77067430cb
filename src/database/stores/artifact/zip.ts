import { inflateRawSync } from 'node:zlib';

/** A file in a ZIP archive. */
export interface ZipEntry {
  /** With forward slashes; never absolute, never leading out of the folder it is unpacked to. */
  readonly name: string;
  /** Unpacked only when it is asked for. */
  readonly read: () => Buffer;
}

/** An archive with more unpacked bytes than this is refused: an archive of a few kilobytes can claim any size. */
const MAX_BYTES = 4 * 1024 ** 3;

/**
 * The files of an archive, by its central directory (PKWARE APPNOTE 4.3.12). Supports stored and deflated files. It
 * does not support files of 4 GB or more (Zip64) or encrypted files. Throws an Error that says what is wrong.
 */
export function readZip(archive: Buffer): ZipEntry[] {
  const end = archive.lastIndexOf(END_SIGNATURE);
  if (end < 0 || end + 22 > archive.length) throw new Error('it is no ZIP archive, or was cut off');
  const count = archive.readUInt16LE(end + 10);
  let at = archive.readUInt32LE(end + 16);
  if (count === 0xffff || at === 0xffff_ffff) throw new Error('it is a ZIP archive of 4 GB or more');
  const entries: ZipEntry[] = [];
  let total = 0;
  for (let index = 0; index < count; index += 1) {
    if (at + 46 > archive.length || archive.readUInt32LE(at) !== ENTRY) throw new Error('its directory is damaged');
    const nameLength = archive.readUInt16LE(at + 28);
    const name = archive.toString('utf8', at + 46, at + 46 + nameLength);
    const place = {
      flags: archive.readUInt16LE(at + 8),
      method: archive.readUInt16LE(at + 10),
      packed: archive.readUInt32LE(at + 20),
      size: archive.readUInt32LE(at + 24),
      header: archive.readUInt32LE(at + 42),
    };
    at += 46 + nameLength + archive.readUInt16LE(at + 30) + archive.readUInt16LE(at + 32);
    total += place.size;
    if (total > MAX_BYTES) throw new Error('it is larger than 4 GB when it is unpacked');
    if (name.endsWith('/')) continue;
    if (!isSafe(name)) throw new Error(`it has a file with the name ${JSON.stringify(name)}`);
    entries.push({ name, read: () => unpack(archive, name, place) });
  }
  return entries;
}

interface Place {
  readonly flags: number;
  readonly method: number;
  readonly packed: number;
  readonly size: number;
  readonly header: number;
}

const END_SIGNATURE = Buffer.from([0x50, 0x4b, 5, 6]);
const ENTRY = 0x02014b50;
const LOCAL = 0x04034b50;

function unpack(archive: Buffer, name: string, { flags, method, packed, size, header }: Place): Buffer {
  if ((flags & 1) !== 0) throw new Error(`${name} is encrypted`);
  if (header + 30 > archive.length || archive.readUInt32LE(header) !== LOCAL) throw new Error(`${name} is damaged`);
  const start = header + 30 + archive.readUInt16LE(header + 26) + archive.readUInt16LE(header + 28);
  const bytes = archive.subarray(start, start + packed);
  if (method !== 0 && method !== 8) throw new Error(`${name} is packed in a way that is not known (${method})`);
  const content = method === 0 ? bytes : inflateRawSync(bytes, { maxOutputLength: Math.max(size, 1) });
  if (content.length !== size) throw new Error(`${name} is damaged: it has ${content.length} bytes instead of ${size}`);
  return content;
}

function isSafe(name: string): boolean {
  return (
    !/^\/|\\|^[a-z]:/i.test(name) &&
    !name.includes('\0') &&
    !name.split('/').some((part) => part === '' || part === '..' || part === '.')
  );
}
