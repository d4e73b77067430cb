import fs from 'node:fs';
import path from 'node:path';
import type { CodeTag, FailureSnapshot } from '../../protocol/failure';
import { writeFileAtomic } from '../base/atomicFile';
import { systemErrorCode } from '../base/databaseError';
import { prepareDirectory } from '../base/directory';
import { fileHash, readReplayFile, type ReplayContents, type SavedFailure } from './replayFile';

/*
 * What ordinary runs of Jest tell the database without opening it: one small file for each event, written once
 * and never changed, `journal/<hash of test file>/<time>-<hash of contents>.json`. The next process that has
 * the database open takes them in (ingestJournal.ts). Loads nothing native.
 */

/** Everything about a failure that an ordinary run knows; the fuzzer's fields may be missing. */
export type JournalFailure = Pick<FailureSnapshot, (typeof REQUIRED)[number]> & Partial<FailureSnapshot>;

export type JournalEvent =
  | { readonly type: 'found'; readonly at: number; readonly host: string; readonly failure: JournalFailure }
  /** A saved failure was replayed and its property held. */
  | PassedEvent
  /** A saved failure was replayed and still fails. */
  | FailedAgainEvent;

export interface PassedEvent {
  readonly type: 'passed';
  /** Epoch milliseconds. */
  readonly at: number;
  readonly host: string;
  readonly file: string;
  readonly targetId: string;
  readonly failureId: string;
  /** What the property ran with; missing in what older versions wrote. */
  readonly code?: CodeTag;
}

export type FailedAgainEvent = Omit<PassedEvent, 'type'> & { readonly type: 'failed-again' };

export interface JournalEntry {
  /** Path of the event's file. */
  readonly path: string;
  readonly event: JournalEvent;
}

export interface JournalContents {
  /** Oldest first. */
  readonly entries: readonly JournalEntry[];
  /** Files that are no events. Those of a newer version are not among them: it will take them in. */
  readonly damaged: readonly string[];
  /** One sentence for the user; null when all could be read. */
  readonly warning: string | null;
}

const VERSION = 1;

/** More events of one test file than this, and `failed-again` is not noted any more: no fuzzer takes them in. */
export const MAX_WAITING_EVENTS = 500;

const REQUIRED = [
  'id',
  'targetId',
  'file',
  'testName',
  'kind',
  'origin',
  'errorName',
  'message',
  'input',
  'blob',
  'choices',
] as const;

/**
 * Notes an event, creating `directory` if this is its first. Never throws: returns what went wrong as one
 * sentence for the user, or null.
 */
export function appendJournal(directory: string, event: JournalEvent): string | null {
  try {
    prepareDirectory(directory);
    const folder = journalFolder(directory, event.type === 'found' ? event.failure.file : event.file);
    fs.mkdirSync(folder, { recursive: true });
    if (event.type === 'failed-again' && fs.readdirSync(folder).length >= MAX_WAITING_EVENTS) return null;
    const text = `${JSON.stringify({ version: VERSION, ...event })}\n`;
    // The same event at the same time is the same file: nothing random is needed.
    const name = `${String(Math.trunc(event.at)).padStart(15, '0')}-${fileHash(text)}.json`;
    writeFileAtomic(path.join(folder, name), text);
    return null;
  } catch (error) {
    return `What this run found out about a failure was not saved: ${(error as Error).message}`;
  }
}

/** The events of one test file that wait to be taken in. Never throws. */
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

/** The saved failures of a test file that are not fixed, as far as files know. Never throws. */
export function readSavedFailures(directory: string, testFile: string): ReplayContents {
  // In this order: an event that is taken in between the two is in the replay file by then.
  const journal = readJournal(directory, testFile);
  const replay = readReplayFile(directory, testFile);
  return {
    failures: applyJournal(
      replay.failures,
      journal.entries.map((entry) => entry.event),
    ),
    warning: replay.warning ?? journal.warning,
  };
}

