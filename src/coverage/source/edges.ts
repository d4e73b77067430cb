import { hashText } from './hash';
import type { SourceText } from './sourceText';

/**
 * The event that an edge counts: a function was entered; the test of an `if` held, or did not (`else`, written or not);
 * an arm of `?:`; the right side of `&& || ??`; of `&&= ||= ??=`; what follows `?.`; for all of these, that it was not
 * evaluated (`short-circuit`); a default value; a `case` or `default`, written or not; the body of a loop; a loop whose
 * body did not run (`no-loop`); a `catch`; the fields of an instance. Two kinds are no edges of the code: `exception`,
 * a kind of error that reached a `catch` (see `caughtErrors.ts`), and `label`, an event that the user reports.
 */
export type EdgeKind =
  | 'function'
  | 'if'
  | 'else'
  | 'conditional'
  | 'logical'
  | 'assignment'
  | 'optional'
  | 'short-circuit'
  | 'default-value'
  | 'case'
  | 'loop'
  | 'no-loop'
  | 'catch'
  | 'field'
  | 'exception'
  | 'label';

/** A place in a file that can be reached, counted by one counter. Plain JSON. */
export interface Edge {
  /**
   * 64 bits as 16 hexadecimal characters. Made from the file, the path of enclosing functions, the kind and the text
   * around it, so that it stays the same when the file is edited elsewhere. Unique within a file.
   */
  readonly id: string;
  readonly kind: EdgeKind;
  /** From 1, in the code that was given to `instrument`. */
  readonly line: number;
  /** From 0, in UTF-16 code units. */
  readonly column: number;
}

/** How much of the text around an edge is part of its id. */
const CONTEXT_LENGTH = 80;

/** The edges of one file, in the order of their counters. */
export class EdgeTable {
  readonly edges: Edge[] = [];
  readonly #file: string;
  readonly #source: SourceText;
  readonly #ordinals = new Map<string, number>();

  constructor(file: string, source: SourceText) {
    this.#file = file;
    this.#source = source;
  }

  /**
   * Adds the edge that leads to the node at `start` to `end` and returns its counter's index.
   * @param functionPath names of the enclosing functions and classes, outermost first
   */
  add(kind: EdgeKind, functionPath: string, start: number, end: number): number {
    const name = `${this.#file}\n${functionPath}\n${kind}\n${this.#contextOf(start, end)}`;
    const ordinal = this.#ordinals.get(name) ?? 0;
    this.#ordinals.set(name, ordinal + 1);
    this.edges.push({ id: hashText(`${name}\n${ordinal}`), kind, ...this.#source.positionOf(start) });
    return this.edges.length - 1;
  }

  /** The text before the node on its line and the beginning of the node, with runs of white space as one space. */
  #contextOf(start: number, end: number): string {
    const from = Math.max(this.#source.lineStartOf(start), start - CONTEXT_LENGTH);
    const to = Math.min(end, start + CONTEXT_LENGTH);
    return this.#source.code.slice(from, to).replace(/\s+/g, ' ').trim();
  }
}
