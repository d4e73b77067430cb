/** After so many trials, earlier ones count half. */
const HALF_LIFE = 256;
/** The larger, the more often something is done that pays seldom. */
const EAGERNESS = 8;
/** What is assumed before the first trial: one in eight paid. */
const FIRST = { trials: 8, hits: 1 };

/** Says how often to do something costly, by how often it paid lately. */
export class AdaptiveShare {
  #trials = FIRST.trials;
  #hits = FIRST.hits;

  /** `least` and `most` are shares; between them, `EAGERNESS` times the share of trials that paid. */
  constructor(
    private readonly least: number,
    private readonly most: number,
  ) {}

  /** The share of times to do it now. */
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
