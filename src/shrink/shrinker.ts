import type { Choices } from '../choice/choices';
import { compareChoices, compareSizes } from '../choice/order';
import type { Recording } from '../property/recording';
import { Attempts } from './attempts';
import { deleteAndReindex } from './deleteAndReindex';
import { deleteBlocks } from './deleteBlocks';
import { deleteItems } from './deleteItems';
import { descend } from './descend';
import { descendTurned } from './descendTurned';
import { flipSigns } from './flipSigns';
import { joinAllLists, joinLists } from './joinLists';
import { lowerSelectors } from './lowerSelectors';
import { lowerTogether } from './lowerTogether';
import { mergeItems } from './mergeItems';
import { minimizeEqual } from './minimizeEqual';
import { minimizeValues } from './minimizeValues';
import { plainChars } from './plainChars';
import { redistribute } from './redistribute';
import { reencode } from './reencode';
import { relabel } from './relabel';
import { roundDoubles } from './roundDoubles';
import { simplestInput } from './simplestInput';
import { simplestSpans } from './simplestSpans';
import { sortSiblings } from './sortSiblings';
import { unbias } from './unbias';

export interface ShrinkOptions {
  /** Most candidates to run. */
  readonly maxEvaluations: number;
  /** Whether only fewer choices count (`compareSizes`), so that values are left as they are. Default: false. */
  readonly onlyShorter?: boolean;
}

/** What became of a candidate. */
export interface Verdict {
  /** It failed, with the origin that is being shrunk. */
  readonly interesting: boolean;
  /** What the run drew, with spans. */
  readonly recording: Recording;
}

export interface ShrinkResult {
  /** The simplest that was found; `start` when nothing simpler was. */
  readonly best: Recording;
  readonly evaluations: number;
  /** Successful simplifications. */
  readonly shrinks: number;
  /** Whether nothing is left to try. If not, go on by starting again from `best`. */
  readonly isFinished: boolean;
}

/** The life of a shrink pass: it yields candidates to run, and is told what became of them. */
export type Steps<T> = Generator<Choices, T, Verdict>;

/**
 * Makes a failing input simpler in the order of `compareChoices`, holding its origin fixed. A generator, so that one
 * code serves synchronous and asynchronous properties: run each candidate it yields with the tail `simplest`, with
 * spans, and send back the verdict. Failures of other origins met on the way are the caller's to keep.
 */
export function* shrink(start: Recording, options: ShrinkOptions): Steps<ShrinkResult> {
  const isShortening = options.onlyShorter === true;
  const attempts = new Attempts(start, options.maxEvaluations, isShortening ? compareSizes : compareChoices);
  const passes = isShortening ? SHORTENING_PASSES : PASSES;
  let isFinished = false;
  try {
    for (let shrinks = -1; shrinks !== attempts.shrinks;) {
      shrinks = attempts.shrinks;
      for (const pass of passes) yield* pass(attempts);
    }
    isFinished = true;
  } catch (error) {
    if (error !== attempts.outOfBudget) throw error;
  }
  return { best: attempts.best, evaluations: attempts.evaluations, shrinks: attempts.shrinks, isFinished };
}

/** Passes that remove much come first; passes that only change values work on what they left. */
const PASSES: readonly ((attempts: Attempts) => Steps<void>)[] = [
  simplestInput,
  unbias,
  descend,
  joinAllLists,
  deleteItems,
  joinLists,
  simplestSpans,
  reencode,
  lowerSelectors,
  deleteBlocks,
  plainChars,
  roundDoubles,
  flipSigns,
  minimizeEqual,
  minimizeValues,
  lowerTogether,
  redistribute,
  sortSiblings,
  relabel,
  deleteAndReindex,
  mergeItems,
  descendTurned,
];

const SHORTENING_PASSES: typeof PASSES = [unbias, descend, deleteItems, deleteBlocks];
