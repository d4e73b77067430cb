import { encodeUnits, encodeValue } from '../property/encodeValue';
import { replace, type Edit } from './edit';
import { withRun } from './listRun';
import type { PlacedSpan, Subject } from './subject';

/**
 * The edit that puts `text` in the place of `count` code units from `from` on of the string that a span generated;
 * null if it cannot be. Where the string is a list of its characters, only `text` is encoded: the rest of a long
 * string keeps the choices that it was drawn with.
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

/** The edit that makes a span generate `value`; null if it cannot. */
export function replaceValue({ track, span }: PlacedSpan, value: unknown): Edit | null {
  const choices = encodeValue(span.arbitrary, value);
  // The forks of one value cannot take the place of the forks of another.
  if (choices === null || choices.forks.some((fork) => fork !== null)) return null;
  return replace(track, span.start, span.end - span.start, choices.values);
}
