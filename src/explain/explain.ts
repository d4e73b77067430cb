import type { Choices, ChoiceValue } from '../choice/choices';
import { compareChoices } from '../choice/order';
import type { Random } from '../choice/random';
import type { ChoiceNode, Recording } from '../property/recording';
import type { Evidence, SeenRun } from './evidence';
import { byDistance, leapOf, middleOf, onlyDifference } from './nearest';
import { OtherValues } from './otherValues';
import { argumentsOf, differOnlyIn, itemsOf, withPart, type Part } from './parts';
import { PartTape } from './partTape';

/** A part of the arguments with which the property fails in the same way whatever it is. */
export interface FreePart {
  readonly argument: number;
  /** Item or field of the argument; null for all of it. */
  readonly key: string | number | null;
  /** Other values that failed, too. */
  readonly tried: number;
  /** Other values that `fc.pre` rejected: they say nothing. */
  readonly rejected: number;
  /** There are no other values. */
  readonly isAll: boolean;
}

/** What was found out about a minimal failure. */
export interface Explained {
  /** Inputs that were run for it. */
  readonly runs: number;
  readonly free: readonly FreePart[];
  /** Of so many inputs in which all free parts were others, how many failed; null where there are not two parts. */
  readonly together: { readonly tried: number; readonly failed: number } | null;
  /** The passing input that is nearest to it; null if none was seen. */
  readonly nearest: Choices | null;
  /** Edges that only failing runs took, rising; none where runs are too few to say so. */
  readonly edges: readonly number[];
  readonly failing: number;
  readonly passing: number;
}

/** Yields inputs to run, with the tail `simplest`, and is told what was seen. */
export type ExplainSteps<T> = Generator<Choices, T, SeenRun>;

export interface ExplainOptions {
  readonly random: Random;
  /** Most runs. Default: 500. */
  readonly maxRuns?: number;
}

const MAX_RUNS = 500;

/** Distinct other values after which a part is said not to matter, and fewer than which nothing is said. */
const ENOUGH_TRIES = 100;
const LEAST_TRIES = 30;

/** Runs for all arguments, and for items and fields of those that matter. */
const ARGUMENT_RUNS = 240;
const ITEM_RUNS = 120;

/** Most items and fields looked at. */
const MOST_ITEMS = 12;

/** Runs with all free parts changed at once. */
const TOGETHER_RUNS = 40;

/** Inputs next to the minimal one, by one choice. */
const NEIGHBOR_RUNS = 60;

/** Steps from the minimal input to the first that passes, in one choice. */
const APPROACH_RUNS = 80;

/** Passing inputs that are run again before one is called the nearest. */
const CHECKED = 3;

/** Runs of each kind below which nothing is said about edges. */
const LEAST_FAILING = 2;
const LEAST_PASSING = 10;

/**
 * Finds out what a failure depends on: `minimal` fails, and `evidence` has what was seen of the runs that made it so.
 * A generator as `shrink`. All it does follows from its arguments, so the same seed explains alike.
 */
export function* explain(
  minimal: Recording,
  evidence: Evidence,
  { random, maxRuns = MAX_RUNS }: ExplainOptions,
): ExplainSteps<Explained> {
  const explainer = new Explainer(minimal, evidence, random, maxRuns);
  return yield* explainer.run();
}

interface Claim extends FreePart {
  readonly part: Part;
  readonly others: OtherValues;
}

class Explainer {
  private readonly choices: Choices;
  private readonly tape: PartTape;
  private runs = 0;

  constructor(
    private readonly minimal: Recording,
    private readonly evidence: Evidence,
    private readonly random: Random,
    private readonly maxRuns: number,
  ) {
    this.choices = minimal.choices;
    this.tape = new PartTape(random);
  }

  *run(): ExplainSteps<Explained> {
    // Parts are made without fast-check's bias, and would not fit.
    const args = this.choices.biased ? [] : argumentsOf(this.minimal);
    yield* this.lookAround(args);
    let claims = yield* this.freeParts(args, ARGUMENT_RUNS);
    const bound = args.filter((part) => !claims.some((claim) => claim.part === part));
    const items = bound.flatMap((part) => itemsOf(part, this.choices.values, this.tape)).slice(0, MOST_ITEMS);
    claims = [...claims, ...(yield* this.freeParts(items, ITEM_RUNS))];
    const together = yield* this.together(claims);
    const nearest = yield* this.nearest();
    const { evidence, runs } = this;
    const free = claims.filter(({ part }) => !this.isRefuted(part));
    const isEnough = evidence.failing >= LEAST_FAILING && evidence.passing >= LEAST_PASSING;
    return {
      runs,
      free: free.map(({ argument, key, tried, rejected, isAll }) => ({ argument, key, tried, rejected, isAll })),
      together: free.length === claims.length ? together : null,
      nearest,
      edges: isEnough ? evidence.suspectEdges() : [],
      failing: evidence.failing,
      passing: evidence.passing,
    };
  }

  private *try(choices: Choices): ExplainSteps<SeenRun> {
    this.runs += 1;
    const seen = yield choices;
    this.evidence.note(seen);
    return seen;
  }

  /** As `try`; null when the input became another one, because it did not fit. */
  private *tryExactly(choices: Choices): ExplainSteps<SeenRun | null> {
    const seen = yield* this.try(choices);
    return compareChoices(seen.choices, choices) === 0 ? seen : null;
  }

  private get isOver(): boolean {
    return this.runs >= this.maxRuns - CHECKED;
  }

