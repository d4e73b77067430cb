import type { Choices, ChoiceValue } from '../choice/choices';
import type { Random } from '../choice/random';
import type { Comparison } from '../coverage/comparisons/comparison';
import { encodeValue } from '../property/encodeValue';
import { byteForms, textForms } from './byteForms';
import { replace, type Edit } from './edit';
import type { Dictionary } from './dictionary';
import { jsonTexts } from './jsonTexts';
import { withRun } from './listRun';
import { pick } from './mutator';
import { dateNumeral, numeral, someDate, someNumeral, type Numeral } from './numerals';
import { replaceText, replaceValue } from './replaceText';
import { isDate, type PlacedList, type PlacedNode, type PlacedSpan, type Subject } from './subject';

type Operand = Comparison['left'];

/** Places of one character or text in one string that are tried. */
const MOST_PLACES = 4;
/** Items added to a list at once. */
const MOST_ADDED = 64;
/** Numbers of the input that a sum or product of them is made up with. */
const MOST_TERMS = 6;

/**
 * Candidates that make a comparison come out the other way: wherever a part of the input equals one operand (or
 * is a simple encoding of it), the other operand is put in its place, through the inverse of the arbitrary. This
 * is input-to-state correspondence (Aschermann et al., "RedQueen", NDSS 2019) on typed values: no search for the
 * bytes is needed, because equality of whole values tells.
 *
 * The first candidate of each comparison comes before the second of any.
 */
export function* inputToState(
  subject: Subject,
  comparisons: Iterable<Comparison>,
  dictionary: Dictionary,
  random: Random,
): Generator<Choices> {
  const matcher = new Matcher(subject, dictionary, random);
  let lines: Generator<Edit | null>[] = [];
  // Comparisons are only taken as candidates are asked for: a run may have thousands.
  for (const comparison of comparisons) {
    const line = matcher.edits(comparison);
    const step = firstEdit(line);
    if (step === null) continue;
    lines.push(line);
    yield subject.edited([step]);
  }
  while (lines.length > 0) {
    const left: typeof lines = [];
    for (const line of lines) {
      const step = firstEdit(line);
      if (step === null) continue;
      left.push(line);
      yield subject.edited([step]);
    }
    lines = left;
  }
}

/** The next edit that can be made; null when there is no more. */
function firstEdit(line: Generator<Edit | null>): Edit | null {
  for (;;) {
    const step = line.next();
    if (step.done === true) return null;
    if (step.value !== null) return step.value;
  }
}

class Matcher {
  /** Labels that were appended. */
  readonly #labels = new Set<string>();
  /** Texts from which numbers were made, by number. */
  readonly #numerals = new Map<number, Numeral[]>();

  constructor(
    readonly subject: Subject,
    readonly dictionary: Dictionary,
    readonly random: Random,
  ) {}

  *edits({ op, left, right, flags, radix }: Comparison): Generator<Edit | null> {
    switch (op) {
      case 'number':
        if (typeof left !== 'string' || typeof right !== 'number') return;
        // Nothing is compared yet; but a text that is no number may become one.
        if (Number.isNaN(right)) yield* this.#inTexts(left, someNumeral(this.dictionary, this.random, radix), '');
        else this.#noteNumeral(right, numeral(left, radix));
        return;
      case 'date':
        if (typeof left !== 'string' || typeof right !== 'number') return;
        if (Number.isNaN(right)) yield* this.#inTexts(left, someDate(this.dictionary, this.random), '');
        else this.#noteNumeral(right, dateNumeral(left));
        return;
      case 'json':
        if (typeof left === 'string') yield* this.#json(left);
        return;
      case 'test':
        if (typeof left === 'string' && typeof right === 'string') yield* this.#pattern(left, right, flags ?? '');
        return;
      case 'label':
        yield* this.#label(String(left), String(right));
        yield* this.#label(String(right), String(left));
        return;
      default:
        yield* this.#replace(left, right, op);
        yield* this.#replace(right, left, op);
    }
  }

