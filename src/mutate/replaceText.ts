import { encodeUnits, encodeValue } from '../property/encodeValue';
import { replace, type Edit } from './edit';
import { withRun } from './listRun';
import type { PlacedSpan, Subject } from './subject';

/**
 * The edit that changes the string that a span generated: it puts `text` in the place of `count` code units, from the
 * code unit `from` on. Null if there is no such edit. If the string is generated as a list of its characters, only
 * `text` is encoded: the rest of a long string keeps its choices.
 */
export function replaceText(
  subject: Subject,
  placed: PlacedSpan,
  from: number,
  count: number,
  text: string,
): Edit | null {
  const value = String(placed.span.value);
  const list = subject.charactersOf(placed);
  if (list !== null) {
    const units = encodeUnits(list.itemArbitrary!, text);
    if (units === 'impossible') return null;
    if (units !== null) return withRun(list, from, count, units.values, units.count);
  }
  return replaceValue(placed, value.slice(0, from) + text + value.slice(from + count));
}

/** The edit that makes a span generate `value`; null if there is none. */
export function replaceValue({ track, span }: PlacedSpan, value: unknown): Edit | null {
  const choices = encodeValue(span.arbitrary, value);
  // The forks of one value cannot take the place of the forks of another.
  if (choices === null || choices.forks.some((fork) => fork !== null)) return null;
  return replace(track, span.start, span.end - span.start, choices.values);
}
