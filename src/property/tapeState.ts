import { NO_CHOICES, type Fork } from '../choice/choices';
import type { Random } from '../choice/random';
import type { ValueLike } from './fastCheckTypes';
import { OVERRUN } from './overrun';
import { TrackBuffer } from './trackBuffer';

/**
 * The choices after the replayed ones. random: new choices. simplest: the simplest value of each range, up to
 * `MAX_SIMPLEST_TAIL` of them. stop: none, the run overruns.
 */
export type Tail = 'random' | 'simplest' | 'stop';

/**
 * Longest sequence of an input, forks included. 4096 is more than what the largest built-in arbitraries need at
 * default size (`object` takes 300), and ends endless filters within a millisecond.
 */
export const DEFAULT_BUDGET = 4096;

/** The state of the present run of a `Tape`, which the cursors over it (`TapeRandom`) read and update. */
export class TapeState {
  /** Counts the runs: a source that was cloned in an earlier run must not draw any more. */
  epoch = 0;
  /** Choices drawn in this run, forks included. */
  drawn = 0;
  /** Replayed choices that did not fit their place: they became the simplest value. */
  misaligned = 0;
  /** True if this run asked for more choices than there were, even if the user's code caught `OVERRUN`. */
  isOverrun = false;
  recordsSpans = false;
  /** Set when a class of arbitraries was met for the first time in this run: its spans are missing. */
  metNewArbitraries = false;
  /** The values of `fc.gen` in this run: at its end they show which arbitraries `fc.gen` was asked for. */
  lateValues: ValueLike[] = [];
  tail: Tail = 'random';
  /** Choices left to a `simplest` tail. */
  tailLeft = 0;

  /** True if fast-check draws its bias coins in this run: they are part of the sequence. */
  isBiased = false;

  constructor(
    readonly random: Random,
    readonly budget: number,
  ) {}

  /** Counts a draw; throws `OVERRUN` when there were too many. */
  count(): void {
    this.drawn += 1;
    if (this.drawn > this.budget) this.overrun();
  }

  overrun(): never {
    this.isOverrun = true;
    // oxlint-disable-next-line no-throw-literal -- reason: see OVERRUN, an Error would cost a stack on each overrun.
    throw OVERRUN;
  }

  /** A buffer for the choices that are drawn from a clone. */
  newTrack(prefix: Fork | null): TrackBuffer {
    return new TrackBuffer(prefix ?? NO_CHOICES, 16);
  }
}
