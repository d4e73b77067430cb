import { drawAnew } from '../property/drawAnew';
import { replace, type Edit } from './edit';
import { pick, pickWhere, type MutationContext, type Mutator } from './mutator';
import type { PlacedSpan, Subject } from './subject';

/**
 * Replaces a part that one arbitrary generated: by a part that the same arbitrary generated elsewhere in this input, or
 * in another input, or by a newly drawn one. When a child is replaced by its parent, a tree grows; when a parent is
 * replaced by its child, it shrinks.
 */
export const changeSpan: Mutator = (subject, context) => {
  const { random } = context;
  if (subject.spans.length === 0) return null;
  const to = pick(subject.spans, random);
  switch (random.below(3)) {
    case 0:
      return copied(subject, to, context);
    case 1:
      return spliced(to, context);
    default: {
      const values = drawAnew(to.span.arbitrary, random);
      return values === null ? null : replaced(to, values);
    }
  }
};

function copied(subject: Subject, to: PlacedSpan, { random }: MutationContext): Edit | null {
  const { arbitrary } = to.span;
  const from = pickWhere(subject.spans, random, ({ span }) => span.arbitrary === arbitrary && span !== to.span);
  if (from === undefined || (to.track === from.track && isSame(to, from))) return null;
  return replaced(to, subject.valuesOf(from.track, from.span.start, from.span.end));
}

function spliced(to: PlacedSpan, { random, other, labelOf }: MutationContext): Edit | null {
  const label = labelOf(to.span.arbitrary);
  if (label === undefined) return null;
  const donor = other();
  const from = pickWhere(donor.spans, random, ({ span }) => labelOf(span.arbitrary) === label);
  return from === undefined ? null : replaced(to, donor.valuesOf(from.track, from.span.start, from.span.end));
}

function replaced({ track, span }: PlacedSpan, values: Edit['values']): Edit {
  return replace(track, span.start, span.end - span.start, values);
}

function isSame({ span: a }: PlacedSpan, { span: b }: PlacedSpan): boolean {
  return a.start === b.start && a.end === b.end;
}
