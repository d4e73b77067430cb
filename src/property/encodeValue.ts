import { simplestOf, type Choices, type ChoiceValue } from '../choice/choices';
import { Random } from '../choice/random';
import { doubleOrderOf } from './doubleOrder';
import { isArbitrary } from './fastCheckTypes';
import { isSameValue } from './sameValue';
import { Tape } from './tape';
import { fromArrayInt } from './tapeRandom';
import { splitText } from './textUnits';

/**
 * Choices with which `arbitrary` generates `value`; null if none were found. This is the inverse of generation. It goes
 * by the shape of each arbitrary and uses the unmappers of fast-check's built-in arbitraries. There is no inverse for
 * arbitraries made with `chain` or with `map` without an unmapper, and for streams, generators and commands. The
 * choices are tried once, so the user's mappers run.
 *
 * One file: the inverse has a case for each kind of arbitrary, and each case needs all others for the parts of its
 * value.
 */
export function encodeValue(arbitrary: object, value: unknown): Choices | null {
  const encoder = new Encoder();
  // An unmapper throws an error to reject a value: an error without a stack is a hundred times cheaper.
  const { stackTraceLimit } = Error;
  Error.stackTraceLimit = 0;
  try {
    if (!encoder.encode(arbitrary, value, 0)) return null;
    const choices: Choices = { values: encoder.values, forks: [], biased: false };
    // The choices as the tape recorded them: it also knows which of them are texts.
    return generatesValue(arbitrary, choices, value) ? tape.choices() : null;
  } catch {
    // Unmappers, refinements and getters are the user's code, and are given values they were not written for.
    return null;
  } finally {
    Error.stackTraceLimit = stackTraceLimit;
  }
}

/**
 * The choices of a text: `arbitrary` generates its units (see `splitText`). The text as a whole is not tried, because
 * each unit was tried when it was met for the first time.
 */
export function encodeUnits(arbitrary: object, text: string): ReturnType<typeof splitText> {
  return splitText(arbitrary, text, (unit) => encodeValue(arbitrary, unit)?.values ?? null);
}

const MAX_DEPTH = 200;
/** At most this many branches and parts are attempted in one call: nested `oneof`s would try all their branches. */
const MAX_STEPS = 50_000;

/** Fields of fast-check's arbitraries; a class is recognized by the fields that it has. */
interface Fields {
  readonly min?: unknown;
  readonly max?: unknown;
  readonly values?: readonly unknown[];
  readonly arbs?: readonly object[];
  readonly arb?: object;
  readonly lengthArb?: object;
  readonly minLength?: number;
  readonly maxLength?: number;
  readonly cachedBiasedMaxLength?: number;
  readonly depthContext?: { depth: number };
  readonly originalArray?: readonly unknown[];
  readonly isOrdered?: boolean;
  readonly mapper?: (value: unknown) => unknown;
  readonly unmapper?: (value: unknown) => unknown;
  readonly refinement?: (value: unknown) => boolean;
  readonly underlying?: object | null;
  readonly warbs?: readonly { readonly arbitrary: object; readonly weight: number }[];
  readonly context?: { depth: number };
  readonly constraints?: { readonly maxDepth?: number };
  readonly sourceArb?: object;
  readonly generatorArbitrary?: object;
  readonly numValues?: number;
  readonly stringArb?: object;
  readonly toggleCase?: (char: string) => string;
  readonly untoggleAll?: (text: string) => string;
  readonly chainer?: unknown;
  computeNegDepthBenefit?(): number;
}

class Encoder {
  readonly values: ChoiceValue[] = [];
  #steps = 0;

