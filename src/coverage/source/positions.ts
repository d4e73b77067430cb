import type { Insertions } from './splices';

const TRIPLE = 3;

/**
 * For a place in the instrumented text: its column in the text before instrumentation. Lines are the same in both
 * texts. A place inside an insertion has the column where the insertion was made.
 * @param line from 1
 * @param column from 0, in UTF-16 code units (a column of a stack trace is one more)
 */
export function columnBefore(insertions: Insertions, line: number, column: number): number {
  let inserted = 0;
  for (let at = firstOfLine(insertions, line); insertions[at] === line; at += TRIPLE) {
    const start = insertions[at + 1]! + inserted;
    if (column < start) break;
    const length = insertions[at + 2]!;
    if (column < start + length) return insertions[at + 1]!;
    inserted += length;
  }
  return column - inserted;
}

function firstOfLine(insertions: Insertions, line: number): number {
  let low = 0;
  let high = insertions.length / TRIPLE;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (insertions[middle * TRIPLE]! < line) low = middle + 1;
    else high = middle;
  }
  return low * TRIPLE;
}
