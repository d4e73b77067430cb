import type { Choices, ChoiceValue } from '../choice/choices';
import { withValues, type ChoiceNode } from '../property/recording';
import { byDistance, isFar, leapOf, middleOf, onlyDifference } from './distance';
import type { ExplainRuns, ExplainSteps } from './explainRuns';
import { shrink } from '../shrink/shrinker';
import { OtherValues } from './otherValues';
import { argumentsOf, withPart, type Part } from './parts';

/** Number of runs of inputs that differ from the minimal one in one choice, by one. */
const NEIGHBOR_RUNS = 60;

/** Number of runs of inputs between the minimal input and a passing one, when these two differ in one choice. */
const APPROACH_RUNS = 80;

/** At most this many runs with a newly drawn argument are made, until one passes. */
const FIND_RUNS = 30;
/** Number of runs that make a far passing input simpler. */
const SIMPLER_RUNS = 60;

/** For this many passing inputs, the arguments are compared with those of the minimal input. */
const COMPARED = 64;

/** At most this many of the nearest inputs are run again: the result must pass once more. */
export const CHECK_RUNS = 3;

/** Runs inputs that differ from the minimal one in one choice, by one. Shrinking has tried only the simpler ones. */
export function* runNeighbors(runs: ExplainRuns, args: readonly Part[]): ExplainSteps<void> {
  const { values } = runs.choices;
  const end = runs.count + NEIGHBOR_RUNS;
  for (const part of args) {
    for (let at = part.start; at < part.end; at += 1) {
      for (const neighbor of neighborsOf(runs.minimal.main.nodes[at]!)) {
        if (runs.count >= end || runs.isOver) return;
        // If the changed choice needs more choices (for the item of a longer list), the simplest are added. The other
        // choices stay.
        const changed = [...values.slice(part.start, at), neighbor, ...values.slice(at + 1, part.end)];
        const made = runs.tape.replay(part.arbitrary, changed);
        if (made !== null) yield* runs.try(withPart(runs.choices, part, made.values));
      }
    }
  }
}

/**
 * Of all inputs that passed, returns the one nearest to the minimal input if it passes once more, or else the next
 * nearest; null if none of the nearest `CHECK_RUNS` passes once more.
 */
export function* nearestPassing(runs: ExplainRuns, args: readonly Part[]): ExplainSteps<Choices | null> {
  yield* findPassing(runs, args);
  yield* simplifyFar(runs, args);
  yield* restoreArguments(runs, args);
  yield* approach(runs, args);
  for (const choices of nearest(runs, args).slice(0, CHECK_RUNS)) {
    const seen = yield* runs.tryExactly(choices);
    if (seen?.outcome === 'passed') return choices;
  }
  return null;
}

/** If no input has passed yet: draws a new value for one argument after the other until an input passes. */
function* findPassing(runs: ExplainRuns, args: readonly Part[]): ExplainSteps<void> {
  const { choices, evidence, random, tape } = runs;
  const others = args.map((part) => new OtherValues(part, choices.values.slice(part.start, part.end), tape));
  for (let round = 0; round < FIND_RUNS && args.length > 0; round += 1) {
    if (evidence.passed.length > 0 || runs.isOver) return;
    const place = round % args.length;
    const values = others[place]!.any(random);
    if (values !== null) yield* runs.try(withPart(choices, args[place]!, values));
  }
}

/**
 * If all passing inputs are far from the minimal one, they were drawn at random. Then this makes the nearest of them
 * simpler.
 */
function* simplifyFar(runs: ExplainRuns, args: readonly Part[]): ExplainSteps<void> {
  const root = runs.minimal.main.spans[0]?.arbitrary;
  const [far] = nearest(runs, args);
  if (root === undefined || far === undefined || args.length === 0 || !isFar(far, runs.choices)) return;
  const start = runs.tape.replay(root, far.values, true);
  if (start === null) return;
  const end = runs.count + SIMPLER_RUNS;
  const simpler = shrink(start.recording, { maxEvaluations: SIMPLER_RUNS });
  for (let step = simpler.next(); step.done !== true && runs.count < end && !runs.isOver;) {
    const seen = yield* runs.try(step.value);
    const made = runs.tape.replay(root, seen.choices.values, true);
    const interesting = seen.outcome === 'passed' && made !== null;
    step = simpler.next({ interesting, recording: made?.recording ?? start.recording });
  }
}

