import type { Edge } from '../../../src/coverage/source/edges';

/** The line in the user's own text of a place in a loaded file. `file` is named as ids name it. */
export type LineOf = (file: string, line: number, column: number) => number;

/**
 * The place of a behavior as it is shown to a user: `src/parse.js:12`. A behavior that a user counts (`runner/api.ts`)
 * has the name that the user gave it.
 */
export function behaviorPlace({ kind, file, line, column }: Edge & { readonly file: string }, lineOf: LineOf): string {
  return kind === 'label' ? file : `${file}:${lineOf(file, line, column)}`;
}
