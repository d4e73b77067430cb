import type { Choices } from '../choice/choices';
import type { ExplainRuns, ExplainSteps } from './explainRuns';
import { OtherValues } from './otherValues';
import { withPart, type Part } from './parts';

/** A part of the arguments that does not matter: the property fails in the same way with any value of this part. */
export interface FreePart {
  readonly argument: number;
  /** The keys that lead to an item or field of the argument; empty for the whole argument. */
  readonly path: readonly (string | number)[];
  /** With how many other values the property failed in the same way, too. */
  readonly tried: number;
  /** How many other values were rejected (by `fc.pre`, or because choices ran out). They show nothing. */
  readonly rejected: number;
  /** Whether all other values that exist were run. */
  readonly isAll: boolean;
}

/** The result for a part, with its other values, which are used again when all parts are changed at once. */
export interface Claim extends FreePart {
  readonly part: Part;
  readonly others: OtherValues;
}

/** After this many distinct other values, no more are tried. */
const ENOUGH_TRIES = 100;
/** With fewer distinct other values, a part is not called free, unless no other values exist. */
const LEAST_TRIES = 30;

/** Number of runs in which all free parts are changed at once. */
const TOGETHER_RUNS = 40;

/** The parts that do not matter. Each is tried alone. */
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

/** Runs the input with other values for one part; null as soon as a run does not fail in the same way. */
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

/**
 * Runs inputs in which all claimed parts have other values at once: returns how many inputs were `tried`, and how many
 * of them failed in the same way. Null for fewer than two parts.
 */
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
  // The last part comes first, because then the places of the parts before it stay valid.
  for (const { part, others } of [...claims].sort((a, b) => b.part.start - a.part.start)) {
    const values = others.any(runs.random);
    if (values === null) return null;
    choices = withPart(choices, part, values);
  }
  return choices;
}
