import type { ChoiceValue } from '../choice/choices';
import type { Random } from '../choice/random';
import { replace, type Edit } from './edit';
import { withAppended } from './listRun';
import { pick } from './mutator';
import type { PlacedList, PlacedNode, Subject } from './subject';

/** At most this many numbers of the input are changed alone, each in edits of its own. */
const MOST_TERMS = 6;
/** At most this many items are added to a list at once. */
const MOST_ADDED = 64;

/**
 * Edits that change a sum of numbers of the input by `missing`. They are for an operand that is not a number of the
 * input but may be such a sum. One number is changed, or several together. Null in place of an edit that cannot be
 * made.
 */
export function* sumEdits(subject: Subject, missing: number, random: Random): Generator<Edit | null> {
  if (missing === 0) return;
  const terms = subject.nodes.filter(({ node }) => typeof node.value === 'number' && node.role === 'value');
  if (terms.length === 0) return;
  for (let round = 0; round < Math.min(MOST_TERMS, terms.length); round += 1) {
    const { track, at, node } = pick(terms, random);
    for (const change of [missing, -missing]) {
      const value = Number(node.value) + change;
      if (value >= node.min && value <= node.max) yield replace(track, at, 1, [value]);
    }
  }
  yield spread(subject, terms, missing);
  for (const list of subject.lists) yield growSum(subject, list, missing);
}

/** Changes the numbers of one track, from the first on, until their sum has changed by `missing`. */
function spread(subject: Subject, terms: readonly PlacedNode[], missing: number): Edit | null {
  const { track } = terms[0]!;
  const last = terms.findLast((term) => term.track === track)!;
  const start = terms[0]!.at;
  const values: ChoiceValue[] = subject.valuesOf(track, start, last.at + 1);
  let left = missing;
  for (const { track: its, at, node } of terms) {
    if (left === 0 || its !== track) break;
    const old = Number(node.value);
    const value = Math.min(Number(node.max), Math.max(Number(node.min), old + left));
    left -= value - old;
    values[at - start] = value;
  }
  return left === missing ? null : replace(track, start, values.length, values);
}

/** Adds the largest legal number to a list of numbers until the sum has changed by `missing` or a little more. */
function growSum(subject: Subject, list: PlacedList, missing: number): Edit | null {
  const item = list.items.find(({ start, end }) => end === start + 1);
  const node = item && subject.tracks[list.track]!.track.nodes[item.start]!;
  if (node === undefined || typeof node.value !== 'number') return null;
  const each = Number(missing > 0 ? node.max : node.min);
  const count = Math.ceil(missing / each);
  if (!(count > 0 && count <= MOST_ADDED) || list.items.length + count > list.maxLength) return null;
  return withAppended(list, [each], count);
}
