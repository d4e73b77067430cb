import * as fs from 'node:fs';
import { DatabaseError, openDatabase, retryConflicts, type Database } from '../../../src/database';
import { databaseDirectory, parseDatabaseUrl } from '../../../src/database/base/url';
import { applyEvents } from '../../../src/database/journal/ingestJournal';
import { readWholeJournal } from '../../../src/database/journal/journal';
import type { RecordMerger } from '../../../src/database/operations/mergeRecords';
import type { Arguments } from '../flags/arguments';
import { print, printable, warn } from '../terminal/print';
import { count } from '../terminal/texts';
import { openRecords, type OpenedDatabase } from './openRecords';
import { finishImport, ImportProblems, mergerFor } from './recordImport';

/** `fuzz-runner merge <url...>`: adds the records of other databases to the database. */
export function mergeCommand(given: Arguments, rootDir: string): Promise<number> {
  return mergeInto(
    given.database,
    rootDir,
    given.words.map((name) => ({ name, url: name, directory: directoryOf(name, rootDir) })),
  );
}

/** A database whose records are added. */
export interface Source {
  /** As the user wrote it. */
  readonly name: string;
  readonly url: string;
  /** Folder of an LMDB database: its journal is added, too. null for other databases. */
  readonly directory: string | null;
}

/** Adds the records of all sources to the database `url`. Returns the exit code: 1 when there were problems. */
export async function mergeInto(url: string, rootDir: string, sources: readonly Source[]): Promise<number> {
  // Opens all sources first: a wrong name must not stop the command after minutes of work.
  for (const source of sources) await (await openSource(source, rootDir))?.close();
  const opened = await openRecords(url, rootDir, 'create');
  try {
    const problems = new ImportProblems();
    for (const source of sources) {
      if (isSamePlace(source, opened)) {
        throw new Error(`${source.name} is the database itself: there is nothing to add. Name another database.`);
      }
      const from = await openSource(source, rootDir);
      try {
        const merger = mergerFor(opened, source.name, problems);
        for await (const entry of from?.list('') ?? []) await merger.add(entry);
        await merger.flush();
        await takeJournal(opened, source, merger);
        await finishImport(opened, merger, source.name);
      } finally {
        await from?.close();
      }
    }
    return problems.end();
  } finally {
    await opened.close();
  }
}

/** Opens a source to read. null when there is no database yet, only a journal of ordinary runs. */
async function openSource({ url, directory }: Source, rootDir: string): Promise<Database | null> {
  try {
    return await openDatabase(url, { rootDir, readOnly: true });
  } catch (error) {
    const isMissing = error instanceof DatabaseError && error.code === 'missing';
    if (isMissing && directory !== null && readWholeJournal(directory).entries.length > 0) return null;
    throw error;
  }
}

/** Adds what ordinary runs have written to the journal of a source. The source is not changed. */
async function takeJournal(
  { records }: OpenedDatabase,
  { directory, name }: Source,
  merger: RecordMerger,
): Promise<void> {
  if (directory === null) return;
  const { entries, warning } = readWholeJournal(directory);
  if (warning !== null) warn(printable(warning));
  if (entries.length === 0) return;
  const changed = await retryConflicts(() =>
    applyEvents(
      records,
      entries.map(({ event }) => event),
      process.cwd(),
    ),
  );
  for (const { file } of changed) merger.changedFiles.add(file);
  if (changed.length > 0) {
    print(`${name}: ${count(entries.length, 'event')} of ordinary runs changed ${count(changed.length, 'failure')}`);
  }
}

function directoryOf(url: string, rootDir: string): string | null {
  return parseDatabaseUrl(url).scheme === 'lmdb' ? databaseDirectory(url, rootDir) : null;
}

function isSamePlace({ url, directory }: Source, { records }: OpenedDatabase): boolean {
  const own = records.database.url;
  if (directory === null) return url === own;
  const ours = directoryOf(own, '/');
  return ours !== null && fs.existsSync(ours) && fs.realpathSync(ours) === fs.realpathSync(directory);
}
