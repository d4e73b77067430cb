import fs from 'node:fs';
import path from 'node:path';
import type { FailureSnapshot } from '../protocol/events';
import type { WriteOperation } from './database';
import { hashKey } from './key';
import type { FailureHistoryEntry } from './failureRecords';
import { foundFailure, readWholeJournal, toSavedFailure, type JournalEvent } from './journal';
import { mergeFailedAgain, mergeFound, mergePassed } from './mergeFailure';
import type { Records } from './records';
import { writeReplayFile } from './replayFile';

export interface IngestResult {
  /** Failures that are different now, as they are now. */
  readonly changed: readonly FailureSnapshot[];
  /** How many events were taken in. */
  readonly events: number;
  /** Sentences for the user. */
  readonly warnings: readonly string[];
}

/**
 * Takes the events of ordinary runs into the database, brings the replay files up to date and then deletes the
 * events. Events may be applied twice without harm, so it may be interrupted anywhere, and two processes may
 * do it at once. A damaged event is set aside under another name.
 */
export async function ingestJournal(directory: string, records: Records): Promise<IngestResult> {
  const journal = readWholeJournal(directory);
  const before = new Map<string, FailureSnapshot | undefined>();
  const after = new Map<string, FailureSnapshot>();
  const operations: WriteOperation[] = [];

  for (const { event } of journal.entries) {
    const { targetId, id } = event.type === 'found' ? event.failure : { targetId: event.targetId, id: event.failureId };
    const key = `${hashKey(targetId)}/${id}`;
    if (!before.has(key)) before.set(key, await records.failures.get(targetId, id));
    const known = after.get(key) ?? before.get(key);
    const merged = merge(known, event);
    // A replay of a failure that nobody knows: its record was deleted by the user.
    if (merged === undefined) continue;
    after.set(key, merged);
    operations.push(...records.failures.put(merged, historyOf(event)));
  }

  if (operations.length > 0) await records.write(operations, { durable: true });
  await writeReplayFiles(directory, records, new Set(journal.entries.map(({ event }) => fileOf(event))));
  // Oldest first: if it stops here, what is left is the latest, and applying that again changes nothing.
  for (const entry of journal.entries) fs.rmSync(entry.path, { force: true });
  setAside(journal.damaged);
  removeEmptyFolders(directory);
  return {
    changed: [...after].filter(([key, failure]) => !isSame(before.get(key), failure)).map(([, failure]) => failure),
    events: journal.entries.length,
    warnings: journal.warning === null ? [] : [journal.warning],
  };
}

/**
 * Writes what ordinary runs replay, for the named test files or, without names, for all that have failures.
 * `directory` must exist.
 */
export async function writeReplayFiles(
  directory: string,
  records: Records,
  files?: ReadonlySet<string>,
): Promise<void> {
  const byFile = new Map<string, FailureSnapshot[]>();
  for (const file of files ?? []) byFile.set(file, []);
  if (files?.size === 0) return;
  for (const failure of await records.failures.list()) {
    let failures = byFile.get(failure.file);
    if (failures === undefined) {
      if (files !== undefined) continue;
      byFile.set(failure.file, (failures = []));
    }
    if (failure.state !== 'fixed') failures.push(failure);
  }
  for (const [file, failures] of byFile) writeReplayFile(directory, file, failures.map(toSavedFailure));
}

function merge(known: FailureSnapshot | undefined, event: JournalEvent): FailureSnapshot | undefined {
  if (event.type === 'found') return known === undefined ? foundFailure(event) : mergeFound(known, foundFailure(event));
  if (known === undefined) return undefined;
  return event.type === 'passed' ? mergePassed(known, event.at) : mergeFailedAgain(known, event.at);
}

/** Made from the event alone, so that taking it in twice adds it once. */
function historyOf(event: JournalEvent): FailureHistoryEntry {
  return { at: event.at, event: event.type, by: 'jest', host: event.host };
}

function fileOf(event: JournalEvent): string {
  return event.type === 'found' ? event.failure.file : event.file;
}

function isSame(a: FailureSnapshot | undefined, b: FailureSnapshot): boolean {
  return JSON.stringify(a) === JSON.stringify(b);
}

/** Kept for people to look at, but not read again. */
function setAside(files: readonly string[]): void {
  for (const file of files) {
    try {
      fs.renameSync(file, `${file}.ignored`);
    } catch {
      // Another process did it, or it cannot be: then it is reported again next time.
    }
  }
}

function removeEmptyFolders(directory: string): void {
  const journal = path.join(directory, 'journal');
  if (!fs.existsSync(journal)) return;
  for (const name of fs.readdirSync(journal)) {
    try {
      fs.rmdirSync(path.join(journal, name));
    } catch {
      // Not empty: an event came meanwhile.
    }
  }
}
