import fs from 'node:fs';
import { threadId } from 'node:worker_threads';

/**
 * Writes a file so that a reader, or a process that dies, leaves the old contents or the new, never a part:
 * into a file beside it, then renamed. The name of that file keeps processes and their threads apart; within a
 * thread there is only one at a time because this is synchronous.
 */
export function writeFileAtomic(file: string, text: string): void {
  const temporary = `${file}.${process.pid}-${threadId}.tmp`;
  try {
    fs.writeFileSync(temporary, text);
    fs.renameSync(temporary, file);
  } catch (error) {
    fs.rmSync(temporary, { force: true });
    throw error;
  }
}
