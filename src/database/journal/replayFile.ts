import { createHash } from 'node:crypto';
import fs from 'node:fs';
import path from 'node:path';
import type { Explanation } from '../../protocol/explanation';
import { writeFileAtomic } from '../base/atomicFile';
import { systemErrorCode } from '../base/databaseError';

/*
 * Ordinary runs of Jest replay saved failures. For that, each test file must load only little code and no native
 * add-on. So the main thread of a fuzz run writes a small file for each test file: a copy of failures in the database.
 */

/** The part of a saved failure that an ordinary run needs. */
export interface SavedFailure {
  readonly id: string;
  readonly targetId: string;
  readonly testName: string;
  readonly ordinal: number;
  /** The choice sequence as text. */
  readonly blob: string;
  readonly originKey: string;
  /** The shape of the target's arguments; missing when it is not known. */
  readonly shape?: string;
  readonly errorName: string;
  readonly message: string;
  readonly input: string;
  readonly firstSeenAt: number;
  readonly lastSeenAt: number;
  readonly foundBy: 'fuzz' | 'jest';
  readonly host: string;
  /** Which parts of the input matter for the failure; missing when that is not known. */
  readonly explanation?: Explanation;
}

export interface ReplayContents {
  readonly failures: readonly SavedFailure[];
  /** One sentence for the user; null when all could be read. */
  readonly warning: string | null;
}

const VERSION = 1;

/** `testFile` is relative to the root directory, with forward slashes, as in `FailureSnapshot.file`. */
export function replayFilePath(directory: string, testFile: string): string {
  return path.join(directory, 'replay', `${fileHash(testFile)}.json`);
}

/** The name of a test file inside a file name. The same hash as `hashKey`, whose module is not loaded here. */
export function fileHash(testFile: string): string {
  return createHash('sha1').update(testFile).digest('hex').slice(0, 16);
}

/** The failures that a fuzz run saved for a test file. Never throws; no file means no failures. */
export function readReplayFile(directory: string, testFile: string): ReplayContents {
  const file = replayFilePath(directory, testFile);
  let text: string;
  try {
    text = fs.readFileSync(file, 'utf8');
  } catch (error) {
    const code = systemErrorCode(error);
    if (code === 'ENOENT' || code === 'ENOTDIR') return { failures: [], warning: null };
    return { failures: [], warning: `Saved failures are not replayed: ${file} cannot be read (${code}).` };
  }
  try {
    const { version, failures } = JSON.parse(text) as { readonly version?: unknown; readonly failures?: unknown };
    if (version !== VERSION) throw new Error(`expected version ${VERSION} but received ${JSON.stringify(version)}`);
    if (!Array.isArray(failures) || !failures.every(isSavedFailure)) throw new Error('a failure has missing fields');
    return { failures, warning: null };
  } catch (error) {
    const reason = (error as Error).message;
    return {
      failures: [],
      warning: `Saved failures are not replayed: ${file} is damaged (${reason}). Run the fuzzer to write it again.`,
    };
  }
}

/** Replaces the file; no failures means no file. Creates the folder, but throws if `directory` is missing. */
export function writeReplayFile(directory: string, testFile: string, failures: readonly SavedFailure[]): void {
  const file = replayFilePath(directory, testFile);
  if (failures.length === 0) {
    fs.rmSync(file, { force: true });
    return;
  }
  const text = `${JSON.stringify({ version: VERSION, file: testFile, failures }, null, 1)}\n`;
  try {
    // The common case: nothing changed, so the file keeps its modification time.
    if (fs.readFileSync(file, 'utf8') === text) return;
  } catch {
    // The file is missing or cannot be read: write it.
  }
  if (!fs.existsSync(path.dirname(file))) fs.mkdirSync(path.dirname(file));
  writeFileAtomic(file, text);
}

/**
 * The path of the index: a file that names all test files with a replay file. It shows when a test file was deleted.
 */
function replayIndexPath(directory: string): string {
  return path.join(directory, 'replay', 'files.json');
}

/** Adds test files to the index, and removes those that have no replay file any more. */
export function updateReplayIndex(directory: string, testFiles: Iterable<string>): void {
  const file = replayIndexPath(directory);
  if (!fs.existsSync(path.dirname(file))) return;
  let before = '';
  let known: unknown[] = [];
  try {
    before = fs.readFileSync(file, 'utf8');
    const { files } = JSON.parse(before) as { readonly files?: unknown };
    if (Array.isArray(files)) known = files;
  } catch {
    // The index is missing or damaged: a new one is written below.
  }
  const names = [...new Set([...known, ...testFiles])].filter((name) => typeof name === 'string');
  const files = names.filter((name) => fs.existsSync(replayFilePath(directory, name))).sort();
  const text = `${JSON.stringify({ version: VERSION, files })}\n`;
  if (text !== before) writeFileAtomic(file, text);
}

/** True when a value from JSON has all fields of a `SavedFailure` that are needed. */
function isSavedFailure(value: unknown): value is SavedFailure {
  if (typeof value !== 'object' || value === null) return false;
  const failure = value as Readonly<Record<string, unknown>>;
  return (
    TEXTS.every((field) => typeof failure[field] === 'string') &&
    NUMBERS.every((field) => typeof failure[field] === 'number')
  );
}

const TEXTS = ['id', 'targetId', 'testName', 'blob', 'originKey', 'errorName', 'message', 'input', 'foundBy', 'host'];
const NUMBERS = ['ordinal', 'firstSeenAt', 'lastSeenAt'];
