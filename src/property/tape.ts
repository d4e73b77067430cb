import { NO_CHOICES, type Choices } from '../choice/choices';
import type { Random } from '../choice/random';
import { TapeRandom } from './tapeRandom';
import { TrackBuffer } from './trackBuffer';
import type { Recording } from './recording';
import { DEFAULT_BUDGET, TapeState, type Tail } from './tapeState';

/** Where the choices of an input come from. */
export type Source =
  | { readonly type: 'random'; readonly biased: boolean }
  | { readonly type: 'replay'; readonly choices: Choices; readonly tail: Tail };

/** A `simplest` tail has at most this many choices: a filter that rejects the simplest value would draw it for ever. */
const MAX_SIMPLEST_TAIL = 256;

/**
 * The source of randomness of one input at a time: answers fast-check's draws from a recorded sequence or at
 * random, and records them. One tape serves run after run and keeps its memory.
 */
export class Tape extends TapeState {
  /** The source of randomness for fast-check. */
  readonly root: TapeRandom;
  readonly #main: TrackBuffer;

  constructor(random: Random, budget: number = DEFAULT_BUDGET) {
    super(random, budget);
    this.#main = new TrackBuffer(NO_CHOICES, 64);
    this.root = new TapeRandom(this, null, 0, this.#main);
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
      this.isBiased = source.biased;
      this.tail = 'random';
      this.#main.reset(NO_CHOICES);
    } else {
      this.isBiased = source.choices.biased;
      this.tail = source.tail;
      this.tailLeft = MAX_SIMPLEST_TAIL;
      this.#main.reset(source.choices);
    }
    this.root.rewind();
  }

  /** A copy of the choices of this run so far. */
  choices(): Choices {
    const { values, forks, texts } = this.#main.toFork();
    return { values, forks, texts, biased: this.isBiased };
  }

  /**
   * As `choices`, but makes no objects: see `TrackBuffer.copyNumbers`. The copy does not say whether the run is biased.
   */
  copyNumbers(into: Float64Array): number {
    return this.#main.copyNumbers(into);
  }

  /** A copy of everything that is known of this run so far. */
  recording(): Recording {
    return { choices: this.choices(), main: this.#main.toTrack() };
  }
}
