import { databaseStatistics, type DatabaseStatistics } from '../../../src/database/operations/databaseStatistics';
import type { Arguments } from '../flags/arguments';
import { openRecords } from './openRecords';
import { print, printable } from '../terminal/print';
import { bytesText, count, failuresText, table, timeText } from '../terminal/texts';

/** `fuzz-runner stats`: what is in the database, for each target, and the totals. */
export async function statsCommand(given: Arguments, rootDir: string): Promise<number> {
  const opened = await openRecords(given.database, rootDir, 'read');
  try {
    const statistics = await databaseStatistics(opened.records);
    print(given.has('--json') ? JSON.stringify(statistics, null, 2) : statsText(statistics));
    return 0;
  } finally {
    await opened.close();
  }
}

function statsText({ url, targets, total }: DatabaseStatistics): string {
  const lines: string[] = [];
  if (targets.length > 0) {
    const rows = targets.map((target) => [
      printable(target.targetId),
      target.inputs.toLocaleString('en'),
      target.corpusEntries.toLocaleString('en'),
      bytesText(target.bytes),
      timeText(target.lastSeenAt),
      failuresText(target.failures),
    ]);
    const titles = ['target', 'inputs in its latest run', 'corpus', 'size', 'last seen (UTC)', 'failures'];
    lines.push(table([titles, ...rows], [1, 2, 3]), '');
  }
  const hosts = total.hosts.length === 0 ? '' : ` on ${printable(total.hosts.join(', '))}`;
  lines.push(
    `${url}: ${count(total.records, 'record')}, ${bytesText(total.bytes)}`,
    `${count(total.targets, 'target')}, ${count(total.corpusEntries, 'corpus entry', 'corpus entries')}, failures: ${failuresText(total.failures)}`,
    `${count(total.runs, 'run')} with ${count(total.workers, 'worker')}${hosts}: ${count(total.inputs, 'input')} ` +
      `in ${Math.round(total.cpuSeconds).toLocaleString('en')} CPU seconds; the latest ended ${timeText(total.lastRunAt)} UTC`,
  );
  if (total.unreadable > 0) {
    lines.push(`${count(total.unreadable, 'record')} cannot be read: see fuzz-runner verify`);
  }
  if (total.setAside > 0) lines.push(`${count(total.setAside, 'damaged record')} set aside`);
  return lines.join('\n');
}
