/** A text with its lines, as V8 and acorn count them: `\n`, `\r\n`, `\r`, U+2028 and U+2029 each end a line. */
export class SourceText {
  readonly code: string;
  /** Offset of the first character of each line, rising. */
  readonly #lineStarts: readonly number[];

  constructor(code: string) {
    this.code = code;
    this.#lineStarts = lineStartsOf(code);
  }

  get lines(): number {
    return this.#lineStarts.length;
  }

  /** Line from 1, column from 0, in UTF-16 code units. */
  positionOf(offset: number): { line: number; column: number } {
    const line = this.#lineIndexOf(offset);
    return { line: line + 1, column: offset - this.#lineStarts[line]! };
  }

  /** Offset of the first character of the line that `offset` is on. */
  lineStartOf(offset: number): number {
    return this.#lineStarts[this.#lineIndexOf(offset)]!;
  }

  #lineIndexOf(offset: number): number {
    let low = 0;
    let high = this.#lineStarts.length - 1;
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if (this.#lineStarts[middle]! <= offset) low = middle;
      else high = middle - 1;
    }
    return low;
  }
}

function lineStartsOf(code: string): number[] {
  const starts = [0];
  for (const end of code.matchAll(/\r\n?|[\n\u2028\u2029]/g)) starts.push(end.index + end[0].length);
  return starts;
}
