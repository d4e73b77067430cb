import * as fs from 'node:fs';
import * as path from 'node:path';
import { DatabaseError, databaseDirectory, ingestJournal, openDatabase, Records } from '../../src/database';
import { compareInputs } from '../../src/database/merge/simplerInput';
import { isElsewhere } from '../../src/database/base/url';
import { isOpen } from '../../src/protocol/failureStates';
import type { FailureSnapshot } from '../../src/protocol/failure';

/**
 * All failures of a database, fixed ones too, with what ordinary runs have found since. The database is read, and
 * taken up to date as every run does; one that is not there is an error and is not made.
 */
export async function loadSavedFailures(url: string, rootDir: string): Promise<FailureSnapshot[]> {
  const directory = databaseDirectory(url, rootDir);
  if (!isElsewhere(url) && !fs.existsSync(path.join(directory, 'fuzz-runner.json'))) {
    throw new Error(
      `There are no saved failures: ${directory} is no database of fuzz-runner. ` +
        'Run this where the database is, or name it with --database; or fuzz first.',
    );
  }
  const records = new Records(await openDatabase(url, { rootDir, onNotice: warn }), ({ message }) => warn(message));
  try {
    try {
      const { warnings } = await ingestJournal(directory, records);
      for (const warning of warnings) warn(warning);
    } catch (error) {
      // A database that is only read knows nothing of what ordinary runs of this machine found.
      if (!(error instanceof DatabaseError && error.code === 'read-only')) throw error;
    }
    return await records.failures.list();
  } finally {
    await records.close();
  }
}

export interface Selection {
  /** Id of a failure, or a pattern (text or regular expression) for file and name of its target; null = any. */
  readonly failure: string | null;
  /** Of failures with the same origin, found through several properties, the simplest only. */
  readonly isMinimalCovering: boolean;
}

export interface Selected {
  readonly failures: readonly FailureSnapshot[];
  /** What matches and is not taken, and why. */
  readonly skipped: readonly { readonly failure: FailureSnapshot; readonly reason: string }[];
}

/**
 * Failures to write into the repository, by target, the simplest first. A failure named by its id is always taken.
 * Others are left out when they are flaky, fixed, or end the process that runs them: a suite that hangs helps nobody.
 */
export function selectFailures(all: readonly FailureSnapshot[], selection: Selection): Selected {
  const { failure: wanted, isMinimalCovering } = selection;
  const named = all.filter((failure) => failure.id === wanted);
  if (named.length > 0) return { failures: named, skipped: [] };
  const matches = wanted === null ? () => true : matcher(wanted);
  const failures: FailureSnapshot[] = [];
  const skipped: { failure: FailureSnapshot; reason: string }[] = [];
  const sorted = all.filter((failure) => matches(`${failure.file} ${failure.testName}`)).sort(byTarget);
  for (const failure of sorted) {
    const reason = reasonToSkip(failure);
    if (reason === null) failures.push(failure);
    else if (isOpen(failure.state) || wanted !== null) skipped.push({ failure, reason });
  }
  if (!isMinimalCovering) return { failures, skipped };
  const simplest = new Map<string, FailureSnapshot>();
  for (const failure of failures) {
    // Without a place an origin says nothing across targets: "returned false" of two properties are two bugs.
    const { key, place } = failure.origin;
    const bug = place === null ? `${failure.targetId}\n${key}` : key;
    const known = simplest.get(bug);
    if (known === undefined || compareInputs(failure, known) < 0) simplest.set(bug, failure);
  }
  const kept = new Set(simplest.values());
  return { failures: failures.filter((failure) => kept.has(failure)), skipped };
}

/**
 * The folder that a test file's name is relative to: the working directory, or where the database is, when Jest's root
 * directory is another. null when the file is in neither.
 */
export function rootOfFile(file: string, rootDir: string, url: string): string | null {
  const roots = [rootDir, path.dirname(databaseDirectory(url, rootDir))];
  return roots.find((root) => fs.existsSync(path.join(root, file))) ?? null;
}

/** In the order in which they are given. */
export function byFile(failures: readonly FailureSnapshot[]): Map<string, FailureSnapshot[]> {
  const files = new Map<string, FailureSnapshot[]>();
  for (const failure of failures) {
    const known = files.get(failure.file);
    if (known === undefined) files.set(failure.file, [failure]);
    else known.push(failure);
  }
  return files;
}

/** Which check call of its test a failure is of: its target id ends with ` :: <ordinal>`. */
export function ordinalOf(failure: FailureSnapshot): number {
  return Number(failure.targetId.slice(failure.targetId.lastIndexOf(' ') + 1)) || 0;
}

function reasonToSkip(failure: FailureSnapshot): string | null {
  if (!isOpen(failure.state)) return `it is ${failure.state}`;
  if (failure.state === 'flaky') return 'it is flaky: the input does not fail each time';
  if (failure.kind !== 'error') return `its input ends the process that runs it (${failure.kind})`;
  return null;
}

function matcher(wanted: string): (text: string) => boolean {
  try {
    const pattern = new RegExp(wanted);
    return (text) => text.includes(wanted) || pattern.test(text);
  } catch {
    return (text) => text.includes(wanted);
  }
}

function byTarget(a: FailureSnapshot, b: FailureSnapshot): number {
  if (a.file !== b.file) return a.file < b.file ? -1 : 1;
  if (a.targetId !== b.targetId) return a.targetId < b.targetId ? -1 : 1;
  return compareInputs(a, b) || (a.id < b.id ? -1 : 1);
}

/** Tells the user, on standard error. Texts of failures may hold anything: a terminal might act on it. */
export function warn(message: string): void {
  // oxlint-disable-next-line no-control-regex -- control characters are what is looked for
  process.stderr.write(`fuzz-runner: ${message.replaceAll(/[\u0000-\u0009\u000b-\u001f\u007f-\u009f]/g, ' ')}\n`);
}