  #noteNumeral(number: number, noted: Numeral): void {
    const numerals = this.#numerals.get(number);
    if (numerals === undefined) this.#numerals.set(number, [noted]);
    else if (!numerals.some(({ text }) => text === noted.text)) numerals.push(noted);
  }

  *#replace(mine: Operand, wanted: Operand, op: string): Generator<Edit | null> {
    if (typeof mine === 'string' && typeof wanted === 'string') yield* this.#inTexts(mine, wanted, op);
    else if (typeof mine === 'number' && typeof wanted === 'number') yield* this.#numbers(mine, wanted, op);
    else if (typeof mine === 'bigint' && typeof wanted === 'bigint') yield* this.#bigints(mine, wanted);
    else if (mine === undefined) {
      if (typeof wanted === 'string') yield* this.#append(wanted);
    } else if (typeof wanted === 'number' || typeof wanted === 'bigint')
      yield* this.#inTexts(String(mine), String(wanted), op);
  }

  /** Kinds of tokens are often called what they are written as: then one stands where the other was expected. */
  *#label(mine: string, wanted: string): Generator<Edit | null> {
    yield* this.#inTexts(mine, wanted, '');
    if (!this.#labels.has(wanted)) yield* this.#append(wanted);
    this.#labels.add(wanted);
  }

  *#inTexts(mine: string, wanted: string, op: string): Generator<Edit | null> {
    for (const placed of this.subject.wholes) {
      const { value } = placed.span;
      if (typeof value !== 'string') continue;
      for (const [from, count, text] of this.#places(value, mine, wanted, op)) {
        yield replaceText(this.subject, placed, from, count, text);
      }
    }
    if (this.subject.bytes.length === 0) return;
    for (const [mineBytes, wantedBytes] of textForms(mine, wanted)) yield* this.#inBytes(mineBytes, wantedBytes, op);
  }

  /** As `#inTexts`, of lists of bytes: the operands are bytes as Latin-1. */
  *#inBytes(mine: string, wanted: string, op: string): Generator<Edit | null> {
    for (const { list, image } of this.subject.bytes) {
      for (const [from, count, text] of this.#places(image, mine, wanted, op)) {
        yield withRun(list, from, count, Array.from(Buffer.from(text, 'latin1')), text.length);
      }
    }
  }

  /** What to try to put where in `value`: the first code unit replaced, how many, and the text. */
  *#places(value: string, mine: string, wanted: string, op: string): Generator<readonly [number, number, string]> {
    const { length } = value;
    if (value === mine) {
      yield [0, length, wanted];
      if (op === 'startsWith' || op === 'includes') yield [0, 0, wanted];
      if (op === 'endsWith' || op === 'includes') yield [length, 0, wanted];
      return;
    }
    if (mine.length > 0 && value.includes(mine)) {
      for (const at of this.#placesOf(mine, value)) {
        yield [at, mine.length, wanted];
        if (wanted.length > 0) yield [at, 0, wanted];
      }
      return;
    }
    if (length === 0 || wanted.length === 0) return;
    if (mine.length === 0) {
      // An empty part of the text may lie at either end.
      yield [length, 0, wanted];
      yield [0, 0, wanted];
      return;
    }
    if (value.toLowerCase() === mine || value.toUpperCase() === mine || value.trim() === mine) {
      yield [0, length, wanted];
    }
    if (mine.includes(value) && mine !== wanted) yield [0, length, wanted];
  }

  /** A few places of `part` in `text`, in random order when there are many. */
  #placesOf(part: string, text: string): readonly number[] {
    const places: number[] = [];
    for (let at = text.indexOf(part); at >= 0 && places.length < 256; at = text.indexOf(part, at + 1)) places.push(at);
    while (places.length > MOST_PLACES) places.splice(this.random.below(places.length), 1);
    return places;
  }

  /** The input ended where `wanted` would have been. */
  *#append(wanted: string | number): Generator<Edit | null> {
    for (const list of this.subject.lists) yield this.#appendItem(list, wanted);
    if (typeof wanted === 'number') return;
    for (const placed of this.subject.wholes) {
      const { value } = placed.span;
      if (typeof value === 'string') yield replaceText(this.subject, placed, value.length, 0, wanted);
    }
  }

  #appendItem(list: PlacedList, item: string | number): Edit | null {
    if (list.itemArbitrary === null) return null;
    const choices = encodeValue(list.itemArbitrary, item);
    return choices === null ? null : this.#extended(list, choices.values, 1);
  }

  /** The list with so many items more at its end. */
  #extended(list: PlacedList, item: readonly ChoiceValue[], count: number): Edit | null {
    const values: ChoiceValue[] = [];
    for (let left = count; left > 0; left -= 1) values.push(...item);
    return withRun(list, list.items.length, 0, values, count);
  }

  *#numbers(mine: number, wanted: number, op: string): Generator<Edit | null> {
    const isCode = Number.isInteger(wanted) && wanted >= 0 && wanted <= 0x10_ffff;
    if (Number.isNaN(mine)) {
      // What `charCodeAt` gives past the end.
      if (isCode) for (const code of neighbors(wanted, op)) yield* this.#append(codePoint(code));
      return;
    }
    let isDirect = false;
    for (const value of neighbors(wanted, op)) {
      for (const { track, at, node } of this.subject.nodes) {
        if (node.value !== mine || value === mine || !Number.isSafeInteger(value)) continue;
        if (value < node.min || value > node.max) continue;
        isDirect = true;
        yield replace(track, at, 1, [value]);
      }
      for (const placed of this.subject.wholes) {
        const old = placed.span.value;
        if (typeof old === 'number' && Object.is(old, mine)) {
          isDirect = true;
          // Integers of a single choice were done above.
          if (!Number.isSafeInteger(value) || !isSingle(placed)) yield replaceValue(placed, value);
        } else if (isDate(old) && old.getTime() === mine) {
          isDirect = true;
          yield replaceValue(placed, new Date(value));
        }
      }
      for (const { text, write } of this.#numerals.get(mine) ?? []) {
        isDirect = true;
        yield* this.#inTexts(text, write(value), '');
      }
      for (const edit of this.#readFromBytes(mine, value)) {
        isDirect = true;
        yield edit;
      }
      if (isCode && mine >= 0 && mine <= 0x10_ffff && Number.isInteger(mine)) {
        for (const edit of this.#codes(mine, value)) {
          isDirect = true;
          yield edit;
        }
      }
    }
    if (!isDirect && Number.isSafeInteger(mine) && Number.isSafeInteger(wanted)) yield* this.#terms(wanted - mine);
  }

  /** Several bytes that were read as one number. */
  *#readFromBytes(mine: number, wanted: number): Generator<Edit | null> {
    if (this.subject.bytes.length === 0) return;
    for (const [mineBytes, wantedBytes] of byteForms(mine, wanted)) {
      for (const { list, image } of this.subject.bytes) {
        for (const at of this.#placesOf(mineBytes, image)) {
          yield withRun(list, at, mineBytes.length, Array.from(Buffer.from(wantedBytes, 'latin1')), mineBytes.length);
        }
      }
    }
  }

  *#codes(mine: number, wanted: number): Generator<Edit | null> {
    if (wanted < 0 || wanted > 0x10_ffff) return;
    yield* this.#inTexts(codePoint(mine), codePoint(wanted), '');
  }

  /** As if the operand were a sum: numbers of the input are changed by what is missing, one or several together. */
  *#terms(missing: number): Generator<Edit | null> {
    if (missing === 0) return;
    const terms = this.subject.nodes.filter(({ node }) => typeof node.value === 'number' && node.role === 'value');
    if (terms.length === 0) return;
    for (let round = 0; round < Math.min(MOST_TERMS, terms.length); round += 1) {
      const { track, at, node } = pick(terms, this.random);
      for (const change of [missing, -missing]) {
        const value = Number(node.value) + change;
        if (value >= node.min && value <= node.max) yield replace(track, at, 1, [value]);
      }
    }
    yield this.#spread(terms, missing);
    for (const list of this.subject.lists) yield this.#growSum(list, missing);
  }

  /** A list of numbers with more of the largest, until their sum has changed by `missing` or a little more. */
  #growSum(list: PlacedList, missing: number): Edit | null {
    const item = list.items.find(({ start, end }) => end === start + 1);
    const node = item && this.subject.tracks[list.track]!.track.nodes[item.start]!;
    if (node === undefined || typeof node.value !== 'number') return null;
    const each = Number(missing > 0 ? node.max : node.min);
    const count = Math.ceil(missing / each);
    if (!(count > 0 && count <= MOST_ADDED) || list.items.length + count > list.maxLength) return null;
    return this.#extended(list, [each], count);
  }

  /** Changes the numbers of one track from the first on until their sum has changed by `missing`. */
  #spread(terms: readonly PlacedNode[], missing: number): Edit | null {
    const { track } = terms[0]!;
    const last = terms.findLast((term) => term.track === track)!;
    const start = terms[0]!.at;
    const values: ChoiceValue[] = this.subject.valuesOf(track, start, last.at + 1);
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

  *#bigints(mine: bigint, wanted: bigint): Generator<Edit | null> {
    for (const placed of this.subject.wholes) {
      if (placed.span.value !== mine) continue;
      for (const value of [wanted, wanted + 1n, wanted - 1n]) yield replaceValue(placed, value);
    }
  }

  *#pattern(tested: string, source: string, flags: string): Generator<Edit | null> {
    for (const placed of this.subject.wholes) {
      const { value } = placed.span;
      if (typeof value !== 'string' || !(value.includes(tested) || tested.includes(value))) continue;
      for (let round = 0; round < 2; round += 1) {
        const sample = this.dictionary.samples.sample(source, flags, this.random);
        if (sample === null) break;
        const isPart = tested.length > 0 && value !== tested && value.includes(tested);
        yield isPart
          ? replaceText(this.subject, placed, value.indexOf(tested), tested.length, sample)
          : replaceText(this.subject, placed, 0, value.length, sample);
        if (!isPart && value.length > 0) yield replaceText(this.subject, placed, value.length, 0, sample);
      }
    }
  }

  *#json(parsed: string): Generator<Edit | null> {
    for (const placed of this.subject.wholes) {
      const { value } = placed.span;
      if (typeof value !== 'string' || !value.includes(parsed)) continue;
      const at = parsed.length > 0 ? value.indexOf(parsed) : 0;
      const count = parsed.length > 0 ? parsed.length : value.length;
      for (const text of jsonTexts(this.dictionary, this.random)) {
        yield replaceText(this.subject, placed, at, count, text);
      }
    }
  }
}

/** The operand itself, and for orderings also what lies just on either side of it. */
function neighbors(wanted: number, op: string): number[] {
  if (!op.startsWith('<') && !op.startsWith('>')) return [wanted];
  return Number.isInteger(wanted) ? [wanted, wanted + 1, wanted - 1] : [wanted, after(wanted), -after(-wanted)];
}

const FLOAT = new Float64Array(1);
const BITS = new BigInt64Array(FLOAT.buffer);

/** The next larger double. */
function after(value: number): number {
  FLOAT[0] = value;
  BITS[0]! += value >= 0 ? 1n : -1n;
  return FLOAT[0];
}

function codePoint(code: number): string {
  return code >= 0 && code <= 0x10_ffff ? String.fromCodePoint(code) : '';
}

function isSingle({ span }: PlacedSpan): boolean {
  return span.end - span.start === 1;
}
