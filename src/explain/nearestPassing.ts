import type { Choices, ChoiceValue } from '../choice/choices';
import { withValues, type ChoiceNode } from '../property/recording';
import { byDistance, isFar, leapOf, middleOf, onlyDifference } from './distance';
import type { ExplainRuns, ExplainSteps } from './explainRuns';
import { shrink } from '../shrink/shrinker';
import { OtherValues } from './otherValues';
import { argumentsOf, withPart, type Part } from './parts';

/** Inputs next to the minimal one, by one choice. */
const NEIGHBOR_RUNS = 60;

/** Steps from the minimal input to the first that passes, in one choice. */
const APPROACH_RUNS = 80;

/** Other arguments that are drawn until one passes, and steps to make such an input simple. */
const FIND_RUNS = 30;
const SIMPLER_RUNS = 60;

/** Passing inputs whose arguments are compared with those of the minimal one. */
const COMPARED = 64;

/** Passing inputs that are run again before one is called the nearest. */
export const CHECK_RUNS = 3;

/** Runs inputs that are others in one choice, by one: shrinking only looks at simpler ones. */
export function* runNeighbors(runs: ExplainRuns, args: readonly Part[]): ExplainSteps<void> {
  const { values } = runs.choices;
  const end = runs.count + NEIGHBOR_RUNS;
  for (const part of args) {
    for (let at = part.start; at < part.end; at += 1) {
      for (const neighbor of neighborsOf(runs.minimal.main.nodes[at]!)) {
        if (runs.count >= end || runs.isOver) return;
        // What follows from the choice (the item of a longer list, say) is simplest, and the rest stays.
        const changed = [...values.slice(part.start, at), neighbor, ...values.slice(at + 1, part.end)];
        const made = runs.tape.replay(part.arbitrary, changed);
        if (made !== null) yield* runs.try(withPart(runs.choices, part, made.values));
      }
    }
  }
}

/** Of all passing inputs seen, the nearest to the minimal one that passes again; null if there is none. */
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

/** Where nothing has passed yet: draws arguments anew until something does. */
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

/** Where all that has passed is far away, it is random: makes the nearest simple, as the minimal input is. */
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

/** Passing inputs, first those in which the fewest arguments are others, then by distance. */
function nearest(runs: ExplainRuns, args: readonly Part[]): Choices[] {
  const near = byDistance(runs.evidence.passed, runs.choices);
  const compared = near
    .slice(0, COMPARED)
    .map((choices) => ({ choices, others: differingArguments(runs, args, choices)?.length ?? Infinity }));
  // A stable sort: distance decides between those with as many.
  return compared.sort((a, b) => (a.others === b.others ? 0 : a.others - b.others)).map(({ choices }) => choices);
}

/** Gives the nearest input the arguments of the minimal one, as far as it passes all the same. */
function* restoreArguments(runs: ExplainRuns, args: readonly Part[]): ExplainSteps<void> {
  let [best] = nearest(runs, args);
  if (best === undefined) return;
  const count = differingArguments(runs, args, best)?.length ?? 0;
  for (let place = 0; place < count && !runs.isOver; place += 1) {
    const others = differingArguments(runs, args, best) ?? [];
    // Of those that are left, the first `place` were needed to pass.
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

/** The arguments of an input that are not those of the minimal one; null if they cannot be compared. */
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
 * Where the nearest passing input differs in one choice: from the minimal input on in ever longer steps until one
 * passes, and then back by halves.
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