  /** Appends the choices for `value`; false when there are none, and then the appended choices mean nothing. */
  encode(arbitrary: object, value: unknown, depth: number): boolean {
    this.#steps += 1;
    if (depth > MAX_DEPTH || this.#steps > MAX_STEPS) return false;
    const fields = arbitrary as Fields;
    if (fields.chainer !== undefined) return false;
    if (fields.warbs !== undefined) return this.#oneOf(fields, value, depth);
    if (fields.arbs !== undefined) return this.#tuple(fields.arbs, value, depth);
    if (fields.originalArray !== undefined) return this.#subarray(fields, value);
    if (fields.lengthArb !== undefined) return this.#array(fields, value, depth);
    if (fields.values !== undefined) return this.#constant(fields.values, value);
    if (fields.min !== undefined) return this.#number(fields, value);
    if (fields.stringArb !== undefined) return this.#mixedCase(fields, value, depth);
    if (fields.numValues !== undefined) return this.#clones(fields, value, depth);
    if (fields.mapper !== undefined) {
      if (typeof value === 'string') {
        const done = this.#text(fields, value, depth);
        if (done !== null) return done;
      }
      return fields.unmapper !== undefined && this.encode(fields.arb!, fields.unmapper(value), depth + 1);
    }
    if (fields.refinement !== undefined && !fields.refinement(value)) return false;
    const inner = fields.underlying ?? fields.sourceArb ?? fields.generatorArbitrary ?? fields.arb;
    return isArbitrary(inner) && this.encode(inner, value, depth + 1);
  }

  #number({ min, max }: Fields, value: unknown): boolean {
    if (typeof min === 'number') {
      return Number.isInteger(value) && !Object.is(value, -0) && this.#inRange(min, max as number, value as number);
    }
    if (typeof min === 'bigint') return typeof value === 'bigint' && this.#inRange(min, max as bigint, value);
    // 64-bit integers of fast-check 3.x.
    const parts = value as Parameters<typeof fromArrayInt>[0];
    return this.#inRange(fromArrayInt(min as typeof parts), fromArrayInt(max as typeof parts), fromArrayInt(parts));
  }

