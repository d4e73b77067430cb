import type { Choices } from '../choice/choices';
import type { Random } from '../choice/random';
import { EMPTY_DICTIONARY, type Dictionary } from '../mutate/dictionary';
import { mutate } from '../mutate/mutate';
import type { MutationContext } from '../mutate/mutator';
import { PatternSamples } from '../mutate/patternSamples';
import type { Subject } from '../mutate/subject';
import { Arms, BIASED, MUTATE, OPERANDS, RANDOM } from './arms';
import type { Attempt, Observation } from './attempt';
import { ComparisonWork, DETAILED_COST, EARLY_INPUTS, STATE_REWARD } from './comparisonWork';
import type { Corpora } from './corpora';
import { RecentInputs } from './recentInputs';
import type { Technique } from './techniques';

/** Among this many first inputs, mutants are rare. */
const FIRST_INPUTS = 64;

/**
 * Where there is nothing else to do, this many random inputs are run in a row: a decision about each would cost as much
 * as its run.
 */
const RANDOM_RUN = 16;

/**
 * Half of this many first inputs are run in detail, because entries of the corpus are too simple to have many operands.
 */
const FIRST_OPERANDS = 16;

/**
 * The share of useless attempts that are replaced by random ones. Useless are mutants when there is a single entry, and
 * detailed runs when nothing is compared.
 */
const LONELY_RANDOM = 0.95;

/** At most this many mutants are drawn for one input, if each was run lately. */
const REPEATS = 3;

/** The latest words that proved useful are offered again, at most this many. */
const PROVEN_WORDS = 64;

/** The reward for an input that showed something new, and for an input that is a simpler way to something known. */
const REWARD = { new: 1, smaller: 0.02 };

const NONE: readonly never[] = [];
const RANDOM_ATTEMPT: Attempt = { source: { type: 'random', biased: false }, isDetailed: false };
const BIASED_ATTEMPT: Attempt = { source: { type: 'random', biased: true }, isDetailed: false };
/** A random input whose comparisons are recorded. */
const COMPARED_ATTEMPT: Attempt = { source: RANDOM_ATTEMPT.source, isDetailed: true, isCompared: true };

/**
 * Proposes the ordinary inputs of a target: made from operands of comparisons, from the corpus, or drawn at random.
 * Remembers how the present input was made, and rewards this way of making inputs when the input shows something.
 */
export class Proposals {
  /** How many more attempts like the present one are to be made, as long as they show nothing. */
  again = 0;
  /** Ordinary inputs so far. */
  private proposed = 0;
  /** The arm that the present input comes from; null for an input that is not ordinary. */
  private arm: number | null = null;
  /** Whether the present input is ordinary and its comparisons are recorded. */
  private isDetailed = false;
  /** The present input was made from operands. */
  private isStaged = false;
  private usedOperators: readonly number[] = NONE;
  private usedWords: readonly string[] = NONE;
  private readonly arms: Arms;
  private readonly comparisons: ComparisonWork;
  private readonly recentInputs = new RecentInputs();
  private readonly samples = new PatternSamples();
  private readonly proven: string[] = [];
  private mutation: MutationContext;

  /** `labelOf`: a number for arbitraries that are the same in every execution of the test. */
  constructor(
    private readonly random: Random,
    labelOf: (arbitrary: object) => number | undefined,
    private readonly corpora: Corpora,
    private readonly techniques: ReadonlySet<Technique>,
    without: ReadonlySet<Technique>,
  ) {
    this.arms = new Arms(without);
    this.comparisons = new ComparisonWork(random, corpora, techniques);
    this.mutation = { random, labelOf, other: () => corpora.choose().data, dictionary: EMPTY_DICTIONARY };
  }

  /** What mutations draw from. */
  get context(): MutationContext {
    return this.mutation;
  }

  /** Sets the literals of the code under test. It may be called again when more code is loaded. */
  useDictionary(dictionary: Dictionary): void {
    const { proven, samples } = this;
    const { operands } = this.comparisons;
    this.mutation = { ...this.mutation, dictionary: { ...dictionary, operands, proven, samples } };
  }

