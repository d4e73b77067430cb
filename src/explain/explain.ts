import type { Choices } from '../choice/choices';
import type { Random } from '../choice/random';
import type { Recording } from '../property/recording';
import type { Evidence } from './evidence';
import { ExplainRuns, type ExplainSteps } from './explainRuns';
import { freeParts, variedTogether, type FreePart } from './freeParts';
import { CHECK_RUNS, runNeighbors, nearestPassing } from './nearestPassing';
import { argumentsOf, itemsOf } from './parts';

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

export interface ExplainOptions {
  readonly random: Random;
  /** Most runs. Default: 500. */
  readonly maxRuns?: number;
}

const MAX_RUNS = 500;

/** Share of the runs for what does not matter: the rest is for the nearest input that passes. */
const SHARE_OF_PARTS = 0.8;

/** Runs for all arguments, for items and fields of those that matter, and for those of these. */
const ARGUMENT_RUNS = 240;
const ITEM_RUNS = 120;

/** Most items and fields of each depth that are looked at, and the depth. */
const MOST_ITEMS = 12;
const MOST_DEPTH = 2;

/** Runs of each kind below which nothing is said about edges. */
const LEAST_FAILING = 2;
const LEAST_PASSING = 10;

/**
 * Finds out what a failure depends on: `minimal` fails, and `evidence` has what was seen of the runs that made it so.
 * A generator as `shrink`. All it does follows from its arguments, so the same seed explains alike.
 *
 * That a part of the arguments does not matter is learned as in Hypothesis's explain phase (by David R. MacIver and
 * Zac Hatfield-Dodds): its choices are drawn anew again and again, with the rest as it is.
 */
export function* explain(
  minimal: Recording,
  evidence: Evidence,
  { random, maxRuns = MAX_RUNS }: ExplainOptions,
): ExplainSteps<Explained> {
  const runs = new ExplainRuns(minimal, evidence, random, Math.ceil(maxRuns * SHARE_OF_PARTS));
  // Parts are made without fast-check's bias, and would not fit.
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
