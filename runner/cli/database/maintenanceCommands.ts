import { collectGarbage, type DroppedTarget, type Garbage } from '../../../src/database/operations/collectGarbage';
import { minimizeCorpus, type MinimizedTarget } from '../../../src/database/operations/minimizeCorpus';
import { verifyRecords } from '../../../src/database/operations/verifyRecords';
import { parseDuration } from '../../../src/protocol/optionValues';
import type { Arguments } from '../flags/arguments';
import { openRecords } from './openRecords';
import { bytesText, count, plain, say, table, timeText } from './texts';

/** Runs that gc keeps, as many as a fuzz run does. */
const KEPT_RUNS = 50;

/** Targets that are listed one by one. */
const MOST_LISTED = 30;

/** `fuzz-runner minimize`: few corpus entries for all behaviors. */
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
          plain(targetId),
          `${entriesBefore} → ${entriesAfter} entries`,
          `${behaviors} behaviors`,
        ]);
      say(table(rows));
      if (changed.length > MOST_LISTED) say(`and ${count(changed.length - MOST_LISTED, 'more target')}`);
    }
    const { before, after } = total;
    say(
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

/** `fuzz-runner gc`: drops what belongs to tests and runs that are gone. */
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
      say(`  ${plain(targetId)}, last seen ${timeText(seenAt)}: ${what.join(', ')}`);
      for (const failure of dropped) {
        if (failure.state !== 'fixed')
          say(`    ${failure.id} ${failure.state}: ${plain(failure.errorName)} ${plain(failure.input)}`);
      }
    }
    if (some.length > MOST_LISTED) say(`  and ${some.length - MOST_LISTED} more`);
  };
  if (gone.length > 0) {
    say(`${count(gone.length, 'target')} not seen for ${grace}${dryRun ? ', to be dropped' : ', dropped'}:`);
    list(gone);
  }
  if (held.length > 0) {
    say(`${count(held.length, 'target')} not seen for ${grace}, with failures that are not fixed and stay:`);
    for (const { targetId, seenAt, kept } of held) {
      say(`  ${plain(targetId)}, last seen ${timeText(seenAt)}`);
      for (const { id, errorName, input } of kept) say(`    ${id} ${plain(errorName)} ${plain(input)}`);
    }
    say('  If their tests are gone for good: fuzz-runner gc --drop-failures');
  }
  const verb = dryRun ? 'would be deleted' : 'deleted';
  say(
    `${count(records, 'record')} ${verb}: ${count(targets.length - held.length, 'target')}, ${count(runs, 'old run')}, ` +
      `${count(history, 'old entry', 'old entries')} of histories, and all that belongs to them.` +
      (dryRun ? ' Nothing was changed (--dry-run).' : ''),
  );
}

/** `fuzz-runner verify`: reads everything. The exit code is 1 when something cannot be used. */
export async function verifyCommand(given: Arguments, rootDir: string): Promise<number> {
  const setAside = given.has('--set-aside');
  const isJson = given.has('--json');
  const opened = await openRecords(given.database, rootDir, setAside ? 'change' : 'read');
  try {
    const { url } = opened.records.database;
    const problems: object[] = [];
    const noticesBefore = opened.notices.length;
    const verifying = verifyRecords(opened.records, setAside);
    let step = await verifying.next();
    for (; step.done !== true; step = await verifying.next()) {
      const { key, type, reason, setAsideAs } = step.value;
      if (isJson) problems.push(step.value);
      else
        say(
          `${type.padEnd(7)}  ${plain(key)}: ${plain(reason)}${setAsideAs === undefined ? '' : `; now ${plain(setAsideAs)}`}`,
        );
    }
    const { byKind, ...counts } = step.value;
    // Of files that are no records at all the database itself tells.
    const notices = opened.notices.slice(noticesBefore);
    const bad = counts.damaged + counts.unknown + notices.length;
    if (isJson) {
      say(JSON.stringify({ url, ...counts, byKind: Object.fromEntries(byKind), problems, notices }, null, 2));
      return bad > 0 ? 1 : 0;
    }
    const rows = [...byKind]
      .sort(([, a], [, b]) => b - a)
      .map(([kind, number]) => [`  ${number.toLocaleString('en')}`, kind]);
    if (rows.length > 0) say(table(rows, [0]));
    const parts = [
      `${counts.damaged.toLocaleString('en')} damaged`,
      `${counts.unknown.toLocaleString('en')} unknown`,
      ...(notices.length > 0 ? [`${notices.length.toLocaleString('en')} told above`] : []),
    ];
    const verdict = bad === 0 ? 'all sound' : parts.join(', ');
    say(`${url}: ${count(counts.records, 'record')}, ${bytesText(counts.bytes)}: ${verdict}.`);
    if (counts.setAsideEarlier > 0) say(`${count(counts.setAsideEarlier, 'record')} set aside earlier.`);
    if (counts.damaged > 0 && !setAside) {
      say('What is damaged is left out wherever it is read. To move it out of the way: fuzz-runner verify --set-aside');
    }
    if (counts.unknown > 0)
      say('What is unknown was written by a newer fuzz-runner, or is not ours: it is left alone.');
    return bad > 0 ? 1 : 0;
  } finally {
    await opened.close();
  }
}
