import type { Database, DatabaseEntry } from '../base/database';
import { BLOCK_BYTES, encodeBlock, encodeEnd } from './blocks';

/** The format of the file. A new number shows older versions that they cannot read it. */
export const EXPORT_FORMAT = 1;

/** The first line of an export without its number. */
export const EXPORT_TITLE = 'fuzz-runner export ';

/** The second line of an export, for readers of the file: no program uses it. */
export interface ExportInfo {
  /** Version of fuzz-runner that wrote it. */
  readonly fuzzRunner: string;
  /** Epoch milliseconds. */
  readonly exportedAt: number;
}

export interface ExportCounts {
  readonly records: number;
  /** Size of the file. */
  readonly bytes: number;
}

/**
 * The whole database as the bytes of one file (see blocks.ts), a block at a time: memory does not grow with the
 * database. Records that are written during the export may or may not be in it. `isWanted`: whether the record under a
 * key is exported.
 */
export async function* exportDatabase(
  database: Database,
  info: ExportInfo,
  isWanted: (key: string) => boolean = () => true,
): AsyncGenerator<Buffer, ExportCounts> {
  let bytes = 0;
  let records = 0;
  const counted = (part: Buffer): Buffer => {
    bytes += part.length;
    return part;
  };
  yield counted(Buffer.from(`${EXPORT_TITLE}${EXPORT_FORMAT}\n${JSON.stringify(info)}\n`));
  let waiting: DatabaseEntry[] = [];
  let waitingBytes = 0;
  for await (const entry of database.list('')) {
    const [key, value] = entry;
    if (!isWanted(key)) continue;
    waiting.push(entry);
    waitingBytes += key.length + value.length;
    records += 1;
    if (waitingBytes < BLOCK_BYTES) continue;
    yield counted(await encodeBlock(waiting));
    waiting = [];
    waitingBytes = 0;
  }
  if (waiting.length > 0) yield counted(await encodeBlock(waiting));
  yield counted(encodeEnd(records));
  return { records, bytes };
}
