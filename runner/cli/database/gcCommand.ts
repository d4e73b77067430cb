import { collectGarbage, type DroppedTarget, type Garbage } from '../../../src/database/operations/collectGarbage';
import { parseDuration } from '../../../src/protocol/optionValues';
import type { Arguments } from '../flags/arguments';
import { print, printable } from '../terminal/print';
import { count, timeText } from '../terminal/texts';
import { openRecords } from './openRecords';

/** `fuzz-runner gc`: deletes the records of tests that are gone, and old runs. */
export async function gcCommand(given: Arguments, rootDir: string): Promise<number> {
  const dryRun = given.has('--dry-run');
  const grace = given.value('--grace') ?? '30d';
  const graceSeconds = parseDuration(grace);
  if (graceSeconds === undefined) {
    throw new Error(`Expected --grace to be a duration such as 30d, 12h or 90m but received ${JSON.stringify(grace)}.`);
  }
  const dropFailures = given.has('--drop-failures');
  const opened = await openRecords(given.database, rootDir, dryRun ? 'read' : 'change');
  try {
    const garbage = await collectGarbage(opened.records, {
      now: Date.now(),
      graceMs: graceSeconds * 1000,
      dropFailures,
      keepRuns: KEPT_RUNS,
      dryRun,
    });
    const dropped = garbage.targets.flatMap((target) => target.dropped.map(({ file }) => file));
    if (!dryRun) await opened.writeReplays(new Set(dropped));
    reportGarbage(garbage, grace, dryRun);
    return 0;
  } finally {
    await opened.close();
  }
}

function reportGarbage({ targets, runs, history, records }: Garbage, grace: string, dryRun: boolean): void {
  const gone = targets.filter(({ kept }) => kept.length === 0);
  const held = targets.filter(({ kept }) => kept.length > 0);
  const list = (some: readonly DroppedTarget[]): void => {
    for (const { targetId, seenAt, corpusEntries, dropped } of some.slice(0, MOST_LISTED)) {
      const what = [count(corpusEntries, 'corpus entry', 'corpus entries'), count(dropped.length, 'failure')];
      print(`  ${printable(targetId)}, last seen ${timeText(seenAt)}: ${what.join(', ')}`);
      for (const failure of dropped) {
        if (failure.state !== 'fixed')
          print(`    ${failure.id} ${failure.state}: ${printable(failure.errorName)} ${printable(failure.input)}`);
      }
    }
    if (some.length > MOST_LISTED) print(`  and ${some.length - MOST_LISTED} more`);
  };
  if (gone.length > 0) {
    print(`${count(gone.length, 'target')} not seen for ${grace}${dryRun ? ', to be dropped' : ', dropped'}:`);
    list(gone);
  }
  if (held.length > 0) {
    print(`${count(held.length, 'target')} not seen for ${grace}, kept because of failures that are not fixed:`);
    for (const { targetId, seenAt, kept } of held) {
      print(`  ${printable(targetId)}, last seen ${timeText(seenAt)}`);
      for (const { id, errorName, input } of kept) print(`    ${id} ${printable(errorName)} ${printable(input)}`);
    }
    print('  If you have deleted their tests: fuzz-runner gc --drop-failures');
  }
  const verb = dryRun ? 'would be deleted' : 'deleted';
  print(
    `${count(records, 'record')} ${verb}: ${count(targets.length - held.length, 'target')}, ${count(runs, 'old run')}, ` +
      `${count(history, 'old entry', 'old entries')} of histories, and the records that belong to them.` +
      (dryRun ? ' Nothing was changed (--dry-run).' : ''),
  );
}

/** gc keeps this many of the latest runs. A fuzz run keeps the same number. */
const KEPT_RUNS = 50;

/** At most this many targets are listed one by one. */
const MOST_LISTED = 30;
