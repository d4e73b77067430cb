import fs from 'node:fs';
import path from 'node:path';
import { writeFileAtomic } from './atomicFile';
import { DatabaseError, messageOf, systemErrorCode } from './databaseError';

/** The format of the directory. A new number keeps older versions of this package from using the directory. */
const DIRECTORY_FORMAT = 1;

/** The file that shows that a directory belongs to fuzz-runner. */
export const MARKER = 'fuzz-runner.json';

/**
 * Makes sure that `directory` is ours and can be written; otherwise throws a DatabaseError. A new directory gets a
 * marker and a `.gitignore`. The `.gitignore` is written only once, because a user who deletes it wants to commit the
 * contents. This function loads no native code, because ordinary runs of Jest call it, too.
 */
export function prepareDirectory(directory: string): void {
  try {
    fs.mkdirSync(directory, { recursive: true });
  } catch (error) {
    throw explain(directory, error);
  }
  if (!checkMarker(directory)) {
    try {
      // Another process may be creating it at this moment: both write the same.
      fs.writeFileSync(path.join(directory, '.gitignore'), '*\n');
      writeFileAtomic(path.join(directory, MARKER), `${JSON.stringify({ format: DIRECTORY_FORMAT })}\n`);
    } catch (error) {
      throw explain(directory, error);
    }
  }
  checkWritable(directory);
}

/** For reading: throws a DatabaseError when the directory does not exist or is not ours. */
export function checkDirectory(directory: string): void {
  if (!fs.existsSync(directory) || !checkMarker(directory)) {
    throw new DatabaseError('missing', `There is no fuzz-runner database in ${directory} yet. Run the fuzzer first.`);
  }
}

/** True when the marker is there; false for an empty directory. Throws when this version cannot use the directory. */
function checkMarker(directory: string): boolean {
  let text: string;
  try {
    text = fs.readFileSync(path.join(directory, MARKER), 'utf8');
  } catch (error) {
    if (systemErrorCode(error) !== 'ENOENT') throw explain(directory, error);
    const names = readNames(directory);
    // Another process made the marker after the read above had failed.
    if (names.includes(MARKER)) return checkMarker(directory);
    const foreign = names.find((name) => name !== '.gitignore' && !name.startsWith(MARKER));
    if (foreign === undefined) return false;
    throw new DatabaseError(
      'foreign',
      `${directory} was not made by fuzz-runner (it has ${JSON.stringify(foreign)} but no ${MARKER}), ` +
        'so it is not changed. Choose an empty or a new directory for the database.',
    );
  }
  const format = readFormat(text);
  if (format === null) {
    throw new DatabaseError(
      'damaged',
      `${path.join(directory, MARKER)} is damaged: expected {"format":${DIRECTORY_FORMAT}} but received ` +
        `${JSON.stringify(text.slice(0, 60))}. Move ${directory} away, and a new one will be made.`,
    );
  }
  if (format > DIRECTORY_FORMAT) {
    throw new DatabaseError(
      'newer-format',
      `${directory} was made by a newer fuzz-runner (format ${format}; this version knows ${DIRECTORY_FORMAT}). ` +
        'Update fuzz-runner, or choose another directory.',
    );
  }
  return true;
}

function readFormat(text: string): number | null {
  try {
    const marker: unknown = JSON.parse(text);
    if (typeof marker !== 'object' || marker === null || !('format' in marker)) return null;
    return Number.isInteger(marker.format) ? (marker.format as number) : null;
  } catch {
    return null;
  }
}

function readNames(directory: string): string[] {
  try {
    return fs.readdirSync(directory);
  } catch (error) {
    throw explain(directory, error);
  }
}

function checkWritable(directory: string): void {
  try {
    fs.accessSync(directory, fs.constants.W_OK | fs.constants.X_OK);
  } catch (error) {
    throw explain(directory, error);
  }
}

function explain(directory: string, cause: unknown): DatabaseError {
  const code = systemErrorCode(cause);
  if (code === 'EEXIST' || code === 'ENOTDIR') {
    return new DatabaseError(
      'not-a-directory',
      `${directory} cannot hold the database because it, or a folder above it, is a file. ` +
        'Remove the file or choose another directory.',
      { cause },
    );
  }
  if (code === 'EACCES' || code === 'EPERM' || code === 'EROFS') {
    return new DatabaseError(
      'not-writable',
      `The database directory ${directory} is not writable (${code}). Change its permissions or choose another one.`,
      { cause },
    );
  }
  return new DatabaseError(
    'io',
    `The database directory ${directory} cannot be used: ${messageOf(cause)}. Check the disk or choose another one.`,
    { cause },
  );
}
