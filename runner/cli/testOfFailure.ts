import * as fs from 'node:fs';
import * as path from 'node:path';
import { databaseDirectory } from '../../src/database';
import type { FailureSnapshot } from '../../src/protocol/failure';

/** Failures by the name of their test file. Files and failures keep the order in which they are given. */
export function byTestFile(failures: readonly FailureSnapshot[]): Map<string, FailureSnapshot[]> {
  const files = new Map<string, FailureSnapshot[]>();
  for (const failure of failures) {
    const known = files.get(failure.file);
    if (known === undefined) files.set(failure.file, [failure]);
    else known.push(failure);
  }
  return files;
}

/**
 * The folder that the name of a test file is relative to: `rootDir` or, when Jest's root directory is another folder,
 * the folder that holds the database. null when the file is in neither.
 */
export function rootOfFile(file: string, rootDir: string, url: string): string | null {
  const roots = [rootDir, path.dirname(databaseDirectory(url, rootDir))];
  return roots.find((root) => fs.existsSync(path.join(root, file))) ?? null;
}

/** Which check call of its test has the failure, counted from 0: the target id ends with ` :: <ordinal>`. */
export function ordinalOf(failure: FailureSnapshot): number {
  return Number(failure.targetId.slice(failure.targetId.lastIndexOf(' ') + 1)) || 0;
}
