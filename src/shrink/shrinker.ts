import { compareChoices, compareSizes } from '../choice/order';
import type { Recording } from '../property/recording';
import { Attempts } from './attempts/attempts';
import type { Steps } from './attempts/steps';
import { deleteAndReindex } from './passes/deleteAndReindex';
import { deleteBlocks } from './passes/deleteBlocks';
import { deleteItems } from './passes/deleteItems';
import { descend } from './passes/descend';
import { descendTurned } from './passes/descendTurned';
import { flipSigns } from './passes/flipSigns';
import { joinAllLists, joinLists } from './passes/joinLists';
import { lowerSelectors } from './passes/lowerSelectors';
import { lowerTogether } from './passes/lowerTogether';
import { mergeItems } from './passes/mergeItems';
import { minimizeEqual } from './passes/minimizeEqual';
import { minimizeValues } from './passes/minimizeValues';
import { plainChars } from './passes/plainChars';
import { redistribute } from './passes/redistribute';
import { reencode } from './passes/reencode';
import { relabel } from './passes/relabel';
import { roundDoubles } from './passes/roundDoubles';
import { simplestInput } from './passes/simplestInput';
import { simplestSpans } from './passes/simplestSpans';
import { sortSiblings } from './passes/sortSiblings';
import { unbias } from './passes/unbias';

export interface ShrinkOptions {
  /** At most this many candidates are run. */
  readonly maxEvaluations: number;
  /** Whether only the number of choices is lowered (`compareSizes`) and values stay as they are. Default: false. */
  readonly onlyShorter?: boolean;
}

export interface ShrinkResult {
  /** The simplest input that was found; `start` when no simpler one was found. */
  readonly best: Recording;
  readonly evaluations: number;
  /** Successful simplifications. */
  readonly shrinks: number;
  /** Whether nothing is left to try. If false, start again from `best` to continue. */
  readonly isFinished: boolean;
}

/**
 * Makes a failing input simpler in the order of `compareChoices`, and keeps its origin. It is a generator, so that the
 * same code serves synchronous and asynchronous properties: the caller runs each candidate that it yields with the tail
 * `simplest` and with spans, and sends back the verdict. If a candidate fails with another origin, the caller has to
 * keep that failure.
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

/** Passes that remove many choices come first; passes that only change values work on the choices that are left. */
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
