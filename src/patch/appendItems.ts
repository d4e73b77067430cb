import type { Node } from './syntaxTree';

/** Replaces the text from `start` to `end`. */
export interface Edit {
  readonly start: number;
  readonly end: number;
  readonly text: string;
}

/** A list in brackets, in the text of a file. */
export interface BracketedList {
  /** Offset of the opening bracket. */
  readonly open: number;
  /** Offset of the closing bracket. */
  readonly close: number;
  /** Holes of an array are left out. */
  readonly items: readonly Node[];
  /** Whether an empty list on one line gets spaces inside its brackets: `{ a }` and not `[a]`. */
  readonly isSpaced: boolean;
}

/**
 * Adds items to the end of a list, in the style of the list. If the closing bracket is on a separate line, each item
 * gets a separate line too, and the last one gets a comma if the last item had one. Otherwise the items follow the last
 * item on its line. No other line changes.
 */
export function appendItems(source: string, bracketed: BracketedList, items: readonly string[]): Edit[] {
  const { open, close, items: old, isSpaced } = bracketed;
  const last = old.at(-1);
  const lineStart = source.lastIndexOf('\n', close - 1) + 1;
  const hasOwnLine = lineStart > (last?.end ?? open) && source.slice(lineStart, close).trim() === '';
  if (last === undefined && !hasOwnLine) {
    const joined = items.join(', ');
    const isBlank = source.slice(open + 1, close).trim() === '' && isSpaced;
    return isBlank ? [{ start: open + 1, end: close, text: ` ${joined} ` }] : [insert(close, joined)];
  }
  const comma = findComma(source, last?.end ?? open + 1, close);
  if (!hasOwnLine) {
    const joined = items.join(', ');
    return [comma === null ? insert(last!.end, `, ${joined}`) : insert(comma + 1, ` ${joined}`)];
  }
  const closeIndent = source.slice(lineStart, close);
  const indent = indentOf(source, last) ?? closeIndent + indentUnit(source);
  const lineEnd = lineEndOf(source);
  const isTrailing = comma !== null;
  const lines = items.map((item, at) => `${indent}${item}${at < items.length - 1 || isTrailing ? ',' : ''}${lineEnd}`);
  const added = insert(lineStart, lines.join(''));
  return last === undefined || isTrailing ? [added] : [insert(last.end, ','), added];
}

/** Applies edits that do not overlap. Two insertions at one place keep their order. Throws if edits overlap. */
export function applyEdits(source: string, edits: readonly Edit[]): string {
  let text = '';
  let at = 0;
  for (const edit of sortEdits(edits)) {
    if (edit.start < at) throw new Error(`Two edits of a test file overlap at offset ${edit.start}.`);
    text += source.slice(at, edit.start) + edit.text;
    at = edit.end;
  }
  return text + source.slice(at);
}

function sortEdits(edits: readonly Edit[]): Edit[] {
  return edits.toSorted((a, b) => a.start - b.start || a.end - b.end);
}

/** The line ending of a file: that of its first line. */
function lineEndOf(source: string): string {
  const at = source.indexOf('\n');
  return at > 0 && source[at - 1] === '\r' ? '\r\n' : '\n';
}

/** The offset of the first comma between two offsets, outside of comments; null when there is none. */
function findComma(source: string, from: number, to: number): number | null {
  for (let at = from; at < to; at += 1) {
    if (source.startsWith('//', at)) at = nextOf(source, '\n', at, to);
    else if (source.startsWith('/*', at)) at = nextOf(source, '*/', at + 2, to) + 1;
    else if (source[at] === ',') return at;
  }
  return null;
}

function nextOf(source: string, text: string, from: number, to: number): number {
  const at = source.indexOf(text, from);
  return at === -1 ? to : at;
}

function insert(at: number, text: string): Edit {
  return { start: at, end: at, text };
}

/** The spaces before a node, if it is the first on its line; otherwise null. */
function indentOf(source: string, node: Node | undefined): string | null {
  if (node === undefined) return null;
  const before = source.slice(source.lastIndexOf('\n', node.start - 1) + 1, node.start);
  return before.trim() === '' ? before : null;
}

/** One level of indentation: that of the first indented line; two spaces if there is none. */
function indentUnit(source: string): string {
  const [, unit = '  '] = /^(\t| {2,8})\S/m.exec(source) ?? [];
  return unit;
}
