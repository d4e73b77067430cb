import type { ChoiceValue } from '../choice/choices';

/** Puts `values` in the place of the choices `start` … `start + count - 1` of a track of the input. */
export interface Edit {
  /** Index in the tracks of the subject. */
  readonly track: number;
  readonly start: number;
  readonly count: number;
  readonly values: readonly ChoiceValue[];
  /** A length of a list, before `start`, that changes with it. */
  readonly grow: Growth | null;
  /** The text that the edit puts in, if it is a word that may be of use in other inputs; otherwise null. */
  readonly word: string | null;
}

export interface Growth {
  /** Index of the choice that is the length. */
  readonly at: number;
  readonly by: number;
}

/**
 * Makes an edit. All edits are made here: objects that have the same fields in the same order are the fastest to read.
 */
export function replace(
  track: number,
  start: number,
  count: number,
  values: readonly ChoiceValue[],
  grow: Growth | null = null,
  word: string | null = null,
): Edit {
  return { track, start, count, values, grow, word };
}

/** The same edit, with `word` noted as the word that it puts in. */
export function withWord({ track, start, count, values, grow }: Edit, word: string): Edit {
  return replace(track, start, count, values, grow, word);
}

/** The choices of a track after edits of this track. Of edits that overlap, the first one counts. */
export function spliced(old: readonly ChoiceValue[], edits: readonly Edit[]): ChoiceValue[] {
  const kept = edits.length === 1 ? edits : apart(edits).sort((one, other) => one.start - other.start);
  const source = grown(old, kept);
  let { length } = old;
  for (const { count, values } of kept) length += values.length - count;
  // Copies value by value into a list of the right length: more than twice as fast as joining slices.
  const made: ChoiceValue[] = [];
  made.length = length;
  let from = 0;
  let to = 0;
  for (const { start, count, values } of kept) {
    for (; from < start; from += 1, to += 1) made[to] = source[from]!;
    for (let at = 0; at < values.length; at += 1, to += 1) made[to] = values[at]!;
    from = start + count;
  }
  for (; from < source.length; from += 1, to += 1) made[to] = source[from]!;
  return made;
}

/** The edits without those that overlap an earlier one. */
function apart(edits: readonly Edit[]): Edit[] {
  const kept: Edit[] = [];
  for (let index = 0; index < edits.length; index += 1) {
    let before = 0;
    while (before < index && !overlap(edits[index]!, edits[before]!)) before += 1;
    if (before === index) kept.push(edits[index]!);
  }
  return kept;
}

function overlap(a: Edit, b: Edit): boolean {
  if (a.start === b.start) return true;
  return a.start < b.start ? a.start + a.count > b.start : b.start + b.count > a.start;
}

/** The choices, with the lengths of lists corrected for the edits. */
function grown(old: readonly ChoiceValue[], edits: readonly Edit[]): readonly ChoiceValue[] {
  let changed: ChoiceValue[] | null = null;
  for (const { grow } of edits) {
    if (grow === null) continue;
    changed ??= old.slice();
    changed[grow.at] = Number(changed[grow.at]) + grow.by;
  }
  return changed ?? old;
}