/** The passing inputs, sorted by the number of arguments that differ, then by distance. */
function nearest(runs: ExplainRuns, args: readonly Part[]): Choices[] {
  const near = byDistance(runs.evidence.passed, runs.choices);
  const compared = near
    .slice(0, COMPARED)
    .map((choices) => ({ choices, others: differingArguments(runs, args, choices)?.length ?? Infinity }));
  // The sort is stable: among inputs with equally many different arguments, the order by distance stays.
  return compared.sort((a, b) => (a.others === b.others ? 0 : a.others - b.others)).map(({ choices }) => choices);
}

/** Puts arguments of the minimal input into the nearest passing one, one by one, as long as it still passes. */
function* restoreArguments(runs: ExplainRuns, args: readonly Part[]): ExplainSteps<void> {
  let [best] = nearest(runs, args);
  if (best === undefined) return;
  const count = differingArguments(runs, args, best)?.length ?? 0;
  for (let place = 0; place < count && !runs.isOver; place += 1) {
    const others = differingArguments(runs, args, best) ?? [];
    // The first `place` of the arguments that still differ must stay: without them the input did not pass.
    const part = others[place];
    if (part === undefined || others.length < 2) return;
    const own = args.find(({ argument }) => argument === part.argument)!;
    const restored = withPart(best, part, runs.choices.values.slice(own.start, own.end));
    const seen = yield* runs.tryExactly(restored);
    if (seen?.outcome !== 'passed') continue;
    best = restored;
    place -= 1;
  }
}

/** The arguments of an input that differ from those of the minimal one; null if they cannot be compared. */
function differingArguments(runs: ExplainRuns, args: readonly Part[], choices: Choices): Part[] | null {
  const root = runs.minimal.main.spans[0];
  if (root === undefined || args.length === 0 || choices.forks.length > 0) return null;
  const made = runs.tape.replay(root.arbitrary, choices.values, true);
  if (made === null) return null;
  const theirs = argumentsOf(made.recording);
  if (theirs.length !== args.length) return null;
  return theirs.filter(({ start, end }, place) => {
    const own = args[place]!;
    if (end - start !== own.end - own.start) return true;
    for (let at = 0; at < end - start; at += 1) {
      if (made.values[start + at] !== runs.choices.values[own.start + at]) return true;
    }
    return false;
  });
}

/**
 * If the nearest passing input differs in one choice only: changes this choice of the minimal input in ever longer
 * steps until the input passes, and then halves the distance between the last failing and the passing value.
 */
function* approach(runs: ExplainRuns, args: readonly Part[]): ExplainSteps<void> {
  const [passed] = nearest(runs, args);
  const at = passed === undefined ? null : onlyDifference(runs.choices, passed);
  if (at === null) return;
  const end = runs.count + APPROACH_RUNS;
  let failing = runs.choices.values[at]!;
  let passing = passed!.values[at]!;
  let isNear = false;
  for (let step = 0; runs.count < end && !runs.isOver; step += 1) {
    const value = (isNear ? null : leapOf(failing, passing, step)) ?? middleOf(failing, passing);
    if (value === null) return;
    const seen = yield* runs.try(withValues(runs.choices, [], runs.choices.values.with(at, value)));
    if (seen.outcome === 'passed') {
      passing = value;
      isNear = true;
    } else failing = value;
  }
}

function neighborsOf({ value, min, max }: ChoiceNode): ChoiceValue[] {
  const around: ChoiceValue[] = typeof value === 'bigint' ? [value + 1n, value - 1n] : [value + 1, value - 1];
  return around.filter((neighbor) => neighbor >= min && neighbor <= max);
}
