import type { Choices } from '../choice/choices';
import type { Random } from '../choice/random';
import type { Recording } from '../property/recording';
import type { Evidence } from './evidence';
import { ExplainRuns, type ExplainSteps } from './explainRuns';
import { freeParts, variedTogether, type FreePart } from './freeParts';
import { CHECK_RUNS, runNeighbors, nearestPassing } from './nearestPassing';
import { argumentsOf, itemsOf } from './parts';

/** What a minimal failure depends on, as choices and edges. `describeExplanation` turns it into texts. */
export interface Explained {
  /** Number of inputs that were run for this explanation. */
  readonly runs: number;
  readonly free: readonly FreePart[];
  /**
   * In `tried` inputs all free parts had other values at once, and `failed` of these inputs failed. Null if there are
   * fewer than two free parts.
   */
  readonly together: { readonly tried: number; readonly failed: number } | null;
  /** The passing input that is nearest to the minimal one; null if none was seen. */
  readonly nearest: Choices | null;
  /** Edges that only failing runs took, in ascending order; empty if there were too few runs to decide. */
  readonly edges: readonly number[];
  readonly failing: number;
  readonly passing: number;
}

export interface ExplainOptions {
  readonly random: Random;
  /** At most this many runs. Default: 500. */
  readonly maxRuns?: number;
}

const MAX_RUNS = 500;

/** Share of the runs that look for parts that do not matter. The rest looks for the nearest input that passes. */
const SHARE_OF_PARTS = 0.8;

/** At most this many runs are made for all arguments together. */
const ARGUMENT_RUNS = 240;
/** At most this many runs are made for the items and fields of the parts that matter, for each depth. */
const ITEM_RUNS = 120;

/** At most this many items and fields of each depth are tried. */
const MOST_ITEMS = 12;
/** 1: items and fields of arguments; 2: also the items and fields of these. */
const MOST_DEPTH = 2;

/** With fewer failing or fewer passing runs, edges are not reported. */
const LEAST_FAILING = 2;
const LEAST_PASSING = 10;

/**
 * Finds out what a failure depends on. `minimal` is the failing input; `evidence` has noted the runs of its shrinking.
 * It is a generator, like `shrink`. Only its arguments decide what it does, so the same seed gives the same
 * explanation.
 *
 * It finds the parts of the arguments that do not matter as Hypothesis's explain phase does (by David R. MacIver and
 * Zac Hatfield-Dodds): it draws the choices of a part again and again, and leaves the rest as it is.
 */
export function* explain(
  minimal: Recording,
  evidence: Evidence,
  { random, maxRuns = MAX_RUNS }: ExplainOptions,
): ExplainSteps<Explained> {
  const runs = new ExplainRuns(minimal, evidence, random, Math.ceil(maxRuns * SHARE_OF_PARTS));
  // Parts are generated without fast-check's bias, so they do not fit into a biased input.
  const args = minimal.choices.biased ? [] : argumentsOf(minimal);
  yield* runNeighbors(runs, args);
  const claims = yield* freeParts(runs, args, ARGUMENT_RUNS);
  let parts = args;
  for (let depth = 0; depth < MOST_DEPTH; depth += 1) {
    const bound = parts.filter((part) => !claims.some((claim) => claim.part === part));
    parts = bound.flatMap((part) => itemsOf(part, minimal.choices.values, runs.tape)).slice(0, MOST_ITEMS);
    claims.push(...(yield* freeParts(runs, parts, ITEM_RUNS)));
  }
  const together = yield* variedTogether(runs, claims);
  runs.limit = maxRuns - CHECK_RUNS;
  const nearest = yield* nearestPassing(runs, args);
  const free = claims.filter(({ part }) => !runs.isRefuted(part));
  const isEnough = evidence.failing >= LEAST_FAILING && evidence.passing >= LEAST_PASSING;
  return {
    runs: runs.count,
    free: free
      .sort((a, b) => a.part.start - b.part.start)
      .map(({ argument, path, tried, rejected, isAll }) => ({ argument, path, tried, rejected, isAll })),
    together: free.length === claims.length ? together : null,
    nearest,
    edges: isEnough ? evidence.suspectEdges() : [],
    failing: evidence.failing,
    passing: evidence.passing,
  };
}
