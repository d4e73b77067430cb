import fs from 'node:fs';
import path from 'node:path';
import { systemErrorCode } from '../../base/databaseError';

/** LMDB adds `-lock` to the name for its table of readers. */
export function dataFilePath(directory: string): string {
  return path.join(directory, 'data.mdb');
}

/**
 * Checks that LMDB can safely open a data file. LMDB maps the file into memory and trusts it: a file that was cut off
 * or overwritten ends the process (SIGBUS, SIGSEGV or a failed assertion), and no `catch` helps. Reads every page of
 * the trees, but at most `MAX_PAGES`.
 *
 * Returns null when the file is sound, or when another process changes it during the check; 'absent' when there is no
 * file or the file is empty; otherwise a text that says what is wrong.
 *
 * The layout is that of the LMDB 0.9.90 inside lmdb-js 3 on a little-endian machine (MDB_page_header, MDB_meta and
 * MDB_node in its mdb.c): page: number u64, transaction u64, pad u16, flags u16, lower u16, upper u16, then u16 offsets
 * of nodes, from the end of this header; meta, after the header: magic u32, version u32, address u64, map size u64, two
 * trees (pad u32, flags u16, depth u16, five u64, of which the last is the root page), last page u64, transaction u64;
 * node of a leaf: value size u32, flags u16, key size u16, key, value or the number of its first page. Pages 0 and 1
 * are the metas of the last two commits.
 */
export function inspectDataFile(file: string): string | null {
  let handle: number;
  try {
    handle = fs.openSync(file, 'r');
  } catch (error) {
    if (systemErrorCode(error) === 'ENOENT') return 'absent';
    throw error;
  }
  try {
    let seen = inspect(handle);
    // If another process writes, pages change while they are read. A new transaction number shows that.
    for (let attempt = 0; seen.problem !== null && attempt < 3; attempt += 1) {
      const again = inspect(handle);
      if (again.problem === null || again.transaction === seen.transaction) return again.problem;
      seen = again;
    }
    return null;
  } finally {
    fs.closeSync(handle);
  }
}

interface Inspection {
  readonly problem: string | null;
  /** Of the newest commit; null when that cannot be read. */
  readonly transaction: bigint | null;
}

function inspect(handle: number): Inspection {
  const meta = readNewestMeta(handle);
  if (typeof meta === 'string') return { problem: meta, transaction: null };
  return { problem: checkTrees(handle, meta), transaction: meta.transaction };
}

interface Meta {
  readonly pageSize: number;
  readonly transaction: bigint;
  readonly roots: readonly bigint[];
}

const HEADER_BYTES = 24;
const META_BYTES = 160;
const NODE_BYTES = 8;
const MAGIC = 0xbeefc0de;
const DATA_VERSION = 2;
const FLAG_BRANCH = 1;
const FLAG_LEAF = 2;
const FLAG_META = 8;
/** A flag of a node: its value is in separate pages. */
const NODE_BIG = 1;
/** Root of a tree without entries. */
const NO_PAGE = 0xffff_ffff_ffff_ffffn;
/** After this many sound pages (80 MB), the rest of the file counts as sound. */
const MAX_PAGES = 20_000;

function readNewestMeta(handle: number): Meta | string {
  const first = read(handle, 0, META_BYTES);
  if (first.length === 0) return 'absent';
  if (!isMeta(first)) return 'it does not begin as an LMDB file';
  const pageSize = first.readUInt32LE(48);
  if (pageSize < 512 || pageSize > 65_536 || (pageSize & (pageSize - 1)) !== 0) return `its page size is ${pageSize}`;
  const second = read(handle, pageSize, META_BYTES);
  if (!isMeta(second)) return 'its second page is lost';
  const [one, other] = [decodeMeta(first, pageSize), decodeMeta(second, pageSize)];
  return one.transaction >= other.transaction ? one : other;
}

function decodeMeta(page: Buffer, pageSize: number): Meta {
  return {
    pageSize,
    transaction: page.readBigUInt64LE(152),
    roots: [page.readBigUInt64LE(88), page.readBigUInt64LE(136)],
  };
}

function isMeta(page: Buffer): boolean {
  return (
    page.length === META_BYTES &&
    (page.readUInt16LE(18) & FLAG_META) !== 0 &&
    page.readUInt32LE(24) === MAGIC &&
    (page.readUInt32LE(28) & 0xffff) === DATA_VERSION
  );
}

function checkTrees(handle: number, meta: Meta): string | null {
  const pageCount = BigInt(Math.floor(fs.fstatSync(handle).size / meta.pageSize));
  const waiting = meta.roots.filter((root) => root !== NO_PAGE);
  for (let count = 0; count < MAX_PAGES; count += 1) {
    const number = waiting.pop();
    if (number === undefined) return null;
    if (number >= pageCount) return `page ${number} is past its end`;
    const page = read(handle, Number(number) * meta.pageSize, meta.pageSize);
    if (page.length < meta.pageSize) return `page ${number} is past its end`;
    if (page.readBigUInt64LE(0) !== number) return `page ${number} holds something else`;
    const flags = page.readUInt16LE(18) & 0xff;
    if (flags !== FLAG_BRANCH && flags !== FLAG_LEAF) return `page ${number} is of no known kind`;
    const offsets = nodeOffsets(page);
    if (offsets === null) return `page ${number} has an impossible header`;
    for (const offset of offsets) {
      if (flags === FLAG_BRANCH) waiting.push(childOf(page, offset));
      else if (!isLeafSound(page, offset, pageCount)) return `page ${number} has an impossible entry`;
    }
  }
  return null;
}

/** Where the nodes of a page begin; null when one is outside the page. */
function nodeOffsets(page: Buffer): number[] | null {
  const lower = page.readUInt16LE(20);
  const upper = page.readUInt16LE(22);
  // Relative to the end of the header, see PAGEBASE.
  if (lower > upper || upper + HEADER_BYTES > page.length) return null;
  const offsets: number[] = [];
  for (let at = 0; at < lower; at += 2) {
    const offset = page.readUInt16LE(HEADER_BYTES + at) + HEADER_BYTES;
    if (offset < HEADER_BYTES + upper || offset + NODE_BYTES > page.length) return null;
    offsets.push(offset);
  }
  return offsets;
}

/** Page number in a node of a branch: 48 bits, the upper 16 in the place of the flags. */
function childOf(page: Buffer, offset: number): bigint {
  return BigInt(page.readUInt32LE(offset)) | (BigInt(page.readUInt16LE(offset + 4)) << 32n);
}

/** True when key and value of a leaf's node lie inside the page, or a large value in pages inside the file. */
function isLeafSound(page: Buffer, offset: number, pageCount: bigint): boolean {
  const valueBytes = page.readUInt32LE(offset);
  const keyEnd = offset + NODE_BYTES + page.readUInt16LE(offset + 6);
  if ((page.readUInt16LE(offset + 4) & NODE_BIG) === 0) return keyEnd + valueBytes <= page.length;
  if (keyEnd + 8 > page.length) return false;
  const pages = Math.floor((HEADER_BYTES - 1 + valueBytes) / page.length) + 1;
  return page.readBigUInt64LE(keyEnd) + BigInt(pages) <= pageCount;
}

function read(handle: number, position: number, length: number): Buffer {
  const buffer = Buffer.alloc(length);
  const count = fs.readSync(handle, buffer, 0, length, position);
  return buffer.subarray(0, count);
}
