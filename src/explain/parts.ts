import type { Choices, ChoiceValue } from '../choice/choices';
import { isSameValue } from '../property/sameValue';
import { withValues, type Recording, type Span, type Track } from '../property/recording';
import { childrenOf } from '../shrink/attempts/spanTree';
import type { PartTape } from './partTape';

/** A part of the arguments of a property. Its choices are `start` … `end - 1` of the main track. */
export interface Part {
  /** From 0. */
  readonly argument: number;
  /** The keys that lead to an item or field of the argument; empty for the whole argument. */
  readonly path: readonly (string | number)[];
  readonly arbitrary: object;
  readonly start: number;
  readonly end: number;
}

/** The arguments that use choices; empty if the spans do not show where they are. */
export function argumentsOf({ main }: Recording): Part[] {
  const root = main.spans[0];
  if (root === undefined || !isTuple(root, childrenOf(main, 0))) return [];
  return childrenOf(main, 0).flatMap((span, argument) => partOf(span, argument, []));
}

/** The items of an array, or the fields of a plain object; empty if the spans do not show where they are. */
export function itemsOf(part: Part, values: readonly ChoiceValue[], tape: PartTape): Part[] {
  const made = tape.replay(part.arbitrary, values.slice(part.start, part.end), true);
  if (made === null || made.values.length !== part.end - part.start) return [];
  const { value } = made;
  if (typeof value !== 'object' || value === null) return [];
  const keys: readonly (string | number)[] = Array.isArray(value) ? [...value.keys()] : Object.keys(value);
  const parts: Part[] = [];
  let at = 0;
  for (const span of innerParts(made.recording.main)) {
    // Some spans are no field of the object: they are for a key that was left out, or for the prototype.
    const key = keys[at];
    if (key === undefined || !isSameValue(Reflect.get(value, key), span.value)) continue;
    at += 1;
    const { start, end, arbitrary } = span;
    const moved = { arbitrary, start: start + part.start, end: end + part.start };
    parts.push(...partOf(moved, part.argument, [...part.path, key]));
  }
  return at === keys.length ? parts : [];
}

/** `choices` with `values` in the place of a part. */
export function withPart(choices: Choices, { start, end }: Part, values: readonly ChoiceValue[]): Choices {
  return withValues(choices, [], [...choices.values.slice(0, start), ...values, ...choices.values.slice(end)]);
}

/** Whether two inputs are equal before and after a part of the first one. */
export function differOnlyIn({ start, end }: Part, { values, forks }: Choices, other: Choices): boolean {
  const after = values.length - end;
  if (forks.length > 0 || other.forks.length > 0 || other.values.length < start + after) return false;
  for (let at = 0; at < start; at += 1) if (values[at] !== other.values[at]) return false;
  for (let at = 1; at <= after; at += 1) if (values.at(-at) !== other.values.at(-at)) return false;
  return true;
}

function partOf(span: Pick<Span, 'arbitrary' | 'start' | 'end'>, argument: number, path: Part['path']): Part[] {
  const { arbitrary, start, end } = span;
  return end > start ? [{ argument, path, arbitrary, start, end }] : [];
}

/** The items of the outermost tuple or list, which may be inside of arbitraries that draw nothing themselves. */
function innerParts(track: Track): readonly Span[] {
  for (let place = 0; place < track.spans.length; place += 1) {
    const span = track.spans[place]!;
    const children = childrenOf(track, place);
    // A list draws its length first.
    if (span.list !== null) return children.filter(({ start }) => start > span.start);
    if (isTuple(span, children)) return children;
    const [only] = children;
    if (children.length !== 1 || only!.start !== span.start || only!.end !== span.end) return [];
  }
  return [];
}

function isTuple({ arbitrary }: Span, children: readonly Span[]): boolean {
  const { arbs } = arbitrary as { readonly arbs?: unknown };
  return Array.isArray(arbs) && arbs.length === children.length;
}
