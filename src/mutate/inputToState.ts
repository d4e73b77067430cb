import type { Choices } from '../choice/choices';
import type { Comparison } from '../coverage/comparisonLog';
import { encodeValue } from '../property/encodeValue';
import { tracksOf, type Recording, type Span, type PlacedTrack } from '../property/recording';
import { replaceValues } from './mutator';

/**
 * Candidates that make a comparison come out the other way: wherever a part of the input equals one operand (or
 * is a simple encoding of it), the other operand is put in its place, through the inverse of the arbitrary. This
 * is input-to-state correspondence (Aschermann et al., "RedQueen", NDSS 2019) on typed values: no search for the
 * bytes is needed, because equality of whole values tells.
 */
export function* inputToState(recording: Recording, comparisons: readonly Comparison[]): Generator<Choices> {
  const places = tracksOf(recording);
  for (const { left, right, op } of comparisons) {
    for (const [mine, wanted] of [
      [left, right],
      [right, left],
    ] as const) {
      for (const placed of places) {
        yield* candidates(recording, placed, mine, wanted, op);
      }
    }
  }
}

type Operand = string | number | bigint;

function* candidates(
  recording: Recording,
  placed: PlacedTrack,
  mine: Operand,
  wanted: Operand,
  op: string,
): Generator<Choices> {
  const { nodes, spans } = placed.track;
  if (typeof mine === 'number' && typeof wanted === 'number') {
    for (const value of neighbors(wanted, op)) {
      if (!Number.isSafeInteger(value)) continue;
      for (let at = 0; at < nodes.length; at += 1) {
        const node = nodes[at]!;
        if (node.value === mine && value !== mine && value >= node.min && value <= node.max) {
          yield replaceValues(recording, placed, at, 1, [value]);
        }
      }
    }
  }
  for (const span of spans) {
    for (const value of replacements(span.value, mine, wanted, op)) {
      const choices = encodeSpan(span, value);
      if (choices !== null) yield replaceValues(recording, placed, span.start, span.end - span.start, choices.values);
    }
  }
}

function encodeSpan(span: Span, value: unknown): Choices | null {
  const choices = encodeValue(span.arbitrary, value);
  // Forks of a span cannot be moved into the place of others.
  return choices === null || choices.forks.some((fork) => fork !== null) ? null : choices;
}

/** Values to try in the place of `value`. */
function* replacements(value: unknown, mine: Operand, wanted: Operand, op: string): Generator {
  if (typeof value === 'string') yield* stringReplacements(value, mine, wanted, op);
  else if (typeof value === 'number' && typeof mine === 'number' && typeof wanted === 'number') {
    // Whole values of one choice are handled above; what is left are doubles and mapped numbers.
    if (Object.is(value, mine)) yield* neighbors(wanted, op);
  } else if (typeof value === 'bigint' && typeof wanted === 'bigint' && value === mine) {
    yield wanted;
    yield wanted + 1n;
    yield wanted - 1n;
  } else if (value instanceof Object && 'getTime' in value && typeof mine === 'number' && typeof wanted === 'number') {
    if (timeOf(value) === mine) yield new Date(wanted);
  }
}

function* stringReplacements(value: string, mine: Operand, wanted: Operand, op: string): Generator<string> {
  if (typeof wanted !== 'string') {
    // A number (or bigint) read from text, as Number(s) or parseInt(s) do.
    if (typeof mine === 'number' ? Number(value) === mine : String(mine) === value) yield String(wanted);
    return;
  }
  if (typeof mine !== 'string') return;
  if (value === mine) {
    yield wanted;
    if (op === 'startsWith') yield wanted + value;
    else if (op === 'endsWith') yield value + wanted;
    else if (op === 'includes' || op === 'indexOf') {
      yield wanted + value;
      yield value + wanted;
    }
    return;
  }
  if (mine.length > 0 && value.includes(mine)) yield value.replace(mine, () => wanted);
  if (value.toLowerCase() === mine) yield wanted;
  if (value.toUpperCase() === mine) yield wanted;
  if (value.length > 0 && mine.includes(value) && wanted.length > 0 && mine !== wanted) yield wanted;
  if (value.trim() === mine) yield wanted;
}

/** The operand itself, and for orderings also what lies just on either side of it. */
function neighbors(wanted: number, op: string): number[] {
  return op.startsWith('<') || op.startsWith('>') ? [wanted, wanted + 1, wanted - 1] : [wanted];
}

function timeOf(value: object): number {
  try {
    return Date.prototype.getTime.call(value);
  } catch {
    return Number.NaN;
  }
}
