import fs from 'node:fs';
import path from 'node:path';
import { writeFileAtomic } from '../base/atomicFile';
import { systemErrorCode } from '../base/databaseError';
import { prepareDirectory } from '../base/directory';
import { decodeEvent, encodeEvent, type JournalEvent } from './journalEvent';
import { fileHash } from './replayFile';

/*
 * The journal holds events of ordinary runs of Jest, which do not open the database. Each event is one small file that
 * is written once and never changed: `journal/<hash of test file>/<time>-<hash of contents>.json`. The next process
 * that has the database open applies the events to it (ingestJournal.ts). This module loads nothing native.
 */

export interface JournalEntry {
  /** Path of the event's file. */
  readonly path: string;
  readonly event: JournalEvent;
}

export interface JournalContents {
  /** Oldest first. */
  readonly entries: readonly JournalEntry[];
  /** Files that are not events. Events of a newer version are not among them: that version will apply them. */
  readonly damaged: readonly string[];
  /** One sentence for the user; null when all could be read. */
  readonly warning: string | null;
}

/**
 * When this many events of one test file wait, it seems that no fuzzer applies them. From then on, `failed-again` is
 * not saved.
 */
export const MAX_WAITING_EVENTS = 500;

/**
 * Saves an event; makes `directory` if it is missing. Never throws: returns null, or a sentence for the user that says
 * what went wrong.
 */
export function appendJournal(directory: string, event: JournalEvent): string | null {
  try {
    prepareDirectory(directory);
    const folder = journalFolder(directory, event.type === 'found' ? event.failure.file : event.file);
    fs.mkdirSync(folder, { recursive: true });
    if (event.type === 'failed-again' && fs.readdirSync(folder).length >= MAX_WAITING_EVENTS) return null;
    const text = encodeEvent(event);
    // The same event at the same time gets the same name, so saving it twice does no harm.
    const name = `${String(Math.trunc(event.at)).padStart(15, '0')}-${fileHash(text)}.json`;
    writeFileAtomic(path.join(folder, name), text);
    return null;
  } catch (error) {
    return `The result of this run for a failure was not saved: ${(error as Error).message}`;
  }
}

/** The events of one test file that were not applied to the database yet. Never throws. */
export function readJournal(directory: string, testFile: string): JournalContents {
  return readFolder(journalFolder(directory, testFile));
}

/** The events of all test files. Never throws. */
export function readWholeJournal(directory: string): JournalContents {
  const folders = namesIn(path.join(directory, 'journal')).map((name) =>
    readFolder(path.join(directory, 'journal', name)),
  );
  const entries = folders.flatMap((folder) => folder.entries);
  return {
    entries: entries.sort((a, b) => a.event.at - b.event.at || (a.path < b.path ? -1 : 1)),
    damaged: folders.flatMap((folder) => folder.damaged),
    warning: folders.find((folder) => folder.warning !== null)?.warning ?? null,
  };
}

function journalFolder(directory: string, testFile: string): string {
  return path.join(directory, 'journal', fileHash(testFile));
}

function readFolder(folder: string): JournalContents {
  const entries: JournalEntry[] = [];
  const damaged: string[] = [];
  let warning: string | null = null;
  // Names begin with the time.
  for (const name of namesIn(folder).sort()) {
    if (!name.endsWith('.json')) continue;
    const file = path.join(folder, name);
    try {
      const event = decodeEvent(fs.readFileSync(file, 'utf8'));
      if (event !== 'newer') entries.push({ path: file, event });
      else warning ??= `The event ${file} was ignored: it was written by a newer fuzz-runner. Update this one.`;
    } catch (error) {
      // Another process has applied the event to the database and deleted the file.
      if (systemErrorCode(error) === 'ENOENT') continue;
      damaged.push(file);
      warning ??= `The event ${file} was ignored: ${(error as Error).message}.`;
    }
  }
  return { entries, damaged, warning };
}

function namesIn(folder: string): string[] {
  try {
    return fs.readdirSync(folder);
  } catch {
    // Usually there is no such folder.
    return [];
  }
}
