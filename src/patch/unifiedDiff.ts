import { applyEdits, sortEdits, type Edit } from './appendItems';

/** Lines around a change. */
const CONTEXT = 3;

/**
 * The edits of a file as a unified diff for `git apply` and `patch -p1`. `file` is relative, with forward slashes. It
 * has no `diff --git` line: so git takes the path as relative to the working directory, which may be a folder of a
 * repository.
 */
export function unifiedDiff(file: string, source: string, edits: readonly Edit[]): string {
  if (edits.length === 0) return '';
  const old = splitLines(source);
  const changes = mergeByLine(source, old, edits);
  const groups: Change[][] = [];
  for (const change of changes) {
    const before = groups.at(-1)?.at(-1);
    if (before !== undefined && change.from - (before.from + before.removed.length) <= 2 * CONTEXT)
      groups.at(-1)!.push(change);
    else groups.push([change]);
  }
  let shift = 0;
  const hunks = groups.map((group) => {
    const text = hunkText(old, group, shift);
    for (const { added, removed } of group) shift += added.length - removed.length;
    return text;
  });
  return `--- ${headerPath('a', file)}\n+++ ${headerPath('b', file)}\n${hunks.join('')}`;
}

/** Lines that take the place of others. */
interface Change {
  /** Number of lines before it, in the old text. */
  readonly from: number;
  readonly removed: readonly string[];
  readonly added: readonly string[];
}

/** Lines with their ends; the last one may have none. */
function splitLines(source: string): string[] {
  return source.match(/[^\n]*\n|[^\n]+$/g) ?? [];
}

function mergeByLine(source: string, old: readonly string[], edits: readonly Edit[]): Change[] {
  const starts = [0];
  for (const line of old) starts.push(starts.at(-1)! + line.length);
  const lineOf = (offset: number): number => {
    const at = starts.findLastIndex((start) => start <= offset);
    return Math.min(at, Math.max(0, old.length - 1));
  };
  const ranges: { first: number; last: number; edits: Edit[] }[] = [];
  for (const edit of sortEdits(edits)) {
    const [first, last] = [lineOf(edit.start), lineOf(edit.end)];
    const before = ranges.at(-1);
    if (before !== undefined && first <= before.last) {
      before.last = Math.max(before.last, last);
      before.edits.push(edit);
    } else ranges.push({ first, last, edits: [edit] });
  }
  return ranges.map(({ first, last, edits: inside }) => {
    const start = starts[first]!;
    const text = source.slice(start, starts[last + 1]);
    const shifted = inside.map((edit) => ({ ...edit, start: edit.start - start, end: edit.end - start }));
    return trimEqual(first, splitLines(text), splitLines(applyEdits(text, shifted)));
  });
}

/** Leaves out what is the same at the beginning and at the end. */
function trimEqual(from: number, removed: readonly string[], added: readonly string[]): Change {
  const most = Math.min(removed.length, added.length);
  let head = 0;
  while (head < most && removed[head] === added[head]) head += 1;
  let tail = 0;
  while (tail < most - head && removed.at(-1 - tail) === added.at(-1 - tail)) tail += 1;
  return {
    from: from + head,
    removed: removed.slice(head, removed.length - tail),
    added: added.slice(head, added.length - tail),
  };
}

function hunkText(old: readonly string[], group: readonly Change[], shift: number): string {
  const start = Math.max(0, group[0]!.from - CONTEXT);
  const lines: string[] = [];
  let at = start;
  for (const { from, removed, added } of group) {
    lines.push(...old.slice(at, from).map((line) => ` ${line}`));
    lines.push(...removed.map((line) => `-${line}`), ...added.map((line) => `+${line}`));
    at = from + removed.length;
  }
  const end = Math.min(old.length, at + CONTEXT);
  lines.push(...old.slice(at, end).map((line) => ` ${line}`));
  const oldCount = end - start;
  const newCount = oldCount + group.reduce((sum, { added, removed }) => sum + added.length - removed.length, 0);
  const text = lines.map((line) => (line.endsWith('\n') ? line : `${line}\n\\ No newline at end of file\n`)).join('');
  return `@@ -${range(start, oldCount)} +${range(start + shift, newCount)} @@\n${text}`;
}

function range(before: number, count: number): string {
  return `${count === 0 ? before : before + 1},${count}`;
}

/** As git writes names: in quotes where they have unusual characters, with a tab behind one that has spaces. */
function headerPath(side: 'a' | 'b', file: string): string {
  const name = `${side}/${file}`;
  if (!/[^\u0020-\u007e]|["\\]/.test(name)) return name.includes(' ') ? `${name}\t` : name;
  const bytes = [...new TextEncoder().encode(name)].map((byte) => {
    const char = String.fromCharCode(byte);
    if (char === '"' || char === '\\') return `\\${char}`;
    return byte < 0x20 || byte > 0x7e ? `\\${byte.toString(8).padStart(3, '0')}` : char;
  });
  return `"${bytes.join('')}"`;
}
