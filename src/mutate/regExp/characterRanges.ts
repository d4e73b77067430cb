/** Code points from the first to the second, both included. */
export type Range = readonly [from: number, to: number];

/** The characters to draw from where any is allowed: printable ASCII, line ends, and some others. */
export const ANY: readonly Range[] = [
  [0x30, 0x39],
  [0x61, 0x7a],
  [0x41, 0x5a],
  [0x20, 0x7e],
  [0x09, 0x0d],
  [0xa0, 0xff],
  [0x400, 0x4ff],
  [0x2028, 0x2029],
  [0x4e00, 0x4eff],
  [0x1f600, 0x1f64f],
];

/** The characters among which the members of a class such as `\p{Lu}` are searched. */
const SEARCHED: readonly Range[] = [
  [0x00, 0x5ff],
  [0x900, 0x97f],
  [0x1e00, 0x1fff],
  [0x2000, 0x206f],
  [0x20a0, 0x20bf],
  [0x2150, 0x21ff],
  [0x3000, 0x30ff],
  [0x4e00, 0x4e7f],
  [0x1f300, 0x1f64f],
];

const known = new Map<string, readonly Range[]>();

/**
 * The characters of a class such as `\d` or `\P{L}`; only some of them if there are many. They are found by matching
 * characters with the class, so they are those of this JavaScript engine.
 */
export function classEscape(escape: string, flags: string): readonly Range[] {
  const mode = flags.includes('v') ? 'v' : flags.includes('u') ? 'u' : '';
  const key = mode + escape;
  let ranges = known.get(key);
  if (ranges === undefined) {
    const pattern = new RegExp(`^${escape}$`, mode);
    ranges = membersOf((code) => pattern.test(String.fromCodePoint(code)), SEARCHED);
    known.set(key, ranges);
  }
  return ranges;
}

/** The characters of `ANY` that are in none of the ranges; if there are none, those below the surrogates. */
export function inverse(ranges: readonly Range[]): readonly Range[] {
  const some = without(ANY, ranges);
  return some.length > 0 ? some : without([[0, 0xd7ff]], ranges);
}

export function without(ranges: readonly Range[], removed: readonly Range[]): readonly Range[] {
  let left = ranges;
  for (const [from, to] of removed) {
    left = left.flatMap(([start, end]): readonly Range[] => {
      if (to < start || from > end) return [[start, end]];
      const parts: Range[] = [];
      if (start < from) parts.push([start, from - 1]);
      if (end > to) parts.push([to + 1, end]);
      return parts;
    });
  }
  return left;
}

export function intersection(ranges: readonly Range[], others: readonly Range[]): readonly Range[] {
  return ranges.flatMap(([start, end]) =>
    others.flatMap(([from, to]): readonly Range[] =>
      from <= end && to >= start ? [[Math.max(start, from), Math.min(end, to)]] : [],
    ),
  );
}

/** The ranges, and their ASCII letters in the other case. */
export function caseless(ranges: readonly Range[]): readonly Range[] {
  const shifted = (alphabet: Range, by: number): readonly Range[] =>
    intersection(ranges, [alphabet]).map(([from, to]): Range => [from + by, to + by]);
  return [...ranges, ...shifted([0x41, 0x5a], 32), ...shifted([0x61, 0x7a], -32)];
}

function membersOf(isMember: (code: number) => boolean, searched: readonly Range[]): readonly Range[] {
  const found: Range[] = [];
  for (const [from, to] of searched) {
    let start = -1;
    for (let code = from; code <= to + 1; code += 1) {
      const isIn = code <= to && isMember(code);
      if (isIn && start < 0) start = code;
      if (isIn || start < 0) continue;
      found.push([start, code - 1]);
      start = -1;
    }
  }
  return found;
}
