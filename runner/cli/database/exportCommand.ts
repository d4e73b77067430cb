import * as fs from 'node:fs';
import * as path from 'node:path';
import { exportDatabase, type ExportCounts } from '../../../src/database/operations/exportDatabase';
import { packageVersion } from '../../../src/packageVersion';
import type { Arguments } from '../flags/arguments';
import { openRecords } from './openRecords';
import { printStatus } from '../terminal/print';
import { bytesText, count } from '../terminal/texts';

/** `fuzz-runner export [file]`: the whole database as one file, or on standard output. */
export async function exportCommand(given: Arguments, rootDir: string): Promise<number> {
  const file = given.words[0] ?? '-';
  if (file === '-' && process.stdout.isTTY) {
    throw new Error(
      'An export is binary data, which a terminal cannot show. Name a file: fuzz-runner export backup.fuzz, or use a pipe: ' +
        'fuzz-runner export - | ssh host "cd project && npx fuzz-runner import -"',
    );
  }
  const opened = await openRecords(given.database, rootDir, 'read');
  try {
    const { database } = opened.records;
    const parts = exportDatabase(database, { fuzzRunner: packageVersion(), exportedAt: Date.now() });
    const { records, bytes } = await (file === '-'
      ? writeToOutput(parts)
      : writeFile(path.resolve(rootDir, file), file, parts));
    printStatus(
      `${count(records, 'record')} of ${database.url} written to ${file === '-' ? 'standard output' : file}, ${bytesText(bytes)}.`,
    );
    return 0;
  } finally {
    await opened.close();
  }
}

/** Writes to a temporary file and renames it, so that an interrupted export does not change an older file. */
async function writeFile(
  target: string,
  name: string,
  parts: AsyncGenerator<Buffer, ExportCounts>,
): Promise<ExportCounts> {
  const temporary = `${target}.${process.pid}.tmp`;
  try {
    const stream = fs.createWriteStream(temporary);
    const counts = await writeTo(stream, parts);
    await new Promise<void>((resolve, reject) => {
      stream.on('error', reject);
      stream.end(resolve);
    });
    fs.renameSync(temporary, target);
    return counts;
  } catch (error) {
    fs.rmSync(temporary, { force: true });
    const { code, message } = error as NodeJS.ErrnoException;
    if (code === undefined) throw error;
    throw new Error(
      `${name} cannot be written: ${message}. The incomplete file was deleted; choose another place for the export.`,
      { cause: error },
    );
  }
}

async function writeTo(
  stream: NodeJS.WritableStream,
  parts: AsyncGenerator<Buffer, ExportCounts>,
): Promise<ExportCounts> {
  let failed: Error | null = null;
  const onError = (error: Error): void => void (failed = error);
  stream.on('error', onError);
  for (;;) {
    const part = await parts.next();
    if (failed !== null) throw failed as Error;
    if (part.done === true) {
      stream.off('error', onError);
      return part.value;
    }
    // Wait for the reader: otherwise the whole export would be kept in memory.
    if (!stream.write(part.value)) await drained(stream);
  }
}

function drained(stream: NodeJS.WritableStream): Promise<void> {
  return new Promise((resolve) => {
    const events = ['drain', 'close', 'error'];
    const done = (): void => {
      for (const event of events) stream.off(event, done);
      resolve();
    };
    for (const event of events) stream.on(event, done);
  });
}

/** Writes to standard output. The program that reads it may end before it has read everything. */
async function writeToOutput(parts: AsyncGenerator<Buffer, ExportCounts>): Promise<ExportCounts> {
  try {
    return await writeTo(process.stdout, parts);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EPIPE') throw error;
    throw new Error(
      'The export is not complete: the program that reads it ended too early. See what that program printed.',
      {
        cause: error,
      },
    );
  }
}
