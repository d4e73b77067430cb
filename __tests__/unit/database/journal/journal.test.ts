import fs from 'node:fs';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { ingestJournal, writeReplayFiles } from '../../../../src/database/journal/ingestJournal';
import { appendJournal, MAX_WAITING_EVENTS, readJournal } from '../../../../src/database/journal/journal';
import type { JournalEvent } from '../../../../src/database/journal/journalEvent';
import { readSavedFailures, toSavedFailure } from '../../../../src/database/journal/savedFailures';
import { openMemoryDatabase } from '../../../../src/database/stores/memory';
import { Records } from '../../../../src/database/records/records';
import { readReplayFile, replayFilePath, writeReplayFile } from '../../../../src/database/journal/replayFile';
import { FILE, sampleFailure, temporaryDirectory } from '../samples';

let root: string;
let directory: string;
let records: Records;

beforeEach(() => {
  root = temporaryDirectory();
  directory = path.join(root, '.fuzz-runner');
  records = new Records(openMemoryDatabase());
});

afterEach(() => fs.rmSync(root, { recursive: true, force: true }));

const { id, targetId } = sampleFailure();

/** `found 300`, `passed 300`, `failed-again 300` about the sample failure. */
function event(text: string): JournalEvent {
  const [type, time] = text.split(' ');
  const at = Number(time);
  if (type === 'found') {
    const { file, testName, kind, origin, errorName, message, input, blob, choices } = sampleFailure();
    const failure = { id, targetId, file, testName, kind, origin, errorName, message, input, blob, choices };
    return { type, at, host: 'two', failure };
  }
  return { type: type as 'passed' | 'failed-again', at, host: 'two', file: FILE, targetId, failureId: id };
}

function append(...events: readonly string[]): void {
  for (const text of events) expect(appendJournal(directory, event(text))).toBeNull();
}

function savedIds(): string[] {
  const { failures, warning } = readSavedFailures(directory, FILE);
  expect(warning).toBeNull();
  return failures.map((failure) => failure.id);
}

function eventFiles(): string[] {
  const journal = path.join(directory, 'journal');
  return fs.existsSync(journal)
    ? (fs.readdirSync(journal, { recursive: true }) as string[]).filter((name) => name.includes('.json'))
    : [];
}

