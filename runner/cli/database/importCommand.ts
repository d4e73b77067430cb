import * as fs from 'node:fs';
import * as path from 'node:path';
import { DatabaseError, openDatabase, retryConflicts, type Database } from '../../../src/database';
import { checkDirectory } from '../../../src/database/base/directory';
import { applyEvents } from '../../../src/database/journal/ingestJournal';
import { readWholeJournal } from '../../../src/database/journal/journal';
import { RecordMerger, type MergeCounts } from '../../../src/database/operations/mergeRecords';
import { readExport } from '../../../src/database/operations/readExport';
import { databaseDirectory, parseDatabaseUrl } from '../../../src/database/base/url';
import type { Arguments } from '../flags/arguments';
import { openRecords, type OpenedDatabase } from './openRecords';
import { count, plain, say, table, report } from './texts';

/** Problems that are told one by one; all are counted. */
const MOST_REPORTED = 20;

/** `fuzz-runner import <file|folder|->`: takes an export, or a copied database, into the database. */
export async function importCommand(given: Arguments, rootDir: string): Promise<number> {
  const name = given.words[0]!;
  const source = name === '-' ? null : path.resolve(rootDir, name);
  if (source !== null && !fs.existsSync(source)) {
    throw new Error(
      `There is no file or folder ${name}. Give import the file that "fuzz-runner export" wrote, ` +
        'the folder of a copied database, or - for standard input.',
    );
  }
  if (source !== null && fs.statSync(source).isDirectory()) {
    checkDirectory(source);
    const isFolder = fs.existsSync(path.join(source, 'records')) && !fs.existsSync(path.join(source, 'data.mdb'));
    const url = `${isFolder ? 'dir' : 'lmdb'}:${source}`;
    return mergeInto(given.database, rootDir, [{ name, url, directory: isFolder ? null : source }]);
  }
  const opened = await openRecords(given.database, rootDir, 'create');
  try {
    const problems = new Problems();
    const stream = source === null ? process.stdin : fs.createReadStream(source, { highWaterMark: 1 << 18 });
    const title = name === '-' ? 'Standard input' : name;
    const merger = mergerFor(opened, title, problems);
    try {
      const blocks = readExport(stream as AsyncIterable<Uint8Array>, (problem) => problems.add(`${title} ${problem}`));
      for await (const entries of blocks) for (const entry of entries) await merger.add(entry);
    } catch (error) {
      // Its sentences have no subject; what fails otherwise is not about the file.
      const { code, message } = error as { code?: string; message?: string };
      if (code === 'foreign' || code === 'newer-format' || code === 'damaged') {
        throw new Error(`${title} ${String(message)}`, { cause: error });
      }
      throw error;
    }
    await finish(opened, merger, title);
    return problems.end();
  } finally {
    await opened.close();
  }
}

/** `fuzz-runner merge <url...>`: takes other databases into the database. */
export function mergeCommand(given: Arguments, rootDir: string): Promise<number> {
  return mergeInto(
    given.database,
    rootDir,
    given.words.map((name) => ({ name, url: name, directory: directoryOf(name, rootDir) })),
  );
}

interface Source {
  /** As the user wrote it. */
  readonly name: string;
  readonly url: string;
  /** Folder of an LMDB database, whose journal counts too; null for others. */
  readonly directory: string | null;
}

async function mergeInto(url: string, rootDir: string, sources: readonly Source[]): Promise<number> {
  // All of them first: a wrong name should not be found out after minutes of work.
  for (const source of sources) await (await openSource(source, rootDir))?.close();
  const opened = await openRecords(url, rootDir, 'create');
  try {
    const problems = new Problems();
    for (const source of sources) {
      if (isSamePlace(source, opened)) {
        throw new Error(`${source.name} is the database itself: there is nothing to take in. Name another one.`);
      }
      const from = await openSource(source, rootDir);
      try {
        const merger = mergerFor(opened, source.name, problems);
        for await (const entry of from?.list('') ?? []) await merger.add(entry);
        await merger.flush();
        await takeJournal(opened, source, merger);
        await finish(opened, merger, source.name);
      } finally {
        await from?.close();
      }
    }
    return problems.end();
  } finally {
    await opened.close();
  }
}

/** null: there is nothing but what ordinary runs left in its journal. */
async function openSource({ url, directory }: Source, rootDir: string): Promise<Database | null> {
  try {
    return await openDatabase(url, { rootDir, readOnly: true });
  } catch (error) {
    const isMissing = error instanceof DatabaseError && error.code === 'missing';
    if (isMissing && directory !== null && readWholeJournal(directory).entries.length > 0) return null;
    throw error;
  }
}

/** What ordinary runs left for the copied database; the copy stays as it is. */
async function takeJournal(
  { records }: OpenedDatabase,
  { directory, name }: Source,
  merger: RecordMerger,
): Promise<void> {
  if (directory === null) return;
  const { entries, warning } = readWholeJournal(directory);
  if (warning !== null) report(`fuzz-runner: ${plain(warning)}`);
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
    say(`${name}: ${count(entries.length, 'event')} of ordinary runs changed ${count(changed.length, 'failure')}`);
  }
}

function mergerFor(opened: OpenedDatabase, title: string, problems: Problems): RecordMerger {
  return new RecordMerger(opened.records, (key, reason) => problems.add(`${title}: ${key} is left out: ${reason}`));
}

async function finish(opened: OpenedDatabase, merger: RecordMerger, title: string): Promise<void> {
  await merger.flush();
  await opened.writeReplays(merger.changedFiles);
  say(summary(title, merger.counts));
}

function summary(title: string, { read, added, merged, known, leftOut, byKind }: MergeCounts): string {
  const rows = [
    ['new', added],
    ['merged with what was there', merged],
    ['known already', known],
    ['left out', leftOut],
  ] as const;
  const lines = rows
    .filter(([, number]) => number > 0)
    .map(([what, number]) => [`  ${number.toLocaleString('en')}`, what]);
  const kinds = [...byKind].map(([kind, number]) => `${number.toLocaleString('en')} ${kind}`).join(', ');
  const changes = kinds === '' ? [] : [`  changed: ${kinds}`];
  return [`${title}: ${count(read, 'record')} read`, table(lines, [0]), ...changes]
    .filter((line) => line !== '')
    .join('\n');
}

/** Tells the first problems, and how many there were. */
class Problems {
  private total = 0;

  add(problem: string): void {
    this.total += 1;
    if (this.total <= MOST_REPORTED) report(`fuzz-runner: ${plain(problem)}.`);
  }

  /** The exit code. */
  end(): number {
    if (this.total > MOST_REPORTED)
      report(`fuzz-runner: ${count(this.total - MOST_REPORTED, 'more problem')} of this sort.`);
    if (this.total > 0) report('fuzz-runner: everything else was imported.');
    return this.total > 0 ? 1 : 0;
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
