import * as fs from 'node:fs';
import * as path from 'node:path';
import {
  databaseDirectory,
  DatabaseError,
  ingestJournal,
  openDatabase,
  Records,
  writeReplayFiles,
} from '../../../src/database';
import { MARKER } from '../../../src/database/base/directory';
import { readWholeJournal } from '../../../src/database/journal/journal';
import { parseDatabaseUrl } from '../../../src/database/base/url';
import { printable, warn } from '../terminal/print';

/** A database that a command works on. It includes what ordinary runs have found since the last fuzz run. */
export interface OpenedDatabase {
  readonly records: Records;
  /** Notices of the database so far, for example of damaged files. Each has been printed. */
  readonly notices: readonly string[];
  /** Writes the files that ordinary runs replay from, for these test files or for all. */
  writeReplays(files?: ReadonlySet<string>): Promise<void>;
  close(): Promise<void>;
}

/**
 * Opens the database of `--database`. `mode`: `read` writes nothing except the events that wait in the journal;
 * `change` writes to a database that must exist; `create` creates the database when there is none.
 */
export async function openRecords(
  url: string,
  rootDir: string,
  mode: 'read' | 'change' | 'create',
): Promise<OpenedDatabase> {
  if (parseDatabaseUrl(url).scheme === 'memory') {
    throw new Error(
      'The database "memory:" is gone when its process ends, so it is always empty here. ' +
        'Name another database with --database or FUZZ_DATABASE.',
    );
  }
  const directory = databaseDirectory(url, rootDir);
  const isOurs = (): boolean => fs.existsSync(path.join(directory, MARKER));
  const waiting = isOurs() ? readWholeJournal(directory).entries.length : 0;
  // Throws when there is no database: opening it to write would create one.
  if (mode === 'change') await (await openDatabase(url, { rootDir, readOnly: true })).close();
  const notices: string[] = [];
  const onNotice = (notice: string): void => {
    notices.push(notice);
    warn(printable(notice));
  };
  const opening = { rootDir, onNotice };
  // Events that wait in the journal must be written, also by a command that only reads.
  const database = await openDatabase(url, { ...opening, readOnly: mode === 'read' && waiting === 0 }).catch(
    (error: unknown) => {
      if (mode !== 'read' || !isRefused(error)) throw error;
      return openDatabase(url, { ...opening, readOnly: true });
    },
  );
  // Damaged records are not reported here: `verify` and `stats` report them.
  const records = new Records(database);
  if (waiting > 0) {
    try {
      const { warnings } = await ingestJournal(directory, records);
      for (const warning of warnings) warn(printable(warning));
    } catch (error) {
      if (mode !== 'read' || !isRefused(error)) throw error;
      warn(`${waiting} events of ordinary runs are left out, because the database cannot be written.`);
    }
  }
  return {
    records,
    notices,
    async writeReplays(files) {
      if (isOurs()) await writeReplayFiles(directory, records, files);
    },
    close: () => records.close(),
  };
}

function isRefused(error: unknown): boolean {
  return error instanceof DatabaseError && (error.code === 'not-writable' || error.code === 'read-only');
}