describe('an ordinary run', () => {
  test('that has nothing to save creates nothing', () => {
    expect(savedIds()).toEqual([]);
    expect(fs.readdirSync(root)).toEqual([]);
  });

  test('reads what a fuzz run left', () => {
    fs.mkdirSync(directory);
    writeReplayFile(directory, FILE, [toSavedFailure(sampleFailure({ targetId: 'a :: b :: 3' }))]);
    expect(readSavedFailures(directory, FILE)).toEqual({
      failures: [
        expect.objectContaining({ id: 'f1', ordinal: 3, originKey: 'Error|add', blob: 'AQ', lastSeenAt: 200 }),
      ],
      warning: null,
    });
    expect(readSavedFailures(directory, 'other.test.ts').failures).toEqual([]);
  });

  test('creates the directory with its first event, ignored by git', () => {
    append('found 300');
    expect(fs.readFileSync(path.join(directory, '.gitignore'), 'utf8')).toBe('*\n');
    expect(savedIds()).toEqual(['f1']);
    expect(fs.readdirSync(directory).sort()).toEqual(['.gitignore', 'fuzz-runner.json', 'journal']);
  });

  test.each([
    ['found 300', true],
    ['found 300, passed 400', false],
    ['found 300, passed 400, found 500', true],
    ['found 300, passed 400, failed-again 500', true],
    ['found 300, failed-again 400, passed 350', true],
    ['passed 300', false],
  ])('after %s', (events, isSaved) => {
    append(...events.split(', '));
    expect(savedIds()).toEqual(isSaved ? ['f1'] : []);
  });

  test('does not replay what passed since the fuzz run', () => {
    fs.mkdirSync(directory);
    writeReplayFile(directory, FILE, [toSavedFailure(sampleFailure())]);
    fs.writeFileSync(path.join(directory, 'fuzz-runner.json'), '{"format":1}');
    append('passed 300');
    expect(savedIds()).toEqual([]);
  });

  test('notes the same event once', () => {
    append('found 300', 'found 300');
    expect(eventFiles()).toHaveLength(1);
  });

  test('stops to note that a failure still fails when nobody takes it in', () => {
    for (let at = 1; at <= MAX_WAITING_EVENTS + 3; at += 1) append(`failed-again ${at}`);
    expect(eventFiles()).toHaveLength(MAX_WAITING_EVENTS);
    append('passed 9999');
    expect(eventFiles()).toHaveLength(MAX_WAITING_EVENTS + 1);
  });

  test.each([
    '',
    '{',
    'null',
    '[]',
    '{"version":1}',
    '{"version":2,"failures":[]}',
    '{"version":1,"failures":[{"id":"x"}]}',
  ])('ignores the replay file %j with a warning', (text) => {
    fs.mkdirSync(path.join(directory, 'replay'), { recursive: true });
    fs.writeFileSync(replayFilePath(directory, FILE), text);
    const { failures, warning } = readSavedFailures(directory, FILE);
    expect(failures).toEqual([]);
    expect(warning).toContain(replayFilePath(directory, FILE));
    expect(warning).toContain('damaged');
  });

  test('ignores a replay file that is a directory', () => {
    fs.mkdirSync(replayFilePath(directory, FILE), { recursive: true });
    expect(readReplayFile(directory, FILE).warning).toContain('EISDIR');
  });

  test.each([
    '',
    'null',
    '{"version":1}',
    '{"version":1,"at":1,"host":"h","type":"found"}',
    '{"version":1,"at":1,"host":"h","type":"other"}',
  ])('ignores the event %j with a warning, and takes the others', (text) => {
    append('found 300');
    fs.writeFileSync(path.join(directory, 'journal', path.dirname(eventFiles()[0]!), '000-bad.json'), text);
    const { failures, warning } = readSavedFailures(directory, FILE);
    expect(failures).toHaveLength(1);
    expect(warning).toContain('000-bad.json was ignored');
  });

  test('says why it could not save', () => {
    fs.writeFileSync(directory, 'a file');
    expect(appendJournal(directory, event('found 300'))).toMatch(/was not saved: .* is a file\. Remove/);
    fs.rmSync(directory);
    fs.mkdirSync(directory);
    fs.writeFileSync(path.join(directory, 'thesis.tex'), 'mine');
    expect(appendJournal(directory, event('found 300'))).toContain('was not made by fuzz-runner');
    expect(fs.readdirSync(directory)).toEqual(['thesis.tex']);
  });
});

describe('writeReplayFile', () => {
  test('leaves an unchanged file alone, and removes one without failures', () => {
    fs.mkdirSync(directory);
    const saved = toSavedFailure(sampleFailure());
    writeReplayFile(directory, FILE, [saved]);
    const file = replayFilePath(directory, FILE);
    fs.utimesSync(file, 1, 1);
    writeReplayFile(directory, FILE, [saved]);
    expect(fs.statSync(file).mtimeMs).toBe(1000);
    writeReplayFile(directory, FILE, []);
    writeReplayFile(directory, FILE, []);
    expect(fs.readdirSync(path.dirname(file))).toEqual([]);
  });
});

