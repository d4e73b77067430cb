import type { Random } from '../choice/random';

/** A change of a text: `count` code units from `from` on become `text`. */
export type TextChange = readonly [from: number, count: number, text: string];

/** At most this many places of one character or text in one string are tried. */
const MOST_PLACES = 4;
/** They are drawn from the first places, at most this many. */
const MOST_FOUND = 256;

/**
 * Changes of `value` that put `wanted` where `mine` stands, after code compared the two with `op`. `mine` may be all of
 * `value`, a part of it, or what the code made of it (in another case, say).
 */
export function* textChanges(
  value: string,
  mine: string,
  wanted: string,
  op: string,
  random: Random,
): Generator<TextChange> {
  const { length } = value;
  if (value === mine) {
    yield [0, length, wanted];
    if (op === 'startsWith' || op === 'includes') yield [0, 0, wanted];
    if (op === 'endsWith' || op === 'includes') yield [length, 0, wanted];
    return;
  }
  if (mine.length > 0 && value.includes(mine)) {
    for (const at of somePlacesOf(mine, value, random)) {
      yield [at, mine.length, wanted];
      if (wanted.length > 0) yield [at, 0, wanted];
    }
    return;
  }
  if (length === 0 || wanted.length === 0) return;
  if (mine.length === 0) {
    // `mine` is an empty part of the text, which may be at either end.
    yield [length, 0, wanted];
    yield [0, 0, wanted];
    return;
  }
  if (value.toLowerCase() === mine || value.toUpperCase() === mine || value.trim() === mine) {
    yield [0, length, wanted];
  }
  if (mine.includes(value) && mine !== wanted) yield [0, length, wanted];
}

/** A few places of `part` in `text`, chosen at random when there are many. */
export function somePlacesOf(part: string, text: string, random: Random): readonly number[] {
  const places: number[] = [];
  for (let at = text.indexOf(part); at >= 0 && places.length < MOST_FOUND; at = text.indexOf(part, at + 1)) {
    places.push(at);
  }
  while (places.length > MOST_PLACES) places.splice(random.below(places.length), 1);
  return places;
}
