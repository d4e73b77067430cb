import { NO_CHOICES, type Choices, type Fork } from '../choice/choices';
import type { Random } from '../choice/random';
import type { ValueLike } from './fastCheckTypes';
import { OVERRUN } from './overrun';
import { TapeRandom } from './tapeRandom';
import { TrackBuffer } from './trackBuffer';
import type { Recording } from './recording';

/**
 * What follows the replayed choices. random: new choices. simplest: the simplest value of each range, up to
 * `maxTail` of them. stop: nothing, the run overruns.
 */
export type Tail = 'random' | 'simplest' | 'stop';

/** Where the choices of an input come from. */
export type Source =
  | { readonly type: 'random'; readonly biased: boolean }
  | { readonly type: 'replay'; readonly choices: Choices; readonly tail: Tail };

/**
 * Longest sequence of an input, forks included. 4096 is more than what the largest built-in arbitraries need at
 * default size (`object` takes 300), and ends endless filters within a millisecond.
 */
export const DEFAULT_BUDGET = 4096;
/** How far a `simplest` tail goes: a filter that rejects the simplest value would draw it for ever. */
export const MAX_SIMPLEST_TAIL = 256;

/**
 * The source of randomness of one input at a time: answers fast-check's draws from a recorded sequence or at
 * random, and records them. One tape serves run after run and keeps its memory.
 */
export class Tape {
  /** Counts the runs: sources cloned in an earlier run have nothing more to say. */
  epoch = 0;
  /** Choices drawn in this run, forks included. */
  drawn = 0;
  /** Replayed choices that did not fit their place: they became the simplest value. */
  misaligned = 0;
  /** Whether this run asked for more choices than there were, even if the user's code caught what we threw. */
  isOverrun = false;
  recordsSpans = false;
  /** Set when a class of arbitraries was met for the first time in this run: its spans are missing. */
  metNewArbitraries = false;
  /** What `fc.gen` generated in this run: it tells at the end which arbitraries it was asked for. */
  lateValues: ValueLike[] = [];
  tail: Tail = 'random';
  /** Choices left to a `simplest` tail. */
  tailLeft = 0;

  readonly random: Random;
  readonly budget: number;
  /** What is given to fast-check. */
  readonly root: TapeRandom;
  #isBiased = false;
  readonly #main: TrackBuffer;

  constructor(random: Random, budget: number = DEFAULT_BUDGET) {
    this.random = random;
    this.budget = budget;
    this.#main = new TrackBuffer(NO_CHOICES, 64);
    this.root = new TapeRandom(this, null, 0, this.#main);
  }

  /** Whether fast-check is to draw its bias coins in this run: they are part of the sequence. */
  get isBiased(): boolean {
    return this.#isBiased;
  }

  /** Begins a run. */
  start(source: Source, recordsSpans = false): void {
    this.epoch += 1;
    this.drawn = 0;
    this.misaligned = 0;
    this.isOverrun = false;
    this.recordsSpans = recordsSpans;
    this.metNewArbitraries = false;
    if (this.lateValues.length > 0) this.lateValues = [];
    if (source.type === 'random') {
      this.#isBiased = source.biased;
      this.tail = 'random';
      this.#main.reset(NO_CHOICES);
    } else {
      this.#isBiased = source.choices.biased;
      this.tail = source.tail;
      this.tailLeft = MAX_SIMPLEST_TAIL;
      this.#main.reset(source.choices);
    }
    this.root.rewind();
  }

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

  /** A buffer for what is drawn from a clone. */
  newTrack(prefix: Fork | null): TrackBuffer {
    return new TrackBuffer(prefix ?? NO_CHOICES, 16);
  }

  /** A copy of the choices of this run so far. */
  choices(): Choices {
    const { values, forks, texts } = this.#main.toFork();
    return { values, forks, texts, biased: this.#isBiased };
  }

  /** As `choices`, without making objects: see `TrackBuffer.copyNumbers`. Whether it was biased is in `isBiased`. */
  copyNumbers(into: Float64Array): number {
    return this.#main.copyNumbers(into);
  }

  /** A copy of everything that is known of this run so far. */
  recording(): Recording {
    return { choices: this.choices(), main: this.#main.toTrack() };
  }
}
