import type { Choices } from '../choice/choices';
import type { Random } from '../choice/random';
import type { Comparison } from '../coverage/comparisons/comparison';
import type { Edit } from './edit';
import type { Dictionary } from './dictionary';
import { OperandEdits } from './operandEdits';
import type { Subject } from './subject';

/**
 * Candidates that make a comparison come out the other way: wherever a part of the input equals one operand (or is a
 * simple encoding of it), the other operand is put in its place, through the inverse of the arbitrary. This is
 * input-to-state correspondence (Aschermann et al., "RedQueen", NDSS 2019) on typed values: whole values are compared,
 * so there is no need to search for the bytes of an operand.
 *
 * The first candidate of each comparison comes before the second of any.
 */
export function* inputToState(
  subject: Subject,
  comparisons: Iterable<Comparison>,
  dictionary: Dictionary,
  random: Random,
): Generator<Choices> {
  const operandEdits = new OperandEdits(subject, dictionary, random);
  let lines: Generator<Edit | null>[] = [];
  // A comparison is taken only when the next candidate is asked for: a run may have thousands.
  for (const comparison of comparisons) {
    const line = operandEdits.of(comparison);
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

/** The next edit that can be made; null when there are no more. */
function firstEdit(line: Generator<Edit | null>): Edit | null {
  for (;;) {
    const step = line.next();
    if (step.done === true) return null;
    if (step.value !== null) return step.value;
  }
}
