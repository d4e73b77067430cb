/** When this many trials are counted, all of them count half from then on. */
const HALF_LIFE = 256;
/** The share grows with this factor: with a larger factor, something that is seldom of use is done more often. */
const EAGERNESS = 8;
/** Assumed before the first trial: one in eight trials was of use. */
const FIRST = { trials: 8, hits: 1 };

/** Decides how often to do something costly, by how often it was of use lately. */
export class AdaptiveShare {
  #trials = FIRST.trials;
  #hits = FIRST.hits;

  /**
   * `least` and `most` are shares. Between these bounds, the result is `EAGERNESS` times the share of trials that were
   * of use.
   */
  constructor(
    private readonly least: number,
    private readonly most: number,
  ) {}

  /** The share of cases in which to do it, as of now. */
  get share(): number {
    return Math.min(this.most, Math.max(this.least, (EAGERNESS * this.#hits) / this.#trials));
  }

  note(paid: boolean): void {
    this.#trials += 1;
    if (paid) this.#hits += 1;
    if (this.#trials < HALF_LIFE) return;
    this.#trials /= 2;
    this.#hits /= 2;
  }
}