/** What is left to replay after `events`, oldest first: as mergeFailure.ts has it. Doing it twice changes nothing. */
export function applyJournal(failures: readonly SavedFailure[], events: readonly JournalEvent[]): SavedFailure[] {
  const saved = new Map(failures.map((failure) => [failure.id, failure]));
  const passedAt = new Map<string, number>();
  for (const event of events) {
    const id = event.type === 'found' ? event.failure.id : event.failureId;
    const known = saved.get(id);
    if (event.type === 'passed') {
      passedAt.set(id, Math.max(passedAt.get(id) ?? 0, event.at));
    } else if (known !== undefined) {
      saved.set(id, { ...known, lastSeenAt: Math.max(known.lastSeenAt, event.at) });
    } else if (event.type === 'found') {
      saved.set(id, toSavedFailure(foundFailure(event)));
    }
  }
  return [...saved.values()].filter((failure) => (passedAt.get(failure.id) ?? 0) <= failure.lastSeenAt);
}

/** A `found` event as the failure it tells of, with plain values for what an ordinary run cannot know. */
export function foundFailure(event: Extract<JournalEvent, { type: 'found' }>): FailureSnapshot {
  return {
    state: 'found',
    shrinks: 0,
    report: event.failure.message,
    replayCommand: '',
    foundBy: 'jest',
    host: event.host,
    firstFound: { inputs: 0, cpuSeconds: 0, wallSeconds: 0 },
    minimalAt: null,
    firstSeenAt: event.at,
    lastSeenAt: event.at,
    fixedAt: null,
    ...event.failure,
  };
}

export function toSavedFailure(failure: FailureSnapshot): SavedFailure {
  const { id, targetId, testName, blob, origin, shape, errorName, message, input } = failure;
  const { firstSeenAt, lastSeenAt, foundBy, host } = failure;
  const { explanation } = failure;
  // A target id ends with ` :: <ordinal>`.
  const ordinal = Number(targetId.slice(targetId.lastIndexOf(' ') + 1)) || 0;
  return {
    id,
    targetId,
    testName,
    ordinal,
    blob,
    originKey: origin.key,
    shape,
    errorName,
    message,
    input,
    firstSeenAt,
    lastSeenAt,
    foundBy,
    host,
    ...(explanation === undefined ? {} : { explanation }),
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
      // Another process took it in meanwhile.
      if (systemErrorCode(error) === 'ENOENT') continue;
      damaged.push(file);
      warning ??= `The event ${file} was ignored: ${(error as Error).message}.`;
    }
  }
  return { entries, damaged, warning };
}

function decodeEvent(text: string): JournalEvent | 'newer' {
  const value = JSON.parse(text) as Fields | null;
  if (typeof value?.version === 'number' && value.version > VERSION) return 'newer';
  if (value?.version !== VERSION) throw new Error(`expected version ${VERSION} but received ${String(value?.version)}`);
  const { version: _, ...event } = value;
  if (typeof event.at !== 'number' || typeof event.host !== 'string') throw new Error('it has no time or host');
  switch (event.type) {
    case 'found':
      checkFailure(event.failure);
      break;
    case 'passed':
    case 'failed-again':
      if (![event.file, event.targetId, event.failureId].every((field) => typeof field === 'string')) {
        throw new Error('it does not name a failure');
      }
      break;
    default:
      throw new Error(`its type is ${JSON.stringify(event.type)}`);
  }
  // Checked above, field by field.
  return event as unknown as JournalEvent;
}

type Fields = Readonly<Record<string, unknown>>;

function checkFailure(value: unknown): void {
  const failure = (value ?? {}) as Fields;
  for (const field of REQUIRED) {
    const type = field === 'choices' ? 'number' : field === 'origin' ? 'object' : 'string';
    if (typeof failure[field] !== type || failure[field] === null) throw new Error(`its failure has no ${field}`);
  }
  const { key, errorClass } = failure.origin as Fields;
  if (typeof key !== 'string' || typeof errorClass !== 'string') throw new Error('its failure has no origin');
}

function namesIn(folder: string): string[] {
  try {
    return fs.readdirSync(folder);
  } catch {
    // There is none, as a rule.
    return [];
  }
}
