import { createTwoFilesPatch, FILE_HEADERS_ONLY } from 'diff';

/** Lines around a change: as many as git shows. */
const CONTEXT = 3;

/**
 * The change of a file as a unified diff for `git apply` and `patch -p1`; empty if nothing changed. `file` is relative,
 * with forward slashes. The diff has no `diff --git` line, so that git takes the path as relative to the working
 * directory, which may be a folder inside of a repository.
 */
export function unifiedDiff(file: string, before: string, after: string): string {
  if (before === after) return '';
  const options = { context: CONTEXT, headerOptions: FILE_HEADERS_ONLY };
  const text = createTwoFilesPatch(`a/${file}`, `b/${file}`, before, after, undefined, undefined, options);
  // `patch` reads a name with spaces up to a tab, so a tab is added. A name in quotes needs none.
  return text.replace(/^(--- [^"\n]* [^\n]*)\n(.*)\n/, '$1\t\n$2\t\n');
}
