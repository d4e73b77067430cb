import fs from 'node:fs';
import { isMainThread } from 'node:worker_threads';
import type lmdb from 'lmdb';
import type { Database } from '../../base/database';
import { DatabaseError } from '../../base/databaseError';
import { checkDirectory, prepareDirectory } from '../../base/directory';
import { LmdbDatabase } from './lmdbDatabase';
import { damagedDataFile, lmdbError } from './lmdbError';
import { dataFilePath, inspectDataFile } from './lmdbFile';

export interface LmdbOptions {
  /** Never write, and fail if there is no database yet; false if absent. */
  readonly readOnly?: boolean;
}

/**
 * Opens the LMDB environment in `directory`; makes both when they are missing. Any number of processes may have it
 * open. Throws a DatabaseError.
 *
 * Only the main thread may open it: when a worker thread is ended during a write, LMDB's writer lock stays taken, and
 * every later write of every process waits forever.
 */
export async function openLmdbDatabase(directory: string, options: LmdbOptions = {}): Promise<Database> {
  if (!isMainThread) {
    throw new DatabaseError(
      'worker-thread',
      `The database ${directory} was opened in a worker thread. Open it in the main thread and send it what to save.`,
    );
  }
  const readOnly = options.readOnly ?? false;
  const file = dataFilePath(directory);
  if (readOnly) checkDirectory(directory);
  else prepareDirectory(directory);
  checkDataFile(directory, file, readOnly);
  if (!readOnly && openReadOnly.has(file)) {
    // lmdb-js 3.5.6 would use the read-only environment again and fail on the first write.
    throw new DatabaseError(
      'read-only',
      `The database ${directory} is open read-only in this process. Close it before you open it for writing.`,
    );
  }
  try {
    // Loaded here and not above, so that an import of this package loads no native code.
    const { open } = require('lmdb') as typeof lmdb;
    const root = open<Buffer, Buffer>({
      path: file,
      noSubdir: true,
      readOnly,
      encoding: 'binary',
      keyEncoding: 'binary',
      // A commit is on the disk before other processes see it, as in the original LMDB. By default lmdb-js flushes
      // later and under a second lock. That is faster for many small writes. But if a process is killed during such a
      // flush, a commit of another process fails with MDB_PANIC, and its environment is useless (seen with 3.5.6).
      overlappingSync: false,
      // Otherwise a failed commit also rejects a promise inside lmdb-js that no caller can handle. Our writes do not
      // need this option: each of them is a batch, and a batch is a transaction or a part of one.
      eventTurnBatching: false,
    });
    if (readOnly) openReadOnly.set(file, (openReadOnly.get(file) ?? 0) + 1);
    // A process that was killed during a read would otherwise keep old pages in the file forever.
    else root.readerCheck();
    return new LmdbDatabase(directory, root, readOnly, () => {
      if (readOnly) leaveReadOnly(file);
    });
  } catch (error) {
    throw lmdbError(directory, error);
  }
}

/** How often each data file is open read-only in this process. */
const openReadOnly = new Map<string, number>();

function leaveReadOnly(file: string): void {
  const others = (openReadOnly.get(file) ?? 1) - 1;
  if (others === 0) openReadOnly.delete(file);
  else openReadOnly.set(file, others);
}

/** LMDB maps the file into memory and trusts it: unexpected contents would end the process. */
function checkDataFile(directory: string, file: string, readOnly: boolean): void {
  let problem: string | null;
  try {
    if (!readOnly && fs.existsSync(file)) fs.accessSync(file, fs.constants.W_OK);
    problem = inspectDataFile(file);
  } catch (error) {
    throw lmdbError(directory, error);
  }
  if (problem !== 'absent') {
    if (problem !== null) throw damagedDataFile(directory, problem);
  } else if (readOnly) {
    throw new DatabaseError('missing', `There is no fuzz-runner database in ${directory} yet. Run the fuzzer first.`);
  }
}
