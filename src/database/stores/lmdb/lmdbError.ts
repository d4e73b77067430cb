import { DatabaseError, messageOf, systemErrorCode } from '../../base/databaseError';
import { dataFilePath } from './lmdbFile';

/** An error of LMDB, of lmdb-js or of the file system as a DatabaseError. */
export function lmdbError(directory: string, cause: unknown): DatabaseError {
  if (cause instanceof DatabaseError) return cause;
  const message = messageOf(cause);
  if (/MDB_(CORRUPTED|PAGE_NOTFOUND|INVALID|VERSION_MISMATCH|PANIC)/.test(message)) {
    return damagedDataFile(directory, message, cause);
  }
  if (/EACCES|EPERM|EROFS|Permission denied|Read-only file system/i.test(`${systemErrorCode(cause)} ${message}`)) {
    return new DatabaseError(
      'not-writable',
      `The database in ${directory} cannot be opened or written (${message}). Change the permissions of its files ` +
        'or choose another directory.',
      { cause },
    );
  }
  return new DatabaseError(
    'io',
    `The database in ${directory} reported an error: ${message}. Check that the disk has space, then try again.`,
    { cause },
  );
}

export function damagedDataFile(directory: string, problem: string, cause?: unknown): DatabaseError {
  return new DatabaseError(
    'damaged',
    `The data file ${dataFilePath(directory)} is damaged (${problem}). ` +
      'Move it away, and a new one will be made; saved failures in the folder "replay" are kept.',
    { cause },
  );
}

/**
 * Why a commit failed. With the error, lmdb-js gives a promise that rejects with the reason a moment later; only this
 * function handles it. If no reason comes within a second, the result is the error itself.
 */
export async function reasonOfCommit(thrown: unknown): Promise<unknown> {
  const failure = (thrown as { readonly commitError?: Promise<never> }).commitError;
  if (failure === undefined) return thrown;
  const late = new Promise((resolve) => setTimeout(resolve, 1000, thrown).unref());
  try {
    return await Promise.race([failure, late]);
  } catch (reason) {
    return reason;
  }
}
