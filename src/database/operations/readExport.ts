import type { DatabaseEntry } from '../base/database';
import { DatabaseError, messageOf } from '../base/databaseError';
import { BLOCK_HEADER_BYTES, decodeHeader, decodePayload, END_MARK, RECORDS_MARK } from './blocks';
import { EXPORT_FORMAT, EXPORT_TITLE } from './exportDatabase';

/** The most bytes that the two lines at the start of a file may have. */
const MAX_TITLE_BYTES = 64 * 1024;

/**
 * The records of a file that `exportDatabase` wrote, a block at a time. `onProblem` is called for each damage, with a
 * sentence without its subject ("is cut off after 12 records"); everything else is read. Throws a DatabaseError only
 * when the file is not an export, or has the format of another version.
 */
export async function* readExport(
  source: AsyncIterable<Uint8Array>,
  onProblem: (problem: string) => void,
): AsyncGenerator<readonly DatabaseEntry[]> {
  const bytes = new Bytes(source);
  await readTitle(bytes);
  let read = 0;
  /** True when the damage at this place was reported already. */
  let isReported = false;
  for (;;) {
    const skipped = await findBlock(bytes);
    const header = decodeHeader(bytes.peek(), 0);
    if (header === null) {
      if (!isReported) onProblem(`is cut off after ${read} records`);
      return;
    }
    if (skipped > 0 && !isReported) onProblem(`has ${skipped} damaged bytes before byte ${bytes.position}`);
    if (header.isEnd) {
      if (header.records !== read && !isReported) onProblem(`has ${read} readable records of ${header.records}`);
      return;
    }
    const end = BLOCK_HEADER_BYTES + header.packedBytes;
    const what = `block of ${header.records} records at byte ${bytes.position}`;
    try {
      if (!(await bytes.fill(end))) throw new Error(`the file is cut off in it, after ${read} other records`);
      const entries = await decodePayload(header, bytes.peek().subarray(BLOCK_HEADER_BYTES, end));
      bytes.drop(end);
      read += entries.length;
      isReported = false;
      yield entries;
    } catch (error) {
      onProblem(`has a damaged ${what}: ${messageOf(error)}`);
      isReported = true;
      // The whole block is not skipped: if bytes are missing in it, that would skip the start of the next one.
      bytes.drop(4);
    }
  }
}

async function readTitle(bytes: Bytes): Promise<void> {
  const ends: number[] = [];
  for (let wanted = 256; ends.length < 2; wanted *= 2) {
    const isThere = await bytes.fill(wanted);
    const seen = bytes.peek();
    if (!seen.subarray(0, EXPORT_TITLE.length).equals(Buffer.from(EXPORT_TITLE).subarray(0, seen.length))) break;
    const first = seen.indexOf(10);
    const second = first < 0 ? -1 : seen.indexOf(10, first + 1);
    if (second >= 0) ends.push(first, second);
    else if (!isThere || wanted > MAX_TITLE_BYTES) break;
  }
  const [first, second] = ends;
  if (first === undefined || second === undefined) {
    const start = JSON.stringify(bytes.peek().subarray(0, 30).toString('latin1'));
    throw new DatabaseError(
      'foreign',
      `is not an export of fuzz-runner: it should begin with "${EXPORT_TITLE}${EXPORT_FORMAT}" but begins with ${start}. ` +
        'Make one with "fuzz-runner export".',
    );
  }
  const format = Number(bytes.peek().subarray(EXPORT_TITLE.length, first).toString('latin1'));
  if (format !== EXPORT_FORMAT) {
    const isNewer = format > EXPORT_FORMAT;
    throw new DatabaseError(
      isNewer ? 'newer-format' : 'damaged',
      `has format ${format}, and this version of fuzz-runner knows ${EXPORT_FORMAT}. ` +
        (isNewer ? 'Update fuzz-runner.' : 'Export it again.'),
    );
  }
  bytes.drop(second + 1);
}

/** Skips bytes until a header or the end of the file; returns the number of skipped bytes. */
async function findBlock(bytes: Bytes): Promise<number> {
  let skipped = 0;
  for (;;) {
    const isThere = await bytes.fill(BLOCK_HEADER_BYTES);
    const seen = bytes.peek();
    if (decodeHeader(seen, 0) !== null) return skipped;
    // The last 3 bytes stay: they may be the start of a mark.
    const at = nextMark(seen, 1);
    const step = at < 0 ? (isThere ? seen.length - 3 : seen.length) : at;
    bytes.drop(step);
    skipped += step;
    if (!isThere && bytes.peek().length === 0) return skipped;
  }
}

function nextMark(bytes: Buffer, from: number): number {
  const found = [RECORDS_MARK, END_MARK].map((mark) => bytes.indexOf(mark, from)).filter((at) => at >= 0);
  return found.length === 0 ? -1 : Math.min(...found);
}

/** A stream of bytes that can be read ahead. */
class Bytes {
  /** Number of bytes that were dropped. */
  position = 0;
  private buffer = Buffer.alloc(0);
  private readonly chunks: AsyncIterator<Uint8Array>;

  constructor(source: AsyncIterable<Uint8Array>) {
    this.chunks = source[Symbol.asyncIterator]();
  }

  /** Reads until `peek` returns at least `count` bytes; false when the stream ends before. */
  async fill(count: number): Promise<boolean> {
    const more: Uint8Array[] = [];
    let length = this.buffer.length;
    while (length < count) {
      const next = await this.chunks.next();
      if (next.done === true) break;
      more.push(next.value);
      length += next.value.length;
    }
    if (more.length > 0) this.buffer = Buffer.concat([this.buffer, ...more]);
    return length >= count;
  }

  peek(): Buffer {
    return this.buffer;
  }

  drop(count: number): void {
    this.buffer = this.buffer.subarray(count);
    this.position += count;
  }
}
