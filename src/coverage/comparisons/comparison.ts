import type { ProbeOp } from './findings';

/** A value worth putting into an input; undefined or NaN where the code read past the end of the input. */
export type Operand = string | number | bigint | undefined;

/**
 * How the operands of a recorded comparison relate; `===` is also used for a `case` and for an element of an array.
 * `has`: `left` was looked up in a Set, Map or object, and `right` is one of its keys; `in`: the same with the operator
 * `in`.
 * `startsWith endsWith includes`: the text `right` was looked for in the text `left`.
 * `member`: in `object[key]`, `left` is the key and `right` an own key of the object or a name of `Object.prototype`.
 * `test`: `left` is the subject and `right` the source of a regular expression, with its `flags`.
 * `bytes`: two buffers, a character for each byte. `<` is also used for `localeCompare`.
 * `number`: the number `right` was made from the text `left`; NaN if the text is no number.
 * `date`: a date was made from the text `left`, `right` milliseconds after 1970; NaN if the text is no date.
 * `label`: two objects, such as the kinds of tokens of a parser, with the labels `left` and `right`.
 * `json`: the text `left` was given to `JSON.parse`; `right` is empty.
 */
export type ComparisonOp = Exclude<ProbeOp, 'switch' | 'match'> | 'label';

/**
 * Two values that the code compared. Both are of the same type, or one is a text and the other a number, or one of them
 * is missing.
 */
export interface Comparison {
  /** As given to `record`; `CoverageMap.siteOf` gives its place. */
  readonly site: number;
  readonly op: ComparisonOp;
  readonly left: Operand;
  readonly right: Operand;
  /** Of `test` only: the flags of the regular expression. */
  readonly flags?: string;
  /**
   * Of `number` only: the base that `left` was read in; undefined if it is 10, or if the text itself names the base
   * (`0x`).
   */
  readonly radix?: number;
}
