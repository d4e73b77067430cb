import type { Choices } from '../choice/choices';
import type { ExplainRuns, ExplainSteps } from './explainRuns';
import { OtherValues } from './otherValues';
import { withPart, type Part } from './parts';

/** A part of the arguments with which the property fails in the same way whatever it is. */
export interface FreePart {
  readonly argument: number;
  /** The way to an item or field of the argument; empty for all of it. */
  readonly path: readonly (string | number)[];
  /** Other values that failed, too. */
  readonly tried: number;
  /** Other values that `fc.pre` rejected: they say nothing. */
  readonly rejected: number;
  /** There are no other values. */
  readonly isAll: boolean;
}

/** What the runs said of a part, with other values to go on with. */
export interface Claim extends FreePart {
  readonly part: Part;
  readonly others: OtherValues;
}

/** Distinct other values after which a part is said not to matter, and fewer than which nothing is said. */
const ENOUGH_TRIES = 100;
const LEAST_TRIES = 30;

/** Runs with all free parts changed at once. */
const TOGETHER_RUNS = 40;

/** Those of `parts` that do not matter, one by one. */
export function* freeParts(runs: ExplainRuns, parts: readonly Part[], maxRuns: number): ExplainSteps<Claim[]> {
  const enough = Math.min(ENOUGH_TRIES, Math.max(LEAST_TRIES, Math.floor(maxRuns / parts.length)));
  const end = runs.count + maxRuns;
  const claims: Claim[] = [];
  for (const part of parts) {
    if (runs.isRefuted(part) || runs.count >= end) continue;
    const claim = yield* varied(runs, part, enough);
    if (claim !== null) claims.push(claim);
  }
  return claims;
}

/** Runs the input with other values for one part; null as soon as one does not fail in the same way. */
function* varied(runs: ExplainRuns, part: Part, enough: number): ExplainSteps<Claim | null> {
  const others = new OtherValues(part, runs.choices.values.slice(part.start, part.end), runs.tape);
  let [tried, rejected, unfit] = [0, 0, 0];
  let values = others.next();
  while (values !== null && tried < enough && rejected + unfit <= enough && !runs.isOver) {
    const seen = yield* runs.tryExactly(withPart(runs.choices, part, values));
    if (seen === null) unfit += 1;
    else if (seen.outcome === 'rejected') rejected += 1;
    else if (seen.outcome === 'same') tried += 1;
    else return null;
    values = others.next();
  }
  const isAll = others.all !== null && tried + rejected === others.all.length;
  if (isAll ? tried === 0 : tried < LEAST_TRIES) return null;
  const { argument, path } = part;
  return { part, others, argument, path, tried, rejected, isAll };
}

/** Of so many inputs in which all of the claimed parts were others at once, how many failed; null for one part. */
export function* variedTogether(
  runs: ExplainRuns,
  claims: readonly Claim[],
): ExplainSteps<{ readonly tried: number; readonly failed: number } | null> {
  if (claims.length < 2) return null;
  let [tried, failed] = [0, 0];
  const done = new Set<string>();
  for (let round = 0; round < 2 * TOGETHER_RUNS && tried < TOGETHER_RUNS && !runs.isOver; round += 1) {
    const choices = allChanged(runs, claims);
    if (choices === null) return null;
    const name = choices.values.join(' ');
    if (done.has(name)) continue;
    done.add(name);
    const seen = yield* runs.tryExactly(choices);
    if (seen === null || seen.outcome === 'rejected') continue;
    tried += 1;
    if (seen.outcome === 'same') failed += 1;
  }
  return tried === 0 ? null : { tried, failed };
}

function allChanged(runs: ExplainRuns, claims: readonly Claim[]): Choices | null {
  let { choices } = runs;
  // From the last one, so that the places of the others stay.
  for (const { part, others } of [...claims].sort((a, b) => b.part.start - a.part.start)) {
    const values = others.any(runs.random);
    if (values === null) return null;
    choices = withPart(choices, part, values);
  }
  return choices;
}
