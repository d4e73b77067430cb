import type { Random } from '../choice/random';

/** After this many trials, earlier results count half, because yields change after the easy things are found. */
const HALF_LIFE = 4096;
/** Weight of the guess, in trials. It does not decay: while no option yields anything, the shares stay as guessed. */
const GUESS_TRIALS = 64;
/** Number of choices between two computations of the shares. */
const REFRESH_EVERY = 32;

export interface ChooserOptions {
  /** A first guess of the yield of each option, relative to the other options. */
  readonly guesses: readonly number[];
  /**
   * The least share of each option, so that an option without yield is still tried in case this changes. A single
   * number holds for all options.
   */
  readonly floor: number | readonly number[];
}

/**
 * Chooses among a few options by the yield of each per trial: probability matching over a decaying mean, with a floor.
 * The idea is that of MOpt (Lyu et al., USENIX Security 2019), without its particle swarm.
 */
export class Chooser {
  readonly #guesses: readonly number[];
  readonly #trials: number[];
  readonly #rewards: number[];
  readonly #shares: number[];
  readonly #floors: readonly number[];
  /** The share that is left after all floors. It is distributed by yield. */
  readonly #free: number;
  #untilDecay = HALF_LIFE;
  #untilRefresh = 0;

  constructor({ guesses, floor }: ChooserOptions) {
    this.#guesses = guesses;
    this.#trials = guesses.map(() => 0);
    this.#rewards = guesses.map(() => 0);
    this.#shares = guesses.map(() => 0);
    this.#floors = typeof floor === 'number' ? guesses.map(() => floor) : floor;
    this.#free = this.#floors.reduce((left, share) => left - share, 1);
  }

  /** Chooses an option, and counts a trial of it. */
  choose(random: Random): number {
    if (this.#untilRefresh === 0) this.#refresh();
    this.#untilRefresh -= 1;
    let left = random.share();
    let chosen = 0;
    for (; chosen < this.#shares.length - 1; chosen += 1) {
      left -= this.#shares[chosen]!;
      if (left < 0) break;
    }
    this.count(chosen, 1);
    return chosen;
  }

  /** Counts further trials of an option, in addition to the one that `choose` counted. */
  count(option: number, trials: number): void {
    this.#trials[option]! += trials;
    this.#untilDecay -= trials;
    if (this.#untilDecay <= 0) this.#decay();
  }

  reward(option: number, amount: number): void {
    this.#rewards[option]! += amount;
  }

  #refresh(): void {
    this.#untilRefresh = REFRESH_EVERY;
    const rates = this.#rewards.map(
      (reward, index) => (reward + this.#guesses[index]! * GUESS_TRIALS) / (this.#trials[index]! + GUESS_TRIALS),
    );
    const total = rates.reduce((sum, rate) => sum + rate, 0);
    rates.forEach((rate, index) => {
      this.#shares[index] = this.#floors[index]! + this.#free * (total > 0 ? rate / total : 1 / rates.length);
    });
  }

  #decay(): void {
    this.#untilDecay = HALF_LIFE;
    for (let index = 0; index < this.#trials.length; index += 1) {
      this.#trials[index]! /= 2;
      this.#rewards[index]! /= 2;
    }
  }
}
