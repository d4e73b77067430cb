import { isArbitrary, type ArbitraryLike, type ValueLike } from './fastCheckTypes';
import { learnText, quickText, type TextShape } from './quickText';
import { RecordingRandom } from './recordRun';
import { TapeRandom } from './tapeRandom';
import { INDEX, LENGTH, SELECTOR, VALUE } from './trackBuffer';

/**
 * Wraps `generate` on the prototypes of `root` and of every arbitrary reachable from it, so that a tape learns which
 * arbitrary draws what. Arbitraries themselves may be shared between properties and are never changed; with any other
 * source of randomness the wrapped method does what it did before. Each prototype is wrapped once. Returns true if
 * there was a new one.
 */
export function wrapArbitraries(root: unknown): boolean {
  const before = wrappedCount;
  for (const arbitrary of reachableArbitraries(root)) wrapPrototypesOf(arbitrary);
  return wrappedCount > before;
}

/** `root` and every arbitrary reachable from it, each once, in an order that depends only on how they are built. */
export function reachableArbitraries(root: unknown): ArbitraryLike[] {
  const seen = new Set<ArbitraryLike>();
  const waiting: unknown[] = [root];
  while (waiting.length > 0) {
    const next = waiting.pop();
    if (!isArbitrary(next) || seen.has(next)) continue;
    seen.add(next);
    for (const field of dataFields(next)) collect(field, waiting);
  }
  return [...seen];
}

/** Wraps the arbitraries that `fc.gen` was asked for in a run that is over, so that later runs have their spans. */
export function wrapLateArbitraries(values: readonly ValueLike[]): void {
  for (const value of values) {
    for (const entry of historyOf(value)) wrapArbitraries((entry as { arb?: unknown }).arb);
  }
}

const wrapped = new WeakSet<object>();
let wrappedCount = 0;

/** Enough to see the shape of any arbitrary written by hand; a table of a million constants is not walked. */
const MAX_ITEMS = 1000;

/** Arbitraries are fields of arbitraries, or lie in their lists (`arbs`) and records (`warbs[].arbitrary`). */
function collect(field: unknown, into: unknown[]): void {
  if (isArbitrary(field)) into.push(field);
  else if (Array.isArray(field)) {
    for (const item of field.slice(0, MAX_ITEMS)) {
      if (isArbitrary(item)) into.push(item);
      else for (const inner of dataFields(item)) if (isArbitrary(inner)) into.push(inner);
    }
  } else for (const inner of dataFields(field)) if (isArbitrary(inner)) into.push(inner);
}

/**
 * Values of the own fields, except getters: constants may be any objects of the user, and no code of the user may run
 * here.
 */
function dataFields(value: unknown): unknown[] {
  if (typeof value !== 'object' || value === null || ArrayBuffer.isView(value)) return [];
  const fields: unknown[] = [];
  for (const key of Object.keys(value).slice(0, MAX_ITEMS)) {
    const descriptor = Object.getOwnPropertyDescriptor(value, key);
    if (descriptor !== undefined && 'value' in descriptor) fields.push(descriptor.value);
  }
  return fields;
}

/** The fields by which we recognize the classes that matter; class names differ between builds. */
interface Shape extends TextShape {
  readonly lengthArb?: ArbitraryLike & { readonly generatorArbitrary?: object };
  readonly minLength?: number;
  readonly maxLength?: number;
  readonly warbs?: unknown;
  readonly values?: unknown;
  readonly numValues?: number;
  readonly chainer?: unknown;
  readonly arbitraryCache?: unknown;
  readonly min?: unknown;
}

function wrapPrototypesOf(arbitrary: ArbitraryLike): void {
  for (
    let place: unknown = arbitrary;
    typeof place === 'object' && place !== null;
    place = Object.getPrototypeOf(place)
  ) {
    const prototype = place as ArbitraryLike;
    if (prototype === arbitrary || wrapped.has(prototype) || !Object.hasOwn(prototype, 'generate')) continue;
    const descriptor = Object.getOwnPropertyDescriptor(prototype, 'generate')!;
    if (typeof descriptor.value !== 'function' || descriptor.writable !== true) continue;
    wrapped.add(prototype);
    wrappedCount += 1;
    prototype.generate = wrapperFor(arbitrary, descriptor.value as Generate);
  }
}

type Generate = ArbitraryLike['generate'];

/**
 * A `generate` that notes the role of the arbitrary's first choice for the tape, then generates. There is a separate
 * function for each kind of class, not one function with a closure for the kind: V8 collects the types seen at a call
 * by the place of the call in the source.
 */
