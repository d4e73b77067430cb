import type { Random } from '../choice/random';
import { MUTATORS } from '../mutate/mutate';
import { Chooser } from '../schedule/chooser';
import type { Technique } from './techniques';

/** Where an ordinary input comes from: the arms of a bandit. */
const ARMS = ['random', 'biased', 'mutate', 'operands'] as const;
export const [RANDOM, BIASED, MUTATE, OPERANDS] = [0, 1, 2, 3] as const;

/** First guesses of what each arm yields; a mutant is worth something only after there is a corpus. */
const ARM_GUESSES: readonly number[] = [0.05, 0.01, 0.05, 0.002];

/** Least share of each arm. */
const ARM_FLOORS: readonly number[] = [0.02, 0.02, 0.02, 0.01];

/** First guesses of what each operator of mutation yields. */
const OPERATOR_GUESSES: Record<keyof typeof MUTATORS, number> = {
  changeValue: 0.05,
  changeList: 0.04,
  spliceList: 0.03,
  useWord: 0.04,
  changeSpan: 0.02,
  fillGap: 0.03,
};
const OPERATOR_FLOOR = 0.03;

/**
 * Chooses the arm of each ordinary input, and the operators of each mutant, by what they have found in relation to
 * their cost.
 */
export class Arms {
  readonly operators: Chooser;
  /** The operators of mutation, in the order of `operators`. */
  readonly mutators: readonly (typeof MUTATORS)[keyof typeof MUTATORS][];
  private readonly arms: Chooser;

  /** `without`: techniques, arms and operators that are not to be used. */
  constructor(without: ReadonlySet<Technique>) {
    const names = (Object.keys(MUTATORS) as (keyof typeof MUTATORS)[]).filter((name) => !without.has(name));
    this.mutators = names.map((name) => MUTATORS[name]);
    this.operators = new Chooser({
      guesses: names.map((name) => OPERATOR_GUESSES[name]),
      floor: without.has('operator bandit') ? 1 / names.length : OPERATOR_FLOOR,
    });
    this.arms = new Chooser({
      guesses: ARMS.map((arm, index) => (without.has(arm) ? 0 : ARM_GUESSES[index]!)),
      floor: without.has('arm bandit') ? 0.25 : ARM_FLOORS,
    });
  }

  choose(random: Random): number {
    return this.arms.choose(random);
  }

  /** Adds the cost of this many ordinary inputs to the cost of an arm. */
  count(arm: number, inputs: number): void {
    this.arms.count(arm, inputs);
  }

  reward(arm: number | null, amount: number, operators: readonly number[] = []): void {
    if (arm !== null) this.arms.reward(arm, amount);
    for (const operator of operators) this.operators.reward(operator, amount);
  }
}