  /** Whether a passing input was seen that is another in this part only. */
  private isRefuted(part: Part): boolean {
    return this.evidence.passed.some((passed) => differOnlyIn(part, this.choices, passed));
  }

  // ---------------------------------------------------------------- what does not matter

  private *freeParts(parts: readonly Part[], maxRuns: number): ExplainSteps<Claim[]> {
    const enough = Math.min(ENOUGH_TRIES, Math.max(LEAST_TRIES, Math.floor(maxRuns / parts.length)));
    const end = this.runs + maxRuns;
    const claims: Claim[] = [];
    for (const part of parts) {
      if (this.isRefuted(part) || this.runs >= end) continue;
      const claim = yield* this.varied(part, enough);
      if (claim !== null) claims.push(claim);
    }
    return claims;
  }

  /** Runs the input with other values for one part; null as soon as one does not fail in the same way. */
  private *varied(part: Part, enough: number): ExplainSteps<Claim | null> {
    const own = this.choices.values.slice(part.start, part.end);
    const others = new OtherValues(part, own, this.tape);
    let [tried, rejected, unfit] = [0, 0, 0];
    let values = others.next();
    while (values !== null && tried < enough && rejected + unfit <= enough && !this.isOver) {
      const seen = yield* this.tryExactly(withPart(this.choices, part, values));
      if (seen === null) unfit += 1;
      else if (seen.outcome === 'rejected') rejected += 1;
      else if (seen.outcome === 'same') tried += 1;
      else return null;
      values = others.next();
    }
    const isAll = others.all !== null && tried + rejected === others.all.length;
    if (isAll ? tried === 0 : tried < LEAST_TRIES) return null;
    const { argument, key } = part;
    return { part, others, argument, key, tried, rejected, isAll };
  }

  /** Runs the input with other values for all parts that do not matter one by one. */
  private *together(claims: readonly Claim[]): ExplainSteps<Explained['together']> {
    if (claims.length < 2) return null;
    let [tried, failed] = [0, 0];
    const done = new Set<string>();
    // From the last one, so that the places of the others stay.
    const fromLast = [...claims].sort((a, b) => b.part.start - a.part.start);
    for (let round = 0; round < 2 * TOGETHER_RUNS && tried < TOGETHER_RUNS && !this.isOver; round += 1) {
      const choices = this.allChanged(fromLast);
      if (choices === null) return null;
      const name = choices.values.join(' ');
      if (done.has(name)) continue;
      done.add(name);
      const seen = yield* this.tryExactly(choices);
      if (seen === null || seen.outcome === 'rejected') continue;
      tried += 1;
      if (seen.outcome === 'same') failed += 1;
    }
    return tried === 0 ? null : { tried, failed };
  }

  private allChanged(claims: readonly Claim[]): Choices | null {
    let { choices } = this;
    for (const { part, others } of claims) {
      const values = others.any(this.random);
      if (values === null) return null;
      choices = withPart(choices, part, values);
    }
    return choices;
  }

  // ---------------------------------------------------------------- what passes

  /** Runs inputs that are others in one choice, by one: shrinking only looks at simpler ones. */
  private *lookAround(args: readonly Part[]): ExplainSteps<void> {
    const { values } = this.choices;
    const end = this.runs + NEIGHBOR_RUNS;
    for (const part of args) {
      for (let at = part.start; at < part.end; at += 1) {
        for (const neighbor of neighborsOf(this.minimal.main.nodes[at]!)) {
          if (this.runs >= end || this.isOver) return;
          // What follows from the choice (the item of a longer list, say) is simplest, and the rest stays.
          const changed = [...values.slice(part.start, at), neighbor, ...values.slice(at + 1, part.end)];
          const made = this.tape.replay(part.arbitrary, changed);
          if (made !== null) yield* this.try(withPart(this.choices, part, made.values));
        }
      }
    }
  }

  private *nearest(): ExplainSteps<Choices | null> {
    yield* this.approach();
    const near = byDistance(this.evidence.passed, this.choices);
    for (const choices of near.slice(0, CHECKED)) {
      const seen = yield* this.tryExactly(choices);
      if (seen?.outcome === 'passed') return choices;
    }
    return null;
  }

  /**
   * Where the nearest passing input differs in one choice: from the minimal input on in ever longer steps until one
   * passes, and then back by halves.
   */
  private *approach(): ExplainSteps<void> {
    const [passed] = byDistance(this.evidence.passed, this.choices);
    const at = passed === undefined ? null : onlyDifference(this.choices, passed);
    if (at === null) return;
    const end = this.runs + APPROACH_RUNS;
    let failing = this.choices.values[at]!;
    let passing = passed!.values[at]!;
    let isNear = false;
    for (let step = 0; this.runs < end && !this.isOver; step += 1) {
      const value = (isNear ? null : leapOf(failing, passing, step)) ?? middleOf(failing, passing);
      if (value === null) return;
      const seen = yield* this.try({ ...this.choices, values: this.choices.values.with(at, value) });
      if (seen.outcome === 'passed') {
        passing = value;
        isNear = true;
      } else failing = value;
    }
  }
}

function neighborsOf({ value, min, max }: ChoiceNode): ChoiceValue[] {
  const around: ChoiceValue[] = typeof value === 'bigint' ? [value + 1n, value - 1n] : [value + 1, value - 1];
  return around.filter((neighbor) => neighbor >= min && neighbor <= max);
}
