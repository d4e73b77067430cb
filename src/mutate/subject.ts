import type { Choices, ChoiceValue } from '../choice/choices';
import { canEncode } from '../property/canEncode';
import {
  tracksOf,
  withValues,
  type ChoiceNode,
  type PlacedTrack,
  type Recording,
  type Span,
  type Track,
} from '../property/recording';
import { spliced, type Edit } from './edit';
import { listsOf, type List } from './lists';

/** A span with the track it lies in. */
export interface PlacedSpan {
  readonly track: number;
  readonly span: Span;
}

/** A list with the track it lies in. */
export interface PlacedList extends List {
  readonly track: number;
}

/** A list of bytes, with a character of Latin-1 for each. */
export interface PlacedBytes {
  readonly list: PlacedList;
  readonly image: string;
}

/**
 * Items of a list, or a place between two items, that may be replaced by anything: the input still shows the features
 * that it owns.
 */
export interface Gap {
  readonly list: PlacedList;
  readonly from: number;
  readonly count: number;
}

/** A choice that is not forced, with its place. */
export interface PlacedNode {
  readonly track: number;
  readonly at: number;
  readonly node: ChoiceNode;
}

/**
 * An input to be changed, with the parts that mutators ask for again and again. Each part is found when it is first
 * asked for: most entries of a corpus are changed many times, some never.
 */
export class Subject {
  readonly tracks: readonly PlacedTrack[];
  /** Empty until they are looked for. */
  gaps: readonly Gap[] = [];
  readonly #values: (readonly ChoiceValue[])[] = [];
  #nodes: readonly PlacedNode[] | null = null;
  #nodeValues: ReadonlySet<ChoiceValue> | null = null;
  #lists: readonly PlacedList[] | null = null;
  #bytes: readonly PlacedBytes[] | null = null;
  #spans: readonly PlacedSpan[] | null = null;
  #wholes: readonly PlacedSpan[] | null = null;
  readonly #characters = new Map<PlacedSpan, PlacedList | null>();

  constructor(readonly recording: Recording) {
    this.tracks = tracksOf(recording);
  }

  /** Choices that are not forced: they could have had other values. */
  get nodes(): readonly PlacedNode[] {
    this.#nodes ??= this.tracks.flatMap(({ track: { nodes } }, track) =>
      nodes.map((node, at) => ({ track, at, node })).filter(({ node }) => node.min !== node.max),
    );
    return this.#nodes;
  }

  get lists(): readonly PlacedList[] {
    this.#lists ??= this.tracks.flatMap(({ track: content }, track) =>
      listsOf(content).map((list) => ({ ...list, track })),
    );
    return this.#lists;
  }

  /** Lists of whole numbers from 0 to 255, from which arrays of bytes are made. */
  get bytes(): readonly PlacedBytes[] {
    this.#bytes ??= this.lists.flatMap((list) => {
      const image = imageOf(list, this.tracks[list.track]!.track.nodes);
      return image === null ? [] : [{ list, image }];
    });
    return this.#bytes;
  }

  get spans(): readonly PlacedSpan[] {
    this.#spans ??= this.tracks.flatMap(({ track: { spans } }, track) => spans.map((span) => ({ track, span })));
    return this.#spans;
  }

  /**
   * Spans whose value is a string, number, bigint or date that can be replaced by another value of its type. Parts of
   * these values are left out: the characters of a string, the parts of a double.
   */
  get wholes(): readonly PlacedSpan[] {
    this.#wholes ??= this.tracks.flatMap(({ track: content }, track) =>
      wholesOf(content).map((span) => ({ track, span })),
    );
    return this.#wholes;
  }

  /** True if a choice that is not forced has this value. */
  hasValue(value: number): boolean {
    this.#nodeValues ??= new Set(this.nodes.map(({ node }) => node.value));
    return this.#nodeValues.has(value);
  }

  /**
   * The list that a string is made of, one item for each of its code units; null if it is made otherwise, or is empty,
   * or has characters of two units.
   */
  charactersOf(placed: PlacedSpan): PlacedList | null {
    let list = this.#characters.get(placed);
    if (list === undefined) {
      list = this.lists.find((each) => each.track === placed.track && areCharacters(each, placed.span)) ?? null;
      this.#characters.set(placed, list);
    }
    return list;
  }

  valuesOf(track: number, start: number, end: number): ChoiceValue[] {
    return this.#allValuesOf(track).slice(start, end);
  }

  #allValuesOf(track: number): readonly ChoiceValue[] {
    return (this.#values[track] ??= this.tracks[track]!.track.nodes.map((node) => node.value));
  }

  /** The choices of the input after the edits. Of edits that overlap, the first one counts. */
  edited(edits: readonly Edit[]): Choices {
    const { choices } = this.recording;
    if (edits.length === 0) return choices;
    // Nearly all inputs have one track.
    if (edits.length === 1 || this.tracks.length === 1) return this.#withEdits(choices, edits);
    let made = choices;
    for (const track of new Set(edits.map((edit) => edit.track))) {
      made = this.#withEdits(
        made,
        edits.filter((edit) => edit.track === track),
      );
    }
    return made;
  }

  /** `choices` after edits of one track. */
  #withEdits(choices: Choices, edits: readonly Edit[]): Choices {
    const { track } = edits[0]!;
    return withValues(choices, this.tracks[track]!.path, spliced(this.#allValuesOf(track), edits));
  }
}

