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

/** A database that a command works on, with what ordinary runs have found since the last fuzz run. */
export interface OpenedDatabase {
  readonly records: Records;
  /** What the database had to say meanwhile, as of files that are damaged; each was told. */
  readonly notices: readonly string[];
  /** Brings what ordinary runs replay up to date, for these test files or for all. */
  writeReplays(files?: ReadonlySet<string>): Promise<void>;
  close(): Promise<void>;
}

/**
 * Opens what `--database` names. `mode`: `read` writes nothing but what waits in the journal; `change` needs a database
 * that is there; `create` makes one.
 */
export async function openRecords(
  url: string,
  rootDir: string,
  mode: 'read' | 'change' | 'create',
): Promise<OpenedDatabase> {
  if (parseDatabaseUrl(url).scheme === 'memory') {
    throw new Error(
      'The database "memory:" is gone when its process ends, so there is nothing in it. ' +
        'Name another one with --database or FUZZ_DATABASE.',
    );
  }
  const directory = databaseDirectory(url, rootDir);
  const isOurs = (): boolean => fs.existsSync(path.join(directory, MARKER));
  const waiting = isOurs() ? readWholeJournal(directory).entries.length : 0;
  // To write makes a database where there is none.
  if (mode === 'change') await (await openDatabase(url, { rootDir, readOnly: true })).close();
  const notices: string[] = [];
  const onNotice = (notice: string): void => {
    notices.push(notice);
    warn(printable(notice));
  };
  const opening = { rootDir, onNotice };
  // What waits in the journal needs to be written.
  const database = await openDatabase(url, { ...opening, readOnly: mode === 'read' && waiting === 0 }).catch(
    (error: unknown) => {
      if (mode !== 'read' || !isRefused(error)) throw error;
      return openDatabase(url, { ...opening, readOnly: true });
    },
  );
  // Damaged records are told by those who look for them.
  const records = new Records(database);
  if (waiting > 0) {
    try {
      const { warnings } = await ingestJournal(directory, records);
      for (const warning of warnings) warn(printable(warning));
    } catch (error) {
      if (mode !== 'read' || !isRefused(error)) throw error;
      warn(`${waiting} events of ordinary runs are left out, as the database cannot be written.`);
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
