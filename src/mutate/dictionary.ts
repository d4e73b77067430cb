import type { Dictionary as FoundWords } from '../coverage/comparisons/dictionary';
import type { MemberFact } from '../coverage/comparisons/memberFacts';
import { PatternSamples } from './patternSamples';

/** Values worth trying because the code under test mentions or compares them. */
export interface Dictionary {
  readonly strings: readonly string[];
  readonly numbers: readonly number[];
  readonly bigints: readonly bigint[];
  readonly patterns: readonly { readonly source: string; readonly flags: string }[];
  /** Names of properties. */
  readonly keys: readonly string[];
  /** Values that members of objects are compared with. */
  readonly members: readonly MemberFact[];
  /** Operands of comparisons seen while running, newest last. */
  readonly operands: { readonly strings: readonly string[]; readonly numbers: readonly number[] };
  /** Texts that were put into an input which then showed something new. */
  readonly proven: readonly string[];
  /** Texts that patterns match. */
  readonly samples: PatternSamples;
}

export const EMPTY_DICTIONARY: Dictionary = {
  strings: [],
  numbers: [],
  bigints: [],
  patterns: [],
  keys: [],
  members: [],
  operands: { strings: [], numbers: [] },
  proven: [],
  samples: new PatternSamples(),
};

/** The words of several files, without repetitions. */
export function mergeDictionaries(parts: readonly FoundWords[]): Dictionary {
  const once = <T>(items: readonly T[]): T[] => [...new Set(items)];
  const onceByText = <T>(items: readonly T[]): T[] => [
    ...new Map(items.map((item) => [JSON.stringify(item), item])).values(),
  ];
  return {
    strings: once(parts.flatMap(({ strings }) => strings)),
    numbers: once(parts.flatMap(({ numbers }) => numbers)),
    bigints: once(parts.flatMap(({ bigints }) => bigints)).map(BigInt),
    patterns: onceByText(parts.flatMap(({ patterns }) => patterns)),
    keys: once(parts.flatMap(({ keys }) => keys)),
    members: onceByText(parts.flatMap(({ members }) => members)),
    operands: EMPTY_DICTIONARY.operands,
    proven: EMPTY_DICTIONARY.proven,
    samples: EMPTY_DICTIONARY.samples,
  };
}

/**
 * Strings that break programs which do not expect them: names that every object inherits, texts that look like values
 * of other types, and characters that count as none or as several.
 */
export const DANGEROUS_STRINGS: readonly string[] = [
  '__proto__',
  'constructor',
  'prototype',
  'toString',
  'valueOf',
  'hasOwnProperty',
  '__defineGetter__',
  'length',
  'undefined',
  'null',
  'true',
  'NaN',
  'Infinity',
  '-0',
  '0x10',
  '1e21',
  '9007199254740993',
  '',
  ' ',
  '\n',
  '\r\n',
  '\t',
  '\0',
  '\\',
  '"',
  "'",
  '`',
  '/',
  '../',
  '%00',
  '%',
  '&',
  '<',
  '>',
  '${}',
  '[]',
  '{}',
  '()',
  '😀',
  '\u00e9',
  '\u0130',
  '\u2028',
  '\ufeff',
  '\ud800',
];

export const DANGEROUS_NUMBERS: readonly number[] = [
  0,
  -0,
  1,
  -1,
  2,
  10,
  100,
  255,
  256,
  1000,
  1024,
  65_535,
  65_536,
  2 ** 31 - 1,
  -(2 ** 31),
  2 ** 31,
  2 ** 32,
  2 ** 53,
  2 ** 53 - 1,
  -(2 ** 53),
  0.1,
  0.5,
  1e21,
  1e-7,
  Number.MAX_VALUE,
  Number.MIN_VALUE,
  Infinity,
  -Infinity,
  Number.NaN,
];
