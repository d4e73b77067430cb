/** Values worth trying because the code under test mentions them. */
export interface Dictionary {
  readonly strings: readonly string[];
  readonly numbers: readonly number[];
  readonly bigints: readonly bigint[];
}

export const EMPTY_DICTIONARY: Dictionary = { strings: [], numbers: [], bigints: [] };

/** Sorts literals of any origin by type, without repetitions. Values of other types are left out. */
export function dictionaryOf(literals: Iterable<unknown>): Dictionary {
  const strings = new Set<string>();
  const numbers = new Set<number>();
  const bigints = new Set<bigint>();
  for (const literal of literals) {
    if (typeof literal === 'string') strings.add(literal);
    else if (typeof literal === 'number') numbers.add(literal);
    else if (typeof literal === 'bigint') bigints.add(literal);
  }
  return { strings: [...strings], numbers: [...numbers], bigints: [...bigints] };
}
