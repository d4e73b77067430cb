import { verifyRecords } from '../../../src/database/operations/verifyRecords';
import type { Arguments } from '../flags/arguments';
import { print, printable } from '../terminal/print';
import { bytesText, count, table } from '../terminal/texts';
import { openRecords } from './openRecords';

/** `fuzz-runner verify`: reads every record. The exit code is 1 when a record cannot be used. */
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
        print(
          `${type.padEnd(7)}  ${printable(key)}: ${printable(reason)}${setAsideAs === undefined ? '' : `; now ${printable(setAsideAs)}`}`,
        );
    }
    const { byKind, ...counts } = step.value;
    // The steps do not have damaged files without a record: the database has reported these in a notice.
    const notices = opened.notices.slice(noticesBefore);
    const bad = counts.damaged + counts.unknown + notices.length;
    if (isJson) {
      print(JSON.stringify({ url, ...counts, byKind: Object.fromEntries(byKind), problems, notices }, null, 2));
      return bad > 0 ? 1 : 0;
    }
    const rows = [...byKind]
      .sort(([, a], [, b]) => b - a)
      .map(([kind, number]) => [`  ${number.toLocaleString('en')}`, kind]);
    if (rows.length > 0) print(table(rows, [0]));
    const parts = [
      `${counts.damaged.toLocaleString('en')} damaged`,
      `${counts.unknown.toLocaleString('en')} unknown`,
      ...(notices.length > 0 ? [`${notices.length.toLocaleString('en')} reported above`] : []),
    ];
    const verdict = bad === 0 ? 'no problems found' : parts.join(', ');
    print(`${url}: ${count(counts.records, 'record')}, ${bytesText(counts.bytes)}: ${verdict}.`);
    if (counts.setAsideEarlier > 0) print(`${count(counts.setAsideEarlier, 'record')} set aside earlier.`);
    if (counts.damaged > 0 && !setAside) {
      print('Damaged records are left out wherever they are read. To move them aside: fuzz-runner verify --set-aside');
    }
    if (counts.unknown > 0)
      print('Unknown records were written by a newer fuzz-runner or by another program: they are not changed.');
    return bad > 0 ? 1 : 0;
  } finally {
    await opened.close();
  }
}
