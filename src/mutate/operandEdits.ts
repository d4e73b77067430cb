import type { Random } from '../choice/random';
import type { Comparison, Operand } from '../coverage/comparisons/comparison';
import { encodeValue } from '../property/encodeValue';
import { byteForms, textForms } from './byteForms';
import { replace, type Edit } from './edit';
import type { Dictionary } from './dictionary';
import { jsonTexts } from './jsonTexts';
import { withAppended, withRun } from './listRun';
import { dateNumeral, numeral, someDate, someNumeral, type Numeral } from './numerals';
import { replaceText, replaceValue } from './replaceText';
import { isDate, type PlacedList, type PlacedSpan, type Subject } from './subject';
import { sumEdits } from './sumEdits';
import { somePlacesOf, textChanges } from './textChanges';

/**
 * The edits of one input that put one operand of a comparison in the place of the other operand. One object serves all
 * comparisons of one run, in their order: a text from which a number was made is remembered for later comparisons of
 * the number.
 */
export class OperandEdits {
  /** Labels that were put at the end of texts and lists already. */
  readonly #labels = new Set<string>();
  /** Texts from which numbers were made, by number. */
  readonly #numerals = new Map<number, Numeral[]>();

  constructor(
    readonly subject: Subject,
    readonly dictionary: Dictionary,
    readonly random: Random,
  ) {}

  /** The edits for one comparison, best first; null in place of an edit that cannot be made. */
  *of({ op, left, right, flags, radix }: Comparison): Generator<Edit | null> {
    switch (op) {
      case 'number':
        if (typeof left !== 'string' || typeof right !== 'number') return;
        // Nothing was compared yet, but a text that is no number can be replaced by one that is.
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

  /** The label of a token is often the text of the token: then `mine` is in the input where `wanted` was expected. */
  *#label(mine: string, wanted: string): Generator<Edit | null> {
    yield* this.#inTexts(mine, wanted, '');
    if (!this.#labels.has(wanted)) yield* this.#append(wanted);
    this.#labels.add(wanted);
  }

  *#inTexts(mine: string, wanted: string, op: string): Generator<Edit | null> {
    for (const placed of this.subject.wholes) {
      const { value } = placed.span;
      if (typeof value !== 'string') continue;
      for (const [from, count, text] of textChanges(value, mine, wanted, op, this.random)) {
        yield replaceText(this.subject, placed, from, count, text);
      }
    }
    if (this.subject.bytes.length === 0) return;
    for (const [mineBytes, wantedBytes] of textForms(mine, wanted)) yield* this.#inBytes(mineBytes, wantedBytes, op);
  }

  /** As `#inTexts`, for lists of bytes: the operands are bytes as Latin-1. */
  *#inBytes(mine: string, wanted: string, op: string): Generator<Edit | null> {
    for (const { list, image } of this.subject.bytes) {
      for (const [from, count, text] of textChanges(image, mine, wanted, op, this.random)) {
        yield withRun(list, from, count, Array.from(Buffer.from(text, 'latin1')), text.length);
      }
    }
  }

  /** Puts `wanted` at the end of lists and texts: the code looked for it past the end of the input. */
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
    return choices === null ? null : withAppended(list, choices.values, 1);
  }

  *#numbers(mine: number, wanted: number, op: string): Generator<Edit | null> {
    const isCode = Number.isInteger(wanted) && wanted >= 0 && wanted <= 0x10_ffff;
    if (Number.isNaN(mine)) {
      // `charCodeAt` gives NaN past the end.
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
    if (!isDirect && Number.isSafeInteger(mine) && Number.isSafeInteger(wanted))
      yield* sumEdits(this.subject, wanted - mine, this.random);
  }

  /** The number may have been read from several bytes. */
  *#readFromBytes(mine: number, wanted: number): Generator<Edit | null> {
    if (this.subject.bytes.length === 0) return;
    for (const [mineBytes, wantedBytes] of byteForms(mine, wanted)) {
      for (const { list, image } of this.subject.bytes) {
        for (const at of somePlacesOf(mineBytes, image, this.random)) {
          yield withRun(list, at, mineBytes.length, Array.from(Buffer.from(wantedBytes, 'latin1')), mineBytes.length);
        }
      }
    }
  }

  *#codes(mine: number, wanted: number): Generator<Edit | null> {
    if (wanted < 0 || wanted > 0x10_ffff) return;
    yield* this.#inTexts(codePoint(mine), codePoint(wanted), '');
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

/** The operand itself; for an order also the next number on either side of it. */
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
