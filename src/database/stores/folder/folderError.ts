import { DatabaseError, messageOf, systemErrorCode } from '../../base/databaseError';

/** An error of the file system as a DatabaseError; any other error as it is. */
export function folderError(directory: string, cause: unknown): unknown {
  const code = systemErrorCode(cause);
  if (cause instanceof DatabaseError || code === undefined) return cause;
  const isRefused = code === 'EACCES' || code === 'EPERM' || code === 'EROFS';
  return new DatabaseError(
    isRefused ? 'not-writable' : 'io',
    `The database in ${directory} cannot be read or written: ${messageOf(cause)}. ` +
      (isRefused ? 'Change its permissions or choose another directory.' : 'Check that the disk has space.'),
    { cause },
  );
}