  /** The next ordinary input. */
  next(): Attempt {
    const staged = this.staged();
    if (staged !== null) return staged;
    this.proposed += 1;
    const { random, arms, corpora } = this;
    let arm = arms.choose(random);
    if (this.proposed < FIRST_OPERANDS && random.coin()) arm = OPERANDS;
    if (this.proposed < FIRST_INPUTS && arm === MUTATE && random.share() < 0.7) arm = RANDOM;
    if (arm === OPERANDS && this.comparisons.isSilent && random.share() < LONELY_RANDOM) arm = RANDOM;
    if (arm === OPERANDS) arms.count(OPERANDS, DETAILED_COST - 1);
    // With a single entry, a mutant knows no more than a random input.
    else if (arm === MUTATE && corpora.size < 2 && random.share() < LONELY_RANDOM) arm = RANDOM;
    this.arm = arm;
    this.isDetailed = arm === OPERANDS;
    this.forgetUsed();
    if (corpora.size > 0 && (arm === MUTATE || (arm === OPERANDS && random.coin()))) {
      const choices = this.mutant();
      if (choices !== null) {
        const isCompared = arm === OPERANDS;
        return { source: { type: 'replay', choices, tail: 'random' }, isDetailed: isCompared, isCompared };
      }
    }
    if (arm === OPERANDS) return COMPARED_ATTEMPT;
    if (corpora.size < 2 && this.proposed > EARLY_INPUTS) {
      this.again = RANDOM_RUN - 1;
      arms.count(arm, this.again);
    }
    return arm === BIASED ? BIASED_ATTEMPT : RANDOM_ATTEMPT;
  }

  /** The next of the first inputs, from which the number of possible inputs is estimated. */
  nextSample(): Attempt {
    return this.staged() ?? COMPARED_ATTEMPT;
  }

  /** Notes a sample that was run. */
  noteSample(seen: Observation): void {
    if (!this.isStaged) this.comparisons.noteGiven(seen);
  }

  /** Notes an ordinary input that was run. */
  noteOrdinary(seen: Observation): void {
    if (this.arm === RANDOM || this.arm === BIASED) this.comparisons.noteGiven(seen);
  }

  /** Notes an input that was given from outside and run. */
  noteImported(seen: Observation): void {
    this.comparisons.noteGiven(seen);
  }

  /** The present input is not ordinary. `words`: the words that were put into it. */
  begin(words: readonly string[]): void {
    this.arm = null;
    this.usedOperators = NONE;
    this.usedWords = words;
  }

  /** The present input showed something: rewards the way in which it was made. */
  reward(isNew: boolean): void {
    const amount = isNew ? REWARD.new : REWARD.smaller;
    this.comparisons.reward(this.isStaged, amount);
    this.arms.reward(this.arm, amount, this.usedOperators);
    if (isNew) for (const word of this.usedWords) this.prove(word);
    this.arm = null;
    this.forgetUsed();
  }

  /** Follows the comparisons of an ordinary input that showed nothing, if they were recorded. */
  followUneventful(seen: Observation): void {
    if (this.isDetailed) this.followComparisons(seen, null);
  }

  /** Follows what the run of a new entry of the corpus compared. */
  followEntry(seen: Observation, entry: Subject): void {
    this.followComparisons(seen, entry);
  }

  /** The present input has become an entry: inputs made from it do not count as made from operands. */
  noteAdmitted(): void {
    this.isStaged = false;
  }

  /** Words that led to something new, the latest last. */
  get provenWords(): readonly string[] {
    return this.proven;
  }

  /** Makes sure that a word is offered more often. */
  prove(word: string): void {
    const at = this.proven.indexOf(word);
    if (at >= 0) this.proven.splice(at, 1);
    this.proven.push(word);
    if (this.proven.length > PROVEN_WORDS) this.proven.shift();
  }

  /** An input made from operands; null when there is none, or when it is the turn of another input. */
  private staged(): Attempt | null {
    const staged = this.comparisons.next();
    this.isStaged = staged !== null;
    if (staged === null) return null;
    const { choices, arm, isDetailed } = staged;
    this.arm = arm;
    this.isDetailed = isDetailed;
    this.forgetUsed();
    if (arm !== null) this.arms.count(arm, 1);
    return { source: { type: 'replay', choices, tail: 'random' }, isDetailed, isCompared: isDetailed };
  }

  /** A changed input of the corpus that was not run lately; null if none was found. */
  private mutant(): Choices | null {
    for (let round = 0; round < REPEATS; round += 1) {
      const mutant = mutate(this.corpora.choose().data, this.mutation, this.arms.mutators, this.arms.operators);
      if (mutant === null) continue;
      if (this.techniques.has('no repeats') && this.recentInputs.has(mutant.choices)) continue;
      this.usedOperators = mutant.operators;
      this.usedWords = mutant.words;
      return mutant.choices;
    }
    return null;
  }

  private followComparisons(seen: Observation, entry: Subject | null): void {
    const { isStaged, proposed } = this;
    const arm = entry === null ? this.arm : null;
    const isState = this.comparisons.follow(seen, { entry, arm, isStaged, proposed }, this.mutation.dictionary);
    if (isState) this.arms.reward(arm, STATE_REWARD);
  }

  private forgetUsed(): void {
    this.usedOperators = NONE;
    this.usedWords = NONE;
  }
}
