import * as fs from 'node:fs';
import * as path from 'node:path';
import {
  databaseDirectory,
  DatabaseError,
  ingestJournal,
  openDatabase,
  Records,
  writeReplayFiles,
} from '../../src/database';
import { MARKER } from '../../src/database/directory';
import { readWholeJournal } from '../../src/database/journal';
import { plain, tell } from './texts';

/** A database that a command works on, with what ordinary runs have found since the last fuzz run. */
export interface OpenedDatabase {
  readonly records: Records;
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
  if (/^memory:/i.test(url)) {
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
  const records = await open(url, rootDir, mode === 'read' && waiting === 0, mode === 'read');
  if (waiting > 0 && records.isWritable) {
    const { warnings } = await ingestJournal(directory, records.records);
    for (const warning of warnings) tell(`fuzz-runner: ${plain(warning)}`);
  } else if (waiting > 0) {
    tell(`fuzz-runner: ${waiting} events of ordinary runs are not in it: the database cannot be written.`);
  }
  return {
    records: records.records,
    async writeReplays(files) {
      if (isOurs()) await writeReplayFiles(directory, records.records, files);
    },
    close: () => records.records.close(),
  };
}

async function open(
  url: string,
  rootDir: string,
  readOnly: boolean,
  mayBeReadOnly: boolean,
): Promise<{ records: Records; isWritable: boolean }> {
  // What is damaged is told by those who look for it.
  try {
    return { records: new Records(await openDatabase(url, { rootDir, readOnly })), isWritable: !readOnly };
  } catch (error) {
    const isRefused = error instanceof DatabaseError && (error.code === 'not-writable' || error.code === 'read-only');
    if (readOnly || !mayBeReadOnly || !isRefused) throw error;
    return { records: new Records(await openDatabase(url, { rootDir, readOnly: true })), isWritable: false };
  }
}
