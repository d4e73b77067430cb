import fs from 'node:fs';
import path from 'node:path';
import { threadId } from 'node:worker_threads';

export interface AtomicWriteOptions {
  /** Path of the temporary file, on the same disk; only one writer at a time may use it. Beside the file if absent. */
  readonly temporary?: string;
  /** True: waits until the disk has the file, so that it survives a power cut. False if absent. */
  readonly isDurable?: boolean;
}

/**
 * Writes a temporary file and renames it. So the file always has either the old contents or the new ones as a whole,
 * both for readers and after a crash. Each thread of each process has its own name for the temporary file; within a
 * thread there is only one temporary file at a time, because this function is synchronous.
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

/** Without this, a power cut may undo the renaming. On Windows a folder cannot be synced. */
function syncFolder(folder: string): void {
  try {
    const handle = fs.openSync(folder, 'r');
    fs.fsyncSync(handle);
    fs.closeSync(handle);
  } catch {
    // Not every file system supports it.
  }
}
