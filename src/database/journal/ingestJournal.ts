import fs from 'node:fs';
import type { CodeTag, FailureSnapshot } from '../../protocol/failure';
import { isOpen } from '../../protocol/failureStates';
import { isOutdated, mayClose } from '../merge/codeHistory';
import type { WriteOperation } from '../base/database';
import type { FailureHistoryEntry } from '../records/failureRecords';
import { readWholeJournal } from './journal';
import { foundFailure, type JournalEvent } from './journalEvent';
import { toSavedFailure } from './savedFailures';
import { mergeFailedAgain, mergeFound, mergePassed } from '../merge/mergeFailure';
import type { Records } from '../records/records';
import { updateReplayIndex, writeReplayFile, type SavedFailure } from './replayFile';
import { retryConflicts } from '../records/retryConflicts';

export interface IngestResult {
  /** The failures that the events changed, after the change. */
  readonly changed: readonly FailureSnapshot[];
  /** Number of events that were applied to the database. */
  readonly events: number;
  /** Sentences for the user. */
  readonly warnings: readonly string[];
}

/**
 * Applies the events of ordinary runs to the database, updates the replay files and then deletes the events. Applying
 * an event twice changes nothing. So this may be interrupted at any place, and two processes may do it at once. A
 * damaged event gets another name, under which it is not read again.
 */
export async function ingestJournal(directory: string, records: Records): Promise<IngestResult> {
  const journal = readWholeJournal(directory);
  const events = journal.entries.map((entry) => entry.event);
  const changed = events.length === 0 ? [] : await retryConflicts(() => applyEvents(records, events, directory));
  await writeReplayFiles(directory, records, new Set(events.map(fileOf)));
  // Oldest first: if the process ends here, the latest events are left, and applying these again changes nothing.
  for (const entry of journal.entries) fs.rmSync(entry.path, { force: true });
  setAside(journal.damaged);
  return { changed, events: events.length, warnings: journal.warning === null ? [] : [journal.warning] };
}

/**
 * Applies events to the database, in one transaction. Returns the failures that changed. `folder` lies in the Git
 * repository, if there is one.
 */
export async function applyEvents(
  records: Records,
  events: readonly JournalEvent[],
  folder: string,
): Promise<FailureSnapshot[]> {
  const known = new Map<string, FailureSnapshot | undefined>();
  const merged = new Map<string, FailureSnapshot>();
  const operations: WriteOperation[] = [];
  for (const event of events) {
    const { targetId, id } = event.type === 'found' ? event.failure : { targetId: event.targetId, id: event.failureId };
    const key = JSON.stringify([targetId, id]);
    if (!known.has(key)) {
      const { value, expect, aside } = await records.failures.getForUpdate(targetId, id);
      known.set(key, value);
      operations.push(expect, ...aside);
    }
    const now = await merge(merged.get(key) ?? known.get(key), event, folder);
    // A replay of a failure that the database does not have: the user deleted its record.
    if (now === undefined) continue;
    merged.set(key, now);
    operations.push(...records.failures.put(now, historyOf(event)));
  }
  await records.write(operations, { durable: true });
  return [...merged].filter(([key, failure]) => !isSame(known.get(key), failure)).map(([, failure]) => failure);
}

/**
 * Writes the replay files of the named test files or, without names, of all test files that have failures. `directory`
 * must exist.
 *
 * Another process may write the same files at the same time with older failures. So this reads the database again after
 * it wrote, until nothing changed in between. If the other process is killed after its write and before it reads again,
 * the files stay older than the database until the next call: call it when a fuzz run starts and when it ends.
 */
export async function writeReplayFiles(
  directory: string,
  records: Records,
  files?: ReadonlySet<string>,
): Promise<void> {
  if (files?.size === 0) return;
  let before = '';
  for (let attempt = 0; attempt < 10; attempt += 1) {
    const contents = await replayContents(records, files);
    const now = JSON.stringify(contents);
    if (now === before) return;
    for (const [file, failures] of contents) writeReplayFile(directory, file, failures);
    updateReplayIndex(
      directory,
      contents.map(([file]) => file),
    );
    before = now;
  }
}

async function replayContents(records: Records, files?: ReadonlySet<string>): Promise<[string, SavedFailure[]][]> {
  const byFile = new Map<string, SavedFailure[]>();
  for (const file of files ?? []) byFile.set(file, []);
  for (const failure of await records.failures.list()) {
    let failures = byFile.get(failure.file);
    if (failures === undefined) {
      if (files !== undefined) continue;
      byFile.set(failure.file, (failures = []));
    }
    if (isOpen(failure.state)) failures.push(toSavedFailure(failure));
  }
  return [...byFile];
}

async function merge(
  known: FailureSnapshot | undefined,
  event: JournalEvent,
  folder: string,
): Promise<FailureSnapshot | undefined> {
  if (known === undefined) return event.type === 'found' ? foundFailure(event) : undefined;
  const code = codeOf(event) ?? {};
  if (event.type === 'passed') {
    // If older or other code passes, this does not show that the failure is fixed: only the history gets an entry.
    if (!(await mayClose(folder, code, known))) return known;
    const merged = mergePassed(known, event.at);
    return isOpen(merged.state) || merged === known ? merged : { ...merged, closedWith: code };
  }
  if (!isOpen(known.state) && (await isOutdated(folder, code, known))) return known;
  const merged = event.type === 'found' ? mergeFound(known, foundFailure(event)) : mergeFailedAgain(known, event.at);
  if (!isOpen(merged.state)) return merged;
  const isSeen = event.at > known.lastSeenAt;
  return { ...merged, closedWith: undefined, seenWith: isSeen ? codeOf(event) : known.seenWith };
}

function codeOf(event: JournalEvent): CodeTag | undefined {
  return event.type === 'found' ? event.failure.seenWith : event.code;
}

/** Made only from the event: if the event is applied twice, the history has one entry for it. */
function historyOf(event: JournalEvent): FailureHistoryEntry {
  const { commit, fastCheck } = codeOf(event) ?? {};
  return { at: event.at, event: event.type, by: 'jest', host: event.host, commit, fastCheck };
}

function fileOf(event: JournalEvent): string {
  return event.type === 'found' ? event.failure.file : event.file;
}

function isSame(a: FailureSnapshot | undefined, b: FailureSnapshot): boolean {
  return JSON.stringify(a) === JSON.stringify(b);
}

/** Renames damaged files: the user can look at them, but they are not read again. */
function setAside(files: readonly string[]): void {
  for (const file of files) {
    try {
      fs.renameSync(file, `${file}.ignored`);
    } catch {
      // Another process renamed it, or it cannot be renamed: the next call then reports it again.
    }
  }
}
