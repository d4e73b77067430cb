import fs from 'node:fs';
import path from 'node:path';
import { threadId } from 'node:worker_threads';

export interface AtomicWriteOptions {
  /** Where it is written first, on the same disk; no two writers may have the same at a time. Beside it if absent. */
  readonly temporary?: string;
  /** Also after a power failure: waits for the disk. False if absent. */
  readonly isDurable?: boolean;
}

/**
 * Writes a file so that a reader, or a process that dies, leaves the old contents or the new, never a part:
 * into a temporary file, then renamed. The name of that file keeps processes and their threads apart; within a
 * thread there is only one at a time because this is synchronous.
 */
export function writeFileAtomic(
  file: string,
  contents: string | Uint8Array,
  { temporary = `${file}.${process.pid}-${threadId}.tmp`, isDurable = false }: AtomicWriteOptions = {},
): void {
  try {
    fs.writeFileSync(temporary, contents, { flush: isDurable });
    fs.renameSync(temporary, file);
  } catch (error) {
    fs.rmSync(temporary, { force: true });
    throw error;
  }
  if (isDurable) syncFolder(path.dirname(file));
}

/** Else a power cut may forget the name. Windows has no such thing. */
function syncFolder(folder: string): void {
  try {
    const handle = fs.openSync(folder, 'r');
    fs.fsyncSync(handle);
    fs.closeSync(handle);
  } catch {
    // Not every file system can.
  }
}
