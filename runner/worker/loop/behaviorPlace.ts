import type { Edge } from '../../../src/coverage/source/edges';

/** The line of a place of a loaded file in the user's own text. `file` is named as ids name it. */
export type LineOf = (file: string, line: number, column: number) => number;

/** Where a behavior is, for people: `src/parse.js:12`; what users count is named as they named it. */
export function behaviorPlace({ kind, file, line, column }: Edge & { readonly file: string }, lineOf: LineOf): string {
  return kind === 'label' ? file : `${file}:${lineOf(file, line, column)}`;
}
