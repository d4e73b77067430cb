import { RecordMerger, type MergeCounts } from '../../../src/database/operations/mergeRecords';
import { printable, print, warn } from '../terminal/print';
import { count, table } from '../terminal/texts';
import type { OpenedDatabase } from './openRecords';

/** Merges records into `opened`. Problems are printed with the `title` of the source of the records. */
export function mergerFor(opened: OpenedDatabase, title: string, problems: ImportProblems): RecordMerger {
  return new RecordMerger(opened.records, (key, reason) => problems.add(`${title}: ${key} is left out: ${reason}`));
}

/** Writes the last records and the replay files, and prints how many records there were of each kind. */
export async function finishImport(opened: OpenedDatabase, merger: RecordMerger, title: string): Promise<void> {
  await merger.flush();
  await opened.writeReplays(merger.changedFiles);
  print(summary(title, merger.counts));
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

/** Prints the first problems of an import and, at the end, the number of the other ones. */
export class ImportProblems {
  private total = 0;

  add(problem: string): void {
    this.total += 1;
    if (this.total <= MOST_PRINTED) warn(`${printable(problem)}.`);
  }

  /** Prints the end. Returns the exit code: 1 when there were problems. */
  end(): number {
    if (this.total > MOST_PRINTED) warn(`${count(this.total - MOST_PRINTED, 'more problem')} of this sort.`);
    if (this.total > 0) warn('everything else was imported.');
    return this.total > 0 ? 1 : 0;
  }
}

/** At most this many problems are printed one by one; all are counted. */
const MOST_PRINTED = 20;
