import { minimizeCorpus, type MinimizedTarget } from '../../../src/database/operations/minimizeCorpus';
import type { Arguments } from '../flags/arguments';
import { print, printable } from '../terminal/print';
import { bytesText, count, table } from '../terminal/texts';
import { openRecords } from './openRecords';

/** `fuzz-runner minimize`: keeps few corpus entries that cover the same behaviors. */
export async function minimizeCommand(given: Arguments, rootDir: string): Promise<number> {
  const dryRun = given.has('--dry-run');
  const opened = await openRecords(given.database, rootDir, dryRun ? 'read' : 'change');
  try {
    const total = { targets: 0, before: 0, after: 0, bytesBefore: 0, bytesAfter: 0, behaviors: 0 };
    const changed: MinimizedTarget[] = [];
    for await (const target of minimizeCorpus(opened.records, dryRun)) {
      total.targets += 1;
      total.before += target.entriesBefore;
      total.after += target.entriesAfter;
      total.bytesBefore += target.bytesBefore;
      total.bytesAfter += target.bytesAfter;
      total.behaviors += target.behaviors;
      if (target.entriesAfter < target.entriesBefore) changed.push(target);
    }
    changed.sort((a, b) => b.entriesBefore - b.entriesAfter - (a.entriesBefore - a.entriesAfter));
    if (changed.length > 0) {
      const rows = changed
        .slice(0, MOST_LISTED)
        .map(({ targetId, entriesBefore, entriesAfter, behaviors }) => [
          printable(targetId),
          `${entriesBefore} → ${entriesAfter} entries`,
          `${behaviors} behaviors`,
        ]);
      print(table(rows));
      if (changed.length > MOST_LISTED) print(`and ${count(changed.length - MOST_LISTED, 'more target')}`);
    }
    const { before, after } = total;
    print(
      `${count(before, 'corpus entry', 'corpus entries')} of ${count(total.targets, 'target')} ` +
        `${dryRun ? 'would become' : 'became'} ${after.toLocaleString('en')} ` +
        `(${bytesText(total.bytesBefore)} → ${bytesText(total.bytesAfter)}); all ${total.behaviors.toLocaleString('en')} ` +
        `stored behaviors are still covered.${dryRun ? ' Nothing was changed (--dry-run).' : ''}`,
    );
    return 0;
  } finally {
    await opened.close();
  }
}

/** At most this many targets are listed one by one. */
const MOST_LISTED = 30;
