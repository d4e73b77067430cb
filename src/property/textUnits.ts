import type { ChoiceValue } from '../choice/choices';
import { Random } from '../choice/random';
import { isArbitrary } from './fastCheckTypes';
import { Tape } from './tape';

/** A text as a list of units: the choices of all units, and the number of units. */
export interface EncodedText {
  readonly values: readonly ChoiceValue[];
  readonly count: number;
}

/** The facts about an arbitrary that makes the units of strings. */
interface Units {
  /** By code point: its choices, or null if the code point is no unit. */
  readonly known: Map<string, readonly ChoiceValue[] | null>;
  /** Texts that were encoded before: the same words are put into inputs again and again. */
  readonly texts: Map<string, ReturnType<typeof splitText>>;
  /** True if every unit is a single code point. */
  readonly areSingle: boolean;
}

type Encode = (unit: string) => readonly ChoiceValue[] | null;

/** Kept as long as the arbitrary exists: a session asks for the same characters again and again. */
const unitsOf = new WeakMap<object, Units>();

/** At most this many code points are remembered for one arbitrary. */
const MOST_KNOWN = 4096;
/**
 * At most this many texts are remembered for one arbitrary, and none that is longer than this (in UTF-16 code units).
 * When there is no room for another text, all are forgotten.
 */
const MOST_TEXTS = { count: 2048, length: 64 };
const SAMPLES = 48;

/**
 * The choices of `text` with each code point as a unit. 'impossible': a code point is no unit, and all units of the
 * arbitrary are single code points. null: a code point is no unit, but the text may be cut into longer units.
 */
export function splitText(arbitrary: object, text: string, encode: Encode): EncodedText | 'impossible' | null {
  let units = unitsOf.get(arbitrary);
  if (units === undefined) {
    units = { known: new Map(), texts: new Map(), areSingle: makesSingleCodePoints(arbitrary) };
    unitsOf.set(arbitrary, units);
  }
  const before = units.texts.get(text);
  if (before !== undefined) return before;
  const split = splitUnits(units, text, encode);
  if (text.length <= MOST_TEXTS.length) {
    if (units.texts.size >= MOST_TEXTS.count) units.texts.clear();
    units.texts.set(text, split);
  }
  return split;
}

function splitUnits({ known, areSingle }: Units, text: string, encode: Encode): ReturnType<typeof splitText> {
  const values: ChoiceValue[] = [];
  let count = 0;
  for (const unit of text) {
    let choices = known.get(unit);
    if (choices === undefined) {
      choices = encode(unit);
      if (known.size < MOST_KNOWN) known.set(unit, choices);
    }
    if (choices === null) return areSingle ? 'impossible' : null;
    values.push(...choices);
    count += 1;
  }
  return { values, count };
}

/**
 * Judged by samples. If there is a longer unit that no sample shows, the only harm is that some strings are not
 * encoded.
 */
function makesSingleCodePoints(arbitrary: object): boolean {
  if (!isArbitrary(arbitrary)) return false;
  const tape = new Tape(new Random(0));
  for (let round = 0; round < SAMPLES; round += 1) {
    tape.start({ type: 'random', biased: false });
    const { value } = arbitrary.generate(tape.root, undefined);
    if (typeof value !== 'string' || Array.from(value).length !== 1) return false;
  }
  return true;
}
