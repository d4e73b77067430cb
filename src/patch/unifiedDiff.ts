import { createTwoFilesPatch, FILE_HEADERS_ONLY } from 'diff';

/** Lines around a change, as many as git gives. */
const CONTEXT = 3;

/**
 * The change of a file as a unified diff for `git apply` and `patch -p1`; empty if nothing changed. `file` is relative,
 * with forward slashes. It has no `diff --git` line: so git takes the path as relative to the working directory, which
 * may be a folder of a repository.
 */
export function unifiedDiff(file: string, before: string, after: string): string {
  if (before === after) return '';
  const options = { context: CONTEXT, headerOptions: FILE_HEADERS_ONLY };
  const text = createTwoFilesPatch(`a/${file}`, `b/${file}`, before, after, undefined, undefined, options);
  // `patch` reads a name with spaces only up to a tab; one in quotes has its own end.
  return text.replace(/^(--- [^"\n]* [^\n]*)\n(.*)\n/, '$1\t\n$2\t\n');
}
