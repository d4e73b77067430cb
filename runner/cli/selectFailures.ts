import { compareInputs } from '../../src/database/merge/simplerInput';
import type { FailureSnapshot } from '../../src/protocol/failure';
import { isOpen } from '../../src/protocol/failureStates';

/** Which failures `patch` and `promote` write into the repository. */
export interface Selection {
  /** Id of a failure, or a pattern (text or regular expression) for file and name of its test; null = all failures. */
  readonly failure: string | null;
  /** Whether only the simplest of the failures with the same origin is taken; several properties may have found it. */
  readonly isMinimalCovering: boolean;
}

export interface Selected {
  readonly failures: readonly FailureSnapshot[];
  /** Failures that match and are not taken, with the reason. */
  readonly skipped: readonly { readonly failure: FailureSnapshot; readonly reason: string }[];
}

/**
 * Selects failures, sorted by target, the simplest of each target first. A failure named by its id is always taken.
 * Other failures are skipped when they are flaky or fixed, or when their input ends the process that runs it: such an
 * input would end every run of the test suite.
 */
export function selectFailures(all: readonly FailureSnapshot[], selection: Selection): Selected {
  const { failure: wanted, isMinimalCovering } = selection;
  const named = all.filter((failure) => failure.id === wanted);
  if (named.length > 0) return { failures: named, skipped: [] };
  const matches = wanted === null ? () => true : matcher(wanted);
  const failures: FailureSnapshot[] = [];
  const skipped: { failure: FailureSnapshot; reason: string }[] = [];
  const sorted = all.filter((failure) => matches(`${failure.file} ${failure.testName}`)).sort(byTarget);
  for (const failure of sorted) {
    const reason = reasonToSkip(failure);
    if (reason === null) failures.push(failure);
    else if (isOpen(failure.state) || wanted !== null) skipped.push({ failure, reason });
  }
  return { failures: isMinimalCovering ? simplestOfEachBug(failures) : failures, skipped };
}

function simplestOfEachBug(failures: readonly FailureSnapshot[]): FailureSnapshot[] {
  const simplest = new Map<string, FailureSnapshot>();
  for (const failure of failures) {
    // An origin without a place is compared only within its target: if two properties return false, it is two bugs.
    const { key, place } = failure.origin;
    const bug = place === null ? `${failure.targetId}\n${key}` : key;
    const known = simplest.get(bug);
    if (known === undefined || compareInputs(failure, known) < 0) simplest.set(bug, failure);
  }
  const kept = new Set(simplest.values());
  return failures.filter((failure) => kept.has(failure));
}

function reasonToSkip(failure: FailureSnapshot): string | null {
  if (!isOpen(failure.state)) return `it is ${failure.state}`;
  if (failure.state === 'flaky') return 'it is flaky: the input does not fail each time';
  if (failure.kind !== 'error') return `its input ends the process that runs it (${failure.kind})`;
  return null;
}

/** Whether a text contains `wanted` or matches it as a regular expression, if it is one. */
function matcher(wanted: string): (text: string) => boolean {
  try {
    const pattern = new RegExp(wanted);
    return (text) => text.includes(wanted) || pattern.test(text);
  } catch {
    return (text) => text.includes(wanted);
  }
}

function byTarget(a: FailureSnapshot, b: FailureSnapshot): number {
  if (a.file !== b.file) return a.file < b.file ? -1 : 1;
  if (a.targetId !== b.targetId) return a.targetId < b.targetId ? -1 : 1;
  return compareInputs(a, b) || (a.id < b.id ? -1 : 1);
}