function wrapperFor(sample: ArbitraryLike & Shape, original: Generate): Generate {
  if (sample.numValues !== undefined) return cloneWrapper(original);
  if (sample.chainer !== undefined) {
    return function generate(this: ArbitraryLike & Shape, random: unknown, biasFactor: number | undefined): ValueLike {
      if (!(random instanceof TapeRandom)) return original.call(this, random, biasFactor);
      random.role = VALUE;
      if (random.tape.recordsSpans) return generateSpan(this, original, random, biasFactor);
      const value = original.call(this, random, biasFactor);
      discover(this, value);
      return value;
    };
  }
  if (sample.lengthArb !== undefined) {
    return function generate(this: ArbitraryLike & Shape, random: unknown, biasFactor: number | undefined): ValueLike {
      if (!(random instanceof TapeRandom)) return original.call(this, random, biasFactor);
      random.lengthArbitrary = this.lengthArb!.generatorArbitrary ?? this.lengthArb!;
      random.maxLength = this.maxLength ?? 0;
      if (random.tape.recordsSpans) return generateSpan(this, original, random, biasFactor);
      return original.call(this, random, biasFactor);
    };
  }
  if (sample.warbs === undefined && !Array.isArray(sample.values) && sample.min !== undefined) {
    return function generate(this: ArbitraryLike & Shape, random: unknown, biasFactor: number | undefined): ValueLike {
      if (!(random instanceof TapeRandom)) return original.call(this, random, biasFactor);
      random.role = random.lengthArbitrary === this ? LENGTH : VALUE;
      if (random.tape.recordsSpans) return generateSpan(this, original, random, biasFactor);
      return original.call(this, random, biasFactor);
    };
  }
  if (sample.mapper !== undefined) return mapWrapper(original);
  const role = sample.warbs !== undefined ? SELECTOR : Array.isArray(sample.values) ? INDEX : VALUE;
  return function generate(this: ArbitraryLike & Shape, random: unknown, biasFactor: number | undefined): ValueLike {
    if (!(random instanceof TapeRandom)) return original.call(this, random, biasFactor);
    random.role = role;
    if (random.tape.recordsSpans) return generateSpan(this, original, random, biasFactor);
    return original.call(this, random, biasFactor);
  };
}

/** A list that is mapped to a string or to bytes is a text: see `Fork.texts`. */
function mapWrapper(original: Generate): Generate {
  return function generate(this: ArbitraryLike & Shape, random: unknown, biasFactor: number | undefined): ValueLike {
    if (!(random instanceof TapeRandom)) return original.call(this, random, biasFactor);
    const start = random.position;
    let value: ValueLike | null;
    if (random.tape.recordsSpans) value = generateSpan(this, original, random, biasFactor);
    else if (this.arb?.lengthArb === undefined) return original.call(this, random, biasFactor);
    else {
      value = biasFactor === undefined ? quickText(this, random) : null;
      if (value === null) {
        value = original.call(this, random, biasFactor);
        learnText(this, value);
      }
    }
    // A text of one choice is one unit anyway. Most maps make characters, and end here.
    if (random.position > start + 1 && this.arb?.lengthArb !== undefined && isText(value.value_))
      random.noteText(start);
    return value;
  };
}

function isText(value: unknown): boolean {
  return typeof value === 'string' || (ArrayBuffer.isView(value) && (value as Uint8Array).BYTES_PER_ELEMENT === 1);
}

/** `fc.clone` generates each copy from a clone of the same state, and expects the copies to be equal. */
function cloneWrapper(original: Generate): Generate {
  return function generate(this: ArbitraryLike & Shape, random: unknown, biasFactor: number | undefined): ValueLike {
    if (random instanceof TapeRandom || random instanceof RecordingRandom) {
      random.aliasesLeft = Math.max(0, this.numValues! - 1);
    }
    if (!(random instanceof TapeRandom) || !random.tape.recordsSpans) return original.call(this, random, biasFactor);
    return generateSpan(this, original, random, biasFactor);
  };
}

function generateSpan(
  arbitrary: ArbitraryLike & Shape,
  original: Generate,
  random: TapeRandom,
  biasFactor: number | undefined,
): ValueLike {
  const { spans } = random.track();
  // A second copy of `fc.clone` reads the choices of the first again: they have their spans already.
  if (!random.isAtEnd) return original.call(arbitrary, random, biasFactor);
  const parent = random.span;
  const list =
    arbitrary.lengthArb === undefined
      ? null
      : { minLength: arbitrary.minLength ?? 0, maxLength: arbitrary.maxLength ?? Number.MAX_SAFE_INTEGER };
  const span = { arbitrary, start: random.position, end: random.position, parent, value: undefined as unknown, list };
  random.span = spans.length;
  spans.push(span);
  try {
    const value = original.call(arbitrary, random, biasFactor);
    span.value = value.value_;
    if (arbitrary.chainer !== undefined && discover(arbitrary, value)) random.tape.metNewArbitraries = true;
    if (arbitrary.arbitraryCache !== undefined) random.tape.lateValues.push(value);
    return value;
  } finally {
    span.end = random.position;
    random.span = parent;
  }
}

/** After this many generations, all classes that a chain builds are assumed to be known. */
const CHAIN_LOOKS = 32;
const chainLooks = new WeakMap<object, number>();

/** `chain` builds its second arbitrary as it generates, so its class may be new to us. True if it was. */
function discover(chain: object, value: ValueLike): boolean {
  const looks = chainLooks.get(chain) ?? 0;
  if (looks >= CHAIN_LOOKS) return false;
  chainLooks.set(chain, looks + 1);
  const context = value.context as { chainedArbitrary?: unknown; entries?: { arbitrary?: unknown }[] } | undefined;
  let isNew = wrapArbitraries(context?.chainedArbitrary);
  for (const entry of context?.entries ?? []) isNew = wrapArbitraries(entry.arbitrary) || isNew;
  return isNew;
}

function historyOf(value: ValueLike): readonly unknown[] {
  const history = (value.context as { history?: unknown } | undefined)?.history;
  return Array.isArray(history) ? history : [];
}