describe('ingestJournal', () => {
  test('brings a failure that jest found into the database and the replay file', async () => {
    append('found 300');
    const { changed, events, warnings } = await ingestJournal(directory, records);
    expect({ events, warnings }).toEqual({ events: 1, warnings: [] });
    const history = [{ at: 300, event: 'found', by: 'jest', host: 'two' }];
    expect([{ ...changed[0], history }]).toEqual([await records.failures.get(targetId, id)]);
    expect(changed[0]).toMatchObject({
      foundBy: 'jest',
      host: 'two',
      state: 'found',
      firstSeenAt: 300,
      lastSeenAt: 300,
    });
    expect(await records.failures.history(targetId, id)).toEqual([
      { at: 300, event: 'found', by: 'jest', host: 'two' },
    ]);
    expect(eventFiles()).toEqual([]);
    expect(savedIds()).toEqual(['f1']);
    expect(await ingestJournal(directory, records)).toEqual({ changed: [], events: 0, warnings: [] });
  });

  test('marks a failure as fixed, keeps it, and has it no longer replayed', async () => {
    await records.write(records.failures.put(sampleFailure()));
    append('passed 300');
    await writeReplayFiles(directory, records);
    await ingestJournal(directory, records);
    expect(await records.failures.get(targetId, id)).toMatchObject({ state: 'fixed', fixedAt: 300 });
    expect(savedIds()).toEqual([]);
    append('found 400');
    expect(savedIds()).toEqual(['f1']);
    await ingestJournal(directory, records);
    expect(await records.failures.get(targetId, id)).toMatchObject({ state: 'found', fixedAt: null });
    expect((await records.failures.history(targetId, id)).map((entry) => entry.event)).toEqual(['passed', 'found']);
    expect(savedIds()).toEqual(['f1']);
  });

  test('leaves the failures of other files alone', async () => {
    const other = sampleFailure({ id: 'f2', file: 'other.test.ts', targetId: 'other.test.ts :: t :: 0' });
    await records.write(records.failures.put(other));
    append('found 300');
    await writeReplayFiles(directory, records);
    await ingestJournal(directory, records);
    expect(readSavedFailures(directory, 'other.test.ts').failures).toHaveLength(1);
  });

  test('drops a replay of a failure that the database does not have', async () => {
    append('passed 300');
    expect((await ingestJournal(directory, records)).changed).toEqual([]);
    expect(eventFiles()).toEqual([]);
    expect(await records.failures.list()).toEqual([]);
  });

  test('sets damaged events aside, and leaves those of a newer version', async () => {
    append('found 300');
    const folder = path.join(directory, 'journal', path.dirname(eventFiles()[0]!));
    fs.writeFileSync(path.join(folder, '1-bad.json'), '{');
    fs.writeFileSync(path.join(folder, '2-newer.json'), '{"version":2}');
    expect((await ingestJournal(directory, records)).warnings).toEqual([
      expect.stringContaining('1-bad.json was ignored'),
    ]);
    expect(fs.readdirSync(folder).sort()).toEqual(['1-bad.json.ignored', '2-newer.json']);
    expect((await ingestJournal(directory, records)).warnings).toEqual([expect.stringContaining('newer fuzz-runner')]);
  });

  test('does nothing without a directory', async () => {
    expect(await ingestJournal(directory, records)).toEqual({ changed: [], events: 0, warnings: [] });
    expect(fs.existsSync(directory)).toBe(false);
  });

  test('by two processes at once comes to the same', async () => {
    append('found 300', 'passed 400', 'failed-again 500');
    await Promise.all([ingestJournal(directory, records), ingestJournal(directory, records)]);
    expect(await records.failures.get(targetId, id)).toMatchObject({ state: 'found', lastSeenAt: 500 });
    expect(await records.failures.history(targetId, id)).toHaveLength(3);
    expect(savedIds()).toEqual(['f1']);
    expect(eventFiles()).toEqual([]);
  });

  test('interrupted anywhere comes to the same', async () => {
    const events = ['found 300', 'passed 400', 'found 500', 'passed 600'];
    append(...events);
    const journal = path.join(directory, 'journal');
    const backup = path.join(root, 'backup');
    fs.cpSync(journal, backup, { recursive: true });
    await ingestJournal(directory, records);
    const expected = await records.failures.list();
    const history = await records.failures.history(targetId, id);
    expect(expected[0]).toMatchObject({ state: 'fixed', fixedAt: 600 });

    // It died after deleting the oldest `deleted` of them.
    for (let deleted = 0; deleted <= events.length; deleted += 1) {
      fs.cpSync(backup, journal, { recursive: true });
      const { entries } = readJournal(directory, FILE);
      for (const entry of entries.slice(0, deleted)) fs.rmSync(entry.path);
      expect(savedIds()).toEqual([]);
      expect((await ingestJournal(directory, records)).changed).toEqual([]);
      expect(await records.failures.list()).toEqual(expected);
      expect(await records.failures.history(targetId, id)).toEqual(history);
      expect(eventFiles()).toEqual([]);
    }
  });
});