function areCharacters({ lengthAt, items, itemArbitrary }: List, { start, end, value }: Span): boolean {
  if (typeof value !== 'string' || lengthAt < start || items.length !== value.length) return false;
  if (items.length === 0 || itemArbitrary === null || items.at(-1)!.end !== end) return false;
  return items.every((item, index) => item.value === value[index]);
}

/** Lists with more items than this are not searched as bytes: this would cost more than it brings. */
const MOST_BYTES = 4096;

function imageOf({ items, itemArbitrary }: List, nodes: readonly ChoiceNode[]): string | null {
  if (items.length > MOST_BYTES || !isByteArbitrary(itemArbitrary)) return null;
  const isByte = ({ start, end, value }: Span): boolean => end === start + 1 && nodes[start]!.value === value;
  return items.every(isByte) ? String.fromCharCode(...items.map(({ value }) => Number(value))) : null;
}

/** fast-check's integers have their bounds in these fields. */
function isByteArbitrary(arbitrary: object | null): boolean {
  const { min, max } = (arbitrary ?? {}) as { readonly min?: unknown; readonly max?: unknown };
  return min === 0 && typeof max === 'number' && max >= 127 && max <= 255;
}

/** Parents come before their children. */
function wholesOf({ spans, nodes }: Track): Span[] {
  const wholes: Span[] = [];
  const isInside = new Uint8Array(spans.length);
  spans.forEach((span, index) => {
    if (span.parent >= 0 && isInside[span.parent] === 1) isInside[index] = 1;
    else if (!isShape(span, nodes) && isReplaceable(span)) {
      isInside[index] = 1;
      wholes.push(span);
    }
  });
  return wholes;
}

/** True for the length of a list or the number of a branch, which shapes the input but is no value in it. */
function isShape({ value, start, end }: Span, nodes: readonly ChoiceNode[]): boolean {
  if (typeof value !== 'number' || end !== start + 1) return false;
  const { role } = nodes[start]!;
  return role === 'length' || role === 'selector' || role === 'coin';
}

function isReplaceable({ arbitrary, value }: Span): boolean {
  const type = typeof value;
  if (type !== 'string' && type !== 'number' && type !== 'bigint' && !isDate(value)) return false;
  return canEncode(arbitrary, value);
}

export function isDate(value: unknown): value is Date {
  return Object.prototype.toString.call(value) === '[object Date]';
}