  #inRange(min: ChoiceValue, max: ChoiceValue, value: ChoiceValue): boolean {
    const isBig = typeof value === 'bigint' && min <= value && value <= max;
    const order = isBig ? doubleOrderOf(BigInt(min), BigInt(max)) : null;
    this.values.push(order === null ? value : order.toChoice(BigInt(value)));
    return min <= value && value <= max;
  }

  #constant(constants: readonly unknown[], value: unknown): boolean {
    const index = constants.findIndex((constant) => Object.is(constant, value));
    if (constants.length > 1) this.values.push(index);
    return index !== -1;
  }

  #tuple(arbs: readonly object[], value: unknown, depth: number): boolean {
    if (!Array.isArray(value) || value.length !== arbs.length) return false;
    return arbs.every((arb, index) => this.encode(arb, value[index], depth + 1));
  }

  #array(fields: Fields, value: unknown, depth: number): boolean {
    if (!Array.isArray(value) || fields.arb === undefined) return false;
    const { length } = value;
    if (length < (fields.minLength ?? 0) || length > (fields.maxLength ?? Infinity)) return false;
    this.values.push(length);
    // Long lists count as depth for their items, as they do when they are generated.
    const extra = Math.max(0, length - (fields.cachedBiasedMaxLength ?? Infinity));
    return withDepth(fields.depthContext, extra, () =>
      Array.from(value).every((item) => this.encode(fields.arb!, item, depth + 1)),
    );
  }

  /**
   * Encodes a string made of the items of a list, unit by unit; null if only the unmapper of fast-check can do it. That
   * one is slow: it tries all ways to cut a text into units, and builds an error for each piece that is no unit.
   */
  #text({ arb, mapper, unmapper }: Fields, value: string, depth: number): boolean | null {
    const list: Fields | undefined = arb;
    if (unmapper === undefined || list?.lengthArb === undefined || list.arb === undefined) return null;
    // Only a mapper that joins the items is handled here. Others put something between the items.
    if (mapper!(Array.from(value)) !== value) return null;
    const units = splitText(list.arb, value, (unit) => this.#encodedUnit(list.arb!, unit, depth));
    if (units === 'impossible') return false;
    if (units === null) return null;
    const { values, count } = units;
    if (count < (list.minLength ?? 0) || count > (list.maxLength ?? Infinity)) return false;
    this.values.push(count);
    for (const value of values) this.values.push(value);
    return true;
  }

  #encodedUnit(arbitrary: object, unit: string, depth: number): readonly ChoiceValue[] | null {
    const encoder = new Encoder();
    return encoder.#branch(arbitrary, unit, depth + 1) ? encoder.values : null;
  }

  #subarray(fields: Fields, value: unknown): boolean {
    if (!Array.isArray(value)) return false;
    const left = fields.originalArray!.map((item) => item);
    const isFree = left.map(() => true);
    this.values.push(value.length);
    let from = 0;
    for (const item of value) {
      const index = left.findIndex((other, at) => isFree[at]! && at >= from && Object.is(other, item));
      if (index === -1) return false;
      this.values.push(isFree.slice(0, index).filter(Boolean).length);
      isFree[index] = false;
      if (fields.isOrdered === true) from = index + 1;
    }
    return true;
  }

  #oneOf(fields: Fields, value: unknown, depth: number): boolean {
    const { warbs, context } = fields;
    const mark = this.values.length;
    if ((fields.constraints?.maxDepth ?? Infinity) <= (context?.depth ?? 0)) {
      return withDepth(context, 1, () => this.encode(warbs![0]!.arbitrary, value, depth + 1));
    }
    let lowest = fields.computeNegDepthBenefit?.() ?? 0;
    for (const { arbitrary, weight } of warbs!) {
      const next = Math.max(0, lowest) + weight;
      if (weight > 0) {
        this.values.push(simplestOf(lowest, next - 1));
        if (withDepth(context, 1, () => this.#branch(arbitrary, value, depth + 1))) return true;
        this.values.length = mark;
      }
      lowest = next;
    }
    return false;
  }

  /** As `encode`. An unmapper throws when it does not know the value: then another branch may generate it. */
  #branch(arbitrary: object, value: unknown, depth: number): boolean {
    try {
      return this.encode(arbitrary, value, depth);
    } catch {
      return false;
    }
  }

  #clones({ arb, numValues }: Fields, value: unknown, depth: number): boolean {
    if (!Array.isArray(value) || value.length !== numValues) return false;
    return value.length === 0 || this.encode(arb!, value[0], depth + 1);
  }

  #mixedCase({ stringArb, toggleCase, untoggleAll }: Fields, value: unknown, depth: number): boolean {
    if (typeof value !== 'string') return false;
    const raw = untoggleAll === undefined ? value : untoggleAll(value);
    if (!this.encode(stringArb!, raw, depth + 1)) return false;
    const wanted = Array.from(value);
    let flags = 0n;
    let bit = 1n;
    Array.from(raw).forEach((char, index) => {
      if (toggleCase!(char) === char) return;
      if (wanted[index] !== char) flags |= bit;
      bit <<= 1n;
    });
    this.values.push(flags);
    return true;
  }
}

/** The weights of `oneof` depend on the depth that its arbitraries share: `body` gets the depth of generation. */
function withDepth(context: { depth: number } | undefined, extra: number, body: () => boolean): boolean {
  if (context === undefined || extra === 0) return body();
  context.depth += extra;
  try {
    return body();
  } finally {
    context.depth -= extra;
  }
}

/** Used to try an encoding. Its budget is that of an input: longer encodings are of no use. */
const tape = new Tape(new Random(0));

function generatesValue(arbitrary: object, choices: Choices, value: unknown): boolean {
  if (!isArbitrary(arbitrary)) return false;
  tape.start({ type: 'replay', choices, tail: 'stop' });
  const generated = arbitrary.generate(tape.root, undefined).value;
  return tape.misaligned === 0 && tape.drawn === choices.values.length && isSameValue(generated, value);
}
