import type { Choices } from '../choice/choices';
import type { Random } from '../choice/random';
import type { Comparison } from '../coverage/comparisons/comparison';
import { Chooser } from '../schedule/chooser';

/** Inputs made from the operands of one run. */
export interface Stage {
  readonly candidates: Iterator<Choices>;
  /** At most this many candidates are still to be taken. */
  left: number;
  /** The arm of the input that they are made from: it is rewarded for what they find. Null for an entry of the corpus. */
  readonly arm: number | null;
  /** Whether it was made from a run that reached a state: the next state may be one comparison away. */
  readonly isFromState: boolean;
}

/** A candidate, with the arm that is rewarded for it. */
export interface Staged {
  readonly choices: Choices;
  readonly arm: number | null;
  readonly isFromState: boolean;
}

/** This many candidates are run at once; the best come first. */
const AT_ONCE = 4;

/** Options of the chooser: candidates of stages, and all other inputs. */
const [STAGED, OTHER] = [0, 1] as const;

/** First guesses of what an input of each option yields, and the cost of a candidate in ordinary inputs. */
const TURN_GUESSES: readonly number[] = [0.003, 0.03];
const STAGED_COST = 2;
/**
 * Least share of each option. Where little is found any more, new findings often need several operands in their places.
 */
const TURN_FLOORS: readonly number[] = [0.2, 0.3];

/** At most this many stages wait; the oldest are dropped. */
const MOST = 256;

/** Number of counters of tries, for pairs of a site and an operand; a power of two. */
const SLOTS = 1 << 15;
/** Tries beyond this number make no difference. */
const MOST_TRIES = 40;

/** Inputs that were made from operands and wait to be run, the newest first: a fresh finding is followed before an old one. */
export class Stages {
  readonly #stages: Stage[] = [];
  readonly #tries = new Uint8Array(SLOTS);
  readonly #turns = new Chooser({ guesses: TURN_GUESSES, floor: TURN_FLOORS });
  #atOnce = 0;

  constructor(private readonly random: Random) {}

  /** Puts a stage in line. `isPressing`: its first candidates are run at once. */
  add(stage: Stage, isPressing: boolean): void {
    this.#stages.push(stage);
    if (isPressing) this.#atOnce = AT_ONCE;
    if (this.#stages.length > MOST) this.#stages.shift();
  }

  /** The next candidate; null when there is none, or when it is the turn of another input. */
  next(): Staged | null {
    if (this.#stages.length === 0) return null;
    if (this.#atOnce > 0) {
      this.#atOnce -= 1;
      this.charge(STAGED_COST);
    } else if (this.#turns.choose(this.random) === STAGED) this.charge(STAGED_COST - 1);
    else return null;
    for (;;) {
      const stage = this.#stages.at(-1);
      if (stage === undefined) return null;
      const step = stage.left === 0 ? null : stage.candidates.next();
      if (step === null || step.done === true) {
        this.#stages.pop();
        continue;
      }
      stage.left -= 1;
      return { choices: step.value, arm: stage.arm, isFromState: stage.isFromState };
    }
  }

  /** Notes what an input was worth. `isStaged`: it was a candidate of a stage. */
  reward(isStaged: boolean, amount: number): void {
    this.#turns.reward(isStaged ? STAGED : OTHER, amount);
  }

  /** Counts what a candidate cost beyond its own turn, in ordinary inputs. */
  charge(cost: number): void {
    this.#turns.count(STAGED, cost);
  }

  /**
   * The comparisons, sorted by how often their operands were tried, the least tried first. Each is counted when it is
   * taken.
   */
  *leastTried(comparisons: readonly Comparison[]): Generator<Comparison> {
    const byTries: Comparison[][] = [];
    for (const comparison of comparisons) {
      const tries = Math.min(this.#tries[slotOf(comparison)]!, MOST_TRIES);
      (byTries[tries] ??= []).push(comparison);
    }
    for (const group of byTries) {
      if (group === undefined) continue;
      for (const comparison of group) {
        const slot = slotOf(comparison);
        if (this.#tries[slot]! < 255) this.#tries[slot]! += 1;
        yield comparison;
      }
    }
  }
}

/** Operands with the same slot share their count. This is rare, and harmless. */
function slotOf({ site, right }: Comparison): number {
  let hash = Math.imul(site + 1, 0x9e37_79b1);
  if (typeof right === 'string') {
    for (let at = 0; at < right.length && at < 32; at += 1) hash = Math.imul(hash ^ right.charCodeAt(at), 0x0100_0193);
  } else {
    hash = Math.imul(hash ^ (Number(right) | 0), 0x0100_0193);
  }
  return (hash ^ (hash >>> 15)) & (SLOTS - 1);
}
