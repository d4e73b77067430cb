import type { Choices } from '../choice/choices';
import type { Explained } from '../explain/explain';
import type { Subject } from '../mutate/subject';
import type { Origin } from '../protocol/origin';
import type { Verdict } from '../shrink/attempts/steps';
import type { ShrinkResult } from '../shrink/shrinker';
import { RerunCount, type InputSearch } from './failingInput';

/** A distinct failure, with the simplest input known. */
export interface DistinctFailure {
  readonly origin: Origin;
  /** What the input threw when it was found. */
  readonly error: unknown;
  readonly choices: Choices;
  /** Number of runs of the search before the run that found it; 0 when it was known from the start. */
  readonly foundAfter: number;
  /** How many times it became simpler. */
  readonly shrinks: number;
  /** What its input depends on; null if it was not explained. */
  readonly explained: Explained | null;
  /** How many of the `reruns` runs of this input failed with this origin. */
  readonly failed: number;
  readonly reruns: number;
}

/** At most this many candidates are run for one start of shrinking. */
const SIMPLIFY_RUNS = 2000;

/**
 * The result of shrinking depends a little on the input with which it starts. So shrinking also starts with this many
 * other inputs that failed in the same way, with at most this many candidates for each.
 */
const OTHER_STARTS = 2;
const OTHER_START_RUNS = 500;

/** Each failure is run again this many times to judge it. */
const RERUNS = 5;

/** A failure that did not fail in all of these runs is run this many times, to give a useful rate. */
export const FLAKY_RERUNS = 20;

/** A failure while it is searched for: its simplest input, and the state of its shrinking. */
export class SearchedFailure implements DistinctFailure {
  shrinks = 0;
  explained: Explained | null = null;
  /** The input in the form from which mutants are made; null before it was shrunk for the first time. */
  subject: Subject | null = null;
  /** The shrinking under way; null between two starts. */
  shrinking: InputSearch<Verdict, ShrinkResult> | null = null;
  /** Nothing is left to do to make it simpler. */
  isDone = false;
  count = newCount();
  private readonly others: (Choices | undefined)[] = [];
  private otherStarts = 0;
  /** The simplest input cannot be made simpler. */
  private isLow = false;

  constructor(
    readonly origin: Origin,
    public error: unknown,
    public choices: Choices,
    readonly foundAfter: number,
  ) {}

  get failed(): number {
    return this.count.fails;
  }

  get reruns(): number {
    return this.count.runs;
  }

  /** Whether it cannot be made simpler, and failed each time. */
  get isStable(): boolean {
    return this.isDone && this.reruns > 0 && !this.count.isFlaky;
  }

  /** Takes a simpler input. */
  improve(choices: Choices, error: unknown): void {
    this.choices = choices;
    this.error = error;
    this.shrinks += 1;
    this.isLow = false;
    this.explained = null;
    // Runs are counted for one input only.
    this.count = newCount();
  }

  /**
   * Notes an input that failed in the same way and is not simpler. `number`: the number of the run; it decides which of
   * the `OTHER_STARTS` places the input may take.
   */
  noteOther(choices: Choices, number: number): void {
    this.others[number % OTHER_STARTS] ??= choices;
  }

  /** The input with which shrinking starts next, and the greatest number of candidates (`runs`) for it. */
  nextStart(): { choices: Choices; runs: number } {
    const other = this.isLow ? this.others[this.otherStarts] : undefined;
    if (other === undefined) return { choices: this.choices, runs: SIMPLIFY_RUNS };
    this.otherStarts += 1;
    return { choices: other, runs: OTHER_START_RUNS };
  }

  /** The shrinking from one start has ended. `isLow`: it found nothing simpler than the simplest input. */
  finishStart(isLow: boolean): void {
    this.shrinking = null;
    this.isLow ||= isLow;
    this.isDone = this.isLow && this.others[this.otherStarts] === undefined;
  }
}

function newCount(): RerunCount {
  return new RerunCount({ sure: RERUNS, unsure: FLAKY_RERUNS });
}
