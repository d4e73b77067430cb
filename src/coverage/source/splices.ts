import type { SourceText } from './sourceText';

/**
 * Text to be inserted; `text` may be filled in later, after the enclosed nodes were visited. Empty: nothing is
 * inserted.
 */
export interface Splice {
  readonly offset: number;
  text: string;
}

/**
 * Every insertion, as triples (line from 1, column from 0 in the text before, length in code units), rising.
 * A flat list of numbers, so that it can be cached as JSON.
 */
export type Insertions = readonly number[];

/**
 * Insertions into a text that enclose nodes of its syntax tree. `open` is called before the children of a node are
 * visited and `close` after them; then the insertions are nested correctly where several meet at one offset.
 *
 * Invariant: no inserted text contains a line break, so lines never move.
 */
export class Splices {
  readonly #opens: Splice[] = [];
  readonly #closes: Splice[] = [];
  readonly #parentheses = new Set<number>();

  /** Inserts before the node at `offset`, inside everything opened there before. */
  open(offset: number, text: string): Splice {
    const splice = { offset, text };
    this.#opens.push(splice);
    if (text.startsWith('(')) this.#parentheses.add(offset);
    return splice;
  }

  /** Inserts after the node that ends at `offset`, outside everything closed there before. */
  close(offset: number, text: string): Splice {
    const splice = { offset, text };
    this.#closes.push(splice);
    return splice;
  }

  /** True if a `(` was opened at `offset`: at the start of a statement it would continue the line before. */
  hasParenthesisAt(offset: number): boolean {
    return this.#parentheses.has(offset);
  }

  render(source: SourceText): { code: string; insertions: Insertions } {
    const { code } = source;
    const insertions: number[] = [];
    const pieces: string[] = [];
    let copied = 0;
    for (const { offset, text } of this.#inOrder()) {
      if (text === '') continue;
      if (offset > copied) {
        pieces.push(code.slice(copied, offset));
        copied = offset;
      }
      pieces.push(text);
      const { line, column } = source.positionOf(offset);
      insertions.push(line, column, text.length);
    }
    pieces.push(code.slice(copied));
    return { code: pieces.join(''), insertions };
  }

  /** By offset; at one offset first the closing texts, then the opening ones, both in the order of the calls. */
  #inOrder(): Splice[] {
    return [...this.#closes, ...this.#opens].sort((one, other) => one.offset - other.offset);
  }
}
