import * as fs from 'node:fs';
import * as path from 'node:path';
import type { FastCheckModule } from './wrapFastCheck';

/** Jest gives each module its own `jest`; this is the function that is used here. */
declare const jest: { unstable_mockModule(name: string, factory: () => unknown): void };

/**
 * Replaces the ES module of fast-check with what `wrap` makes of it, for tests that import fast-check natively. This
 * loads fast-check, so call it only for test files that use fast-check.
 *
 * @lazy The setup file loads this file with `require` when it is needed.
 */
export async function mockNativeImport(wrap: (actual: FastCheckModule) => FastCheckModule): Promise<void> {
  try {
    const actual = (await import('fast-check')) as unknown as FastCheckModule;
    // The factory must not import fast-check: it would get the mock, which calls the factory again, without end.
    jest.unstable_mockModule('fast-check', () => wrap(actual));
  } catch {
    // fast-check is not installed, or this Node cannot import natively: then no test file can import it natively.
  }
}

/** At most this many files are searched for the name of fast-check: the test file and the files that it imports. */
const MAX_FILES = 30;

/** Whether a test file, or a file that it imports by relative paths, contains the name of fast-check. */
export function namesFastCheck(testPath: string): boolean {
  const files = new Set([testPath]);
  for (const from of files) {
    let text = '';
    try {
      text = fs.readFileSync(from, 'utf8');
    } catch {
      // The path is not a file, for example because it has no extension: it is not followed.
    }
    if (/\bfast-check\b/.test(text)) return true;
    for (const [, name = ''] of text.matchAll(/\b(?:from|import)\s*\(?\s*['"](\.{1,2}\/[^'"\n]+)['"]/g)) {
      if (files.size < MAX_FILES) files.add(path.resolve(path.dirname(from), name));
    }
  }
  return false;
}
