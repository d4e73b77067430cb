/** Trials after which what was seen counts half. */
const HALF_LIFE = 256;
/** The more, the longer what pays seldom is done often. */
const EAGERNESS = 8;
/** Before there are figures, as if one in eight had paid. */
const FIRST = { trials: 8, hits: 1 };

/** How often something costly is to be done, by how often it paid lately. */
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
