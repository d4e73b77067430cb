import { NO_CHOICES, type Choices } from '../choice/choices';
import { Random } from '../choice/random';
import type { CorpusEntry, Interest } from '../corpus/corpus';
import { EMPTY_DICTIONARY, type Dictionary } from '../mutate/dictionary';
import { mutate, MUTATORS } from '../mutate/mutate';
import type { MutationContext } from '../mutate/mutator';
import { PatternSamples } from '../mutate/patternSamples';
import { Subject } from '../mutate/subject';
import { encodeValue } from '../property/encodeValue';
import type { Recording } from '../property/recording';
import { Chooser } from '../schedule/chooser';
import type { Attempt, Observation } from './attempt';
import { ComparisonWork, DETAILED_COST, EARLY_INPUTS, STATE_REWARD } from './comparisonWork';
import { Corpora, type Admitted, type CorpusChange } from './corpora';
import { countInputsLike, ENUMERABLE_INPUTS, nextInOrder } from '../property/enumeration';
import { FailureList } from './failureList';
import { GapFilling } from './gapFilling';
import { FailureProcessor, type FoundInput, type KnownInput, type ReplayedInput } from './failureProcessor';
import { Generalization } from './generalization';
import { RecentInputs } from './recentInputs';
import { CorpusTrimming } from './corpusTrimming';
import { ALL_TECHNIQUES, type Technique } from './techniques';

export interface TargetFuzzerOptions {
  readonly random: Random;
  /** A number for arbitraries that are the same in every execution of the test. */
  readonly labelOf: (arbitrary: object) => number | undefined;
  /** Techniques to do without, to learn what each is worth. Default: none. */
  readonly without?: ReadonlySet<Technique>;
}

/** What is done with an input of interest: whether its comparisons are recorded; and see `import`. */
interface Following {
  readonly isCompared: boolean;
  readonly isFollowed: boolean;
}

/** Where an ordinary input comes from. */
const ARMS = ['random', 'biased', 'mutate', 'operands'] as const;
const [RANDOM, BIASED, MUTATE, OPERANDS] = [0, 1, 2, 3] as const;

/** First guesses of what each yields; a mutant is worth something only once there is a corpus. */
const ARM_GUESSES: readonly number[] = [0.05, 0.01, 0.05, 0.002];

/** Least share of each. */
const ARM_FLOORS: readonly number[] = [0.02, 0.02, 0.02, 0.01];

/** Inputs before which mutants are rare. */
const FIRST_INPUTS = 64;

/** Random inputs in a row where there is nothing else to do: to decide on each costs as much as to run it. */
const RANDOM_RUN = 16;

/** Inputs of which half are looked at for their operands: entries of the corpus are too simple to have many. */
const FIRST_OPERANDS = 16;

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

/** What an input that showed something new is worth, and one that is a simpler way to something known. */
const REWARD = { new: 1, smaller: 0.02 };

/** Of inputs that only took known branches more or less often, one in so many has its comparisons followed. */
const BUCKETS_TURN = 2;

/** One in this many inputs is a step of making one of the corpus shorter. */
const REDUCTION_TURN = 8;

/** Share of what cannot pay that is left out: mutants of a single entry, comparisons where there are none. */
const LONELY_RANDOM = 0.95;

/** Draws of the same input again before it is let through. */
const REPEATS = 3;

/** One flaky failure is run again once in so many inputs. */
const FLAKY_TURN = 128;

/** Words that proved useful and are offered again, those that did lately. */
const PROVEN_WORDS = 64;

const NONE: readonly never[] = [];
const RANDOM_SOURCE: Attempt['source'] = { type: 'random', biased: false };
const RANDOM_ATTEMPT: Attempt = { source: RANDOM_SOURCE, isDetailed: false };
const COMPARED_ATTEMPT: Attempt = { source: RANDOM_SOURCE, isDetailed: true, isCompared: true };
const BIASED_ATTEMPT: Attempt = { source: { type: 'random', biased: true }, isDetailed: false };

/** Inputs looked at before an enumeration. */
const SAMPLES = 8;

/** An enumeration that passes this many inputs was estimated wrongly, and is given up. */
const ENUMERATION_LIMIT = 4 * ENUMERABLE_INPUTS;

/**
 * The fuzz loop of one target, as a generator: it yields what to run, and is told what was seen. It lives as long
 * as its target, through any number of slices; all its random decisions come from `random`, none from a clock, so
 * the same seed gives the same inputs however the time is cut.
 */
export class TargetFuzzer {
  private readonly corpora: Corpora;
  readonly failures = new FailureList();
  private readonly failureProcessor = new FailureProcessor(
    this.failures,
    () => new Random(this.options.random.uint32()),
  );
  /** Edges and labels seen, by feature without its hit-count bucket. */
  readonly behaviors = new Set<number>();
  /** Behaviors since the last `takeNews`. */
  private newBehaviors: number[] = [];
  /** Every possible input was run. */
  isExhausted = false;
  reruns = 0;
  stableReruns = 0;
  private proposed = 0;
  private readonly arms: Chooser;
  private readonly operators: Chooser;
  private readonly mutators: readonly (typeof MUTATORS)[keyof typeof MUTATORS][];
  /** The arm and the operators that the present input comes from, to be rewarded if it shows something. */
  private arm: number | null = null;
  /** The present input is of the ordinary kind, and its comparisons are recorded. */
  private isDetailed = false;
  /** Attempts like the present one still to be made, while they show nothing. */
  private again = 0;
  /** What the present attempt showed, where `repeats` has asked. */
  private shown: Interest | null = null;
  /** The present input was made from operands. */
  private isStaged = false;
  private usedOperators: readonly number[] = [];
  private usedWords: readonly string[] = NONE;
  private readonly proven: string[] = [];
  private readonly comparisons: ComparisonWork;
  private readonly trimming = new CorpusTrimming();
  private readonly generalization: Generalization;
  private readonly gapFilling = new GapFilling();
  private readonly recentInputs = new RecentInputs();
  private readonly samples = new PatternSamples();
  private readonly with: ReadonlySet<Technique>;
  private readonly imports: { readonly choices: Choices; readonly isFollowed: boolean }[] = [];
  private readonly toReplay: KnownInput[] = [];
  /** Inputs until a flaky failure is run again. */
  private untilRerun = FLAKY_TURN;
  private context: MutationContext;

  constructor(private readonly options: TargetFuzzerOptions) {
    const { random, labelOf, without } = options;
    this.with = new Set(ALL_TECHNIQUES.filter((technique) => without?.has(technique) !== true));
    this.corpora = new Corpora(random, this.with);
    this.context = { random, labelOf, other: () => this.corpora.choose().data, dictionary: EMPTY_DICTIONARY };
    this.comparisons = new ComparisonWork(random, this.corpora, this.with);
    this.generalization = new Generalization(random, (entry) => {
      if (this.with.has('fillings')) this.gapFilling.add(entry);
    });
    const names = (Object.keys(MUTATORS) as (keyof typeof MUTATORS)[]).filter((name) => without?.has(name) !== true);
    this.mutators = names.map((name) => MUTATORS[name]);
    this.operators = new Chooser({
      guesses: names.map((name) => OPERATOR_GUESSES[name]),
      floor: this.with.has('operator bandit') ? OPERATOR_FLOOR : 1 / names.length,
    });
    this.arms = new Chooser({
      guesses: ARMS.map((arm, index) => (without?.has(arm) === true ? 0 : ARM_GUESSES[index]!)),
      floor: this.with.has('arm bandit') ? ARM_FLOORS : 0.25,
    });
  }

  /** Inputs that are gone on from. */
  get corpus(): readonly CorpusEntry<Subject>[] {
    return this.corpora.main.entries;
  }

  /** Of the behaviors, those that showed in one run of an input and not in another of the same. */
  get unstable(): ReadonlySet<number> {
    return this.corpora.unstable;
  }

  /** Literals of the code under test; may be given again as more of it is loaded. */
  useDictionary(dictionary: Dictionary): void {
    const { proven, samples } = this;
    const { operands } = this.comparisons;
    this.context = { ...this.context, dictionary: { ...dictionary, operands, proven, samples } };
  }

  /**
   * An input to try soon: from the database, another thread, a user's example. `isFollowed`: somebody else looks for
   * what lies next to it, so that here it is only kept; by default nobody does.
   */
  import(choices: Choices, isFollowed = false): void {
    this.imports.push({ choices, isFollowed });
  }

  /** The input of a failure that is known from earlier: it is run until it is clear whether it still fails. */
  replay(known: KnownInput): void {
    this.toReplay.push(known);
  }

  /** What others do about a failure: see `FailureProcessor`. */
  holdFailure(originKey: string): void {
    this.failureProcessor.hold(originKey);
  }

  knowFailure(known: FoundInput): void {
    this.failureProcessor.know(known);
  }

  releaseFailure(originKey: string): void {
    this.failureProcessor.release(originKey);
  }

  /** Whether the input of a known failure waits to be run. */
  get isReplaying(): boolean {
    return this.toReplay.length > 0;
  }

  /** What became of them since the last call. */
  takeReplayed(): readonly ReplayedInput[] {
    return this.failureProcessor.takeReplayed();
  }

  /** Whether a failure waits to be made simpler. */
  get isShrinking(): boolean {
    return this.failureProcessor.isShrinking;
  }

  /** New behaviors and changes of the corpus since the last call. */
  takeNews(): { behaviors: readonly number[]; corpus: CorpusChange } {
    const news = { behaviors: this.newBehaviors, corpus: this.corpora.takeChange() };
    this.newBehaviors = [];
    return news;
  }

  /** The loop. Returns only when every possible input was run. */
  *run(): Generator<Attempt, void, Observation> {
    yield* this.importAll();
    const simplest = yield* this.detailed({ type: 'replay', choices: NO_CHOICES, tail: 'simplest' }, true);
    const first = simplest.status === 'overrun' ? null : simplest.recording();
    // It is detailed already; whether it is stable will be seen when something simpler is not found.
    if (simplest.status !== 'overrun' && simplest.failure === null) this.admitFirst(simplest);
    else yield* this.consider(simplest);
    if (first !== null && (yield* this.looksSmall(first))) {
      this.isExhausted = yield* this.enumerate(first);
      if (this.isExhausted) return;
    }
    for (;;) {
      // Millions of inputs pass here: no generator is made for what is mostly nothing.
      if (this.imports.length > 0 || this.toReplay.length > 0) yield* this.importAll();
      if (this.failureProcessor.isShrinking) yield* this.failureProcessor.shrinkAll();
      if ((this.untilRerun -= 1) <= 0) {
        this.untilRerun = FLAKY_TURN;
        yield* this.failureProcessor.rerunFlaky();
      }
      if (this.options.random.below(REDUCTION_TURN) === 0) yield* this.reduce();
      const seen = yield this.propose();
      if (this.arm === RANDOM || this.arm === BIASED) this.comparisons.noteGiven(seen);
      const interest = this.shown ?? this.interestOf(seen);
      this.again = 0;
      this.shown = null;
      if (interest !== 'none') yield* this.look(seen, interest);
      else if (this.isDetailed) this.followComparisons(seen, null);
    }
  }

  /**
   * Whether the attempt that was just seen is to be made once more, before `run` is told of any: a quicker way for random
   * inputs, which mostly show nothing.
   */
  repeats(seen: Observation): boolean {
    if (this.again === 0) return false;
    this.again -= 1;
    // Flaky failures are run again as often as ever.
    if ((this.untilRerun -= 1) <= 0) return false;
    const interest = this.interestOf(seen);
    if (interest === 'none') return true;
    this.shown = interest;
    return false;
  }

  /** The next input of the ordinary kind: made from operands, from the corpus, or drawn at random. */
  private propose(): Attempt {
    const staged = this.staged();
    if (staged !== null) return staged;
    this.proposed += 1;
    const { random } = this.options;
    let arm = this.arms.choose(random);
    if (this.proposed < FIRST_OPERANDS && random.coin()) arm = OPERANDS;
    if (this.proposed < FIRST_INPUTS && arm === MUTATE && random.share() < 0.7) arm = RANDOM;
    if (arm === OPERANDS && this.comparisons.isSilent && random.share() < LONELY_RANDOM) arm = RANDOM;
    if (arm === OPERANDS) this.arms.count(OPERANDS, DETAILED_COST - 1);
    // With a single entry, a mutant knows no more than a random input.
    else if (arm === MUTATE && this.corpora.size < 2 && random.share() < LONELY_RANDOM) arm = RANDOM;
    this.arm = arm;
    this.isDetailed = arm === OPERANDS;
    this.forgetUsed();
    if (this.corpora.size > 0 && (arm === MUTATE || (arm === OPERANDS && random.coin()))) {
      const choices = this.mutant();
      if (choices !== null) {
        const isCompared = arm === OPERANDS;
        return { source: { type: 'replay', choices, tail: 'random' }, isDetailed: isCompared, isCompared };
      }
    }
    if (arm === OPERANDS) return COMPARED_ATTEMPT;
    if (this.corpora.size < 2 && this.proposed > EARLY_INPUTS) {
      this.again = RANDOM_RUN - 1;
      this.arms.count(arm, this.again);
    }
    return arm === BIASED ? BIASED_ATTEMPT : RANDOM_ATTEMPT;
  }

  /** An input made from operands, when there is one and it is its turn. */
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
      const mutant = mutate(this.corpora.choose().data, this.context, this.mutators, this.operators);
      if (mutant === null) continue;
      if (this.with.has('no repeats') && this.recentInputs.has(mutant.choices)) continue;
      this.usedOperators = mutant.operators;
      this.usedWords = mutant.words;
      return mutant.choices;
    }
    return null;
  }

  private reward(amount: number): void {
    this.comparisons.reward(this.isStaged, amount);
    if (this.arm !== null) this.arms.reward(this.arm, amount);
    for (const operator of this.usedOperators) this.operators.reward(operator, amount);
    if (amount >= REWARD.new) for (const word of this.usedWords) this.prove(word);
    this.arm = null;
    this.forgetUsed();
  }

  private forgetUsed(): void {
    this.usedOperators = NONE;
    this.usedWords = NONE;
  }

  /** Words that led to something new, the latest last. */
  get provenWords(): readonly string[] {
    return this.proven;
  }

  /** Has a word offered more often. */
  prove(word: string): void {
    const at = this.proven.indexOf(word);
    if (at >= 0) this.proven.splice(at, 1);
    this.proven.push(word);
    if (this.proven.length > PROVEN_WORDS) this.proven.shift();
  }

  /** One step of making an input of the corpus shorter. */
  private *reduce(): Generator<Attempt, void, Observation> {
    const choices = this.trimming.next();
    if (choices === null) {
      yield* this.generalize();
      return;
    }
    const seen = yield* this.detailed({ type: 'replay', choices, tail: 'simplest' });
    this.trimming.observe(seen, seen.recording());
    yield* this.consider(seen);
  }

  /** One step of learning where an input of the corpus may hold anything. */
  private *generalize(): Generator<Attempt, void, Observation> {
    const choices = this.generalization.next();
    if (choices === null) {
      yield* this.fill();
      return;
    }
    const seen = yield { source: { type: 'replay', choices, tail: 'simplest' }, isDetailed: false };
    this.generalization.observe(seen);
    yield* this.consider(seen);
  }

  /** A word, or another input, in a place where an input of the corpus may hold anything. */
  private *fill(): Generator<Attempt, void, Observation> {
    const filled = this.gapFilling.next(this.context);
    if (filled === null) return;
    const { choices, word } = filled;
    const seen = yield { source: { type: 'replay', choices, tail: 'simplest' }, isDetailed: false };
    yield* this.consider(seen, word === null ? NONE : [word]);
  }

  private *importAll(): Generator<Attempt, void, Observation> {
    while (this.toReplay.length > 0) {
      const known = this.toReplay[0]!;
      yield* this.consider(
        yield { source: { type: 'replay', choices: known.choices, tail: 'simplest' }, isDetailed: false },
      );
      yield* this.failureProcessor.replayKnown(known);
      this.toReplay.shift();
    }
    for (let one = this.imports.shift(); one !== undefined; one = this.imports.shift()) {
      const { choices, isFollowed } = one;
      const seen = yield { source: { type: 'replay', choices, tail: 'simplest' }, isDetailed: false };
      this.comparisons.noteGiven(seen);
      yield* this.consider(seen, NONE, isFollowed);
    }
  }

  /** `words`: what the input was made with. `isFollowed`: see `import`. */
  private *consider(
    seen: Observation,
    words: readonly string[] = NONE,
    isFollowed = false,
  ): Generator<Attempt, void, Observation> {
    this.arm = null;
    this.forgetUsed();
    this.usedWords = words;
    const interest = this.interestOf(seen);
    if (interest !== 'none') yield* this.look(seen, interest, isFollowed);
  }

  /** Whether an attempt showed something new (as a failure does), or a simpler way to something. To be asked once. */
  private interestOf(seen: Observation): Interest {
    if (seen.status === 'overrun') return 'none';
    if (seen.failure !== null) return 'new';
    return this.corpora.interestOf(seen);
  }

  /** Looks at a notable attempt. */
  private *look(seen: Observation, interest: Interest, isFollowed = false): Generator<Attempt, void, Observation> {
    const known = this.behaviors.size;
    this.noteBehaviors(seen);
    if (seen.failure !== null) {
      yield* this.failureProcessor.consider(seen);
      return;
    }
    const isTelling = this.behaviors.size > known || this.options.random.below(BUCKETS_TURN) === 0;
    const isCompared = interest === 'new' && isTelling && !isFollowed;
    const features = seen.features.slice(0, seen.featureCount);
    yield* this.examine(seen.choices(), features, { isCompared, isFollowed });
  }

  /** Runs an interesting input again: only features that appear twice count. */
  private *examine(choices: Choices, features: Uint32Array, how: Following): Generator<Attempt, void, Observation> {
    const { isCompared, isFollowed } = how;
    const again = yield* this.detailed({ type: 'replay', choices, tail: 'stop' }, isCompared);
    this.reruns += 1;
    if (again.failure !== null) {
      yield* this.failureProcessor.consider(again);
      return;
    }
    if (again.status === 'overrun' || again.isMisaligned) return;
    const repeated = again.features.slice(0, again.featureCount);
    if (areSame(features, repeated)) {
      this.stableReruns += 1;
      this.corpora.noteStable(repeated);
      this.follow(again, this.corpora.admit(again, repeated), how);
    } else this.follow(again, this.corpora.admitUnstable(again, features), how);
    if (choices.biased && !isFollowed) yield* this.withoutBias(again.recording());
  }

  private admitFirst(seen: Observation): void {
    if (this.interestOf(seen) === 'none') {
      this.followComparisons(seen, new Subject(seen.recording()));
      return;
    }
    this.noteBehaviors(seen);
    const admitted = this.corpora.admit(seen, seen.features.slice(0, seen.featureCount));
    this.follow(seen, admitted, { isCompared: true, isFollowed: false });
  }

  /** Goes on from an input that was taken in. */
  private follow(seen: Observation, admitted: Admitted | null, { isCompared, isFollowed }: Following): void {
    if (admitted === null || isFollowed) return;
    const { entry, subject, isNew } = admitted;
    this.reward(isNew ? REWARD.new : REWARD.smaller);
    if (isNew && this.with.has('reduction')) this.trimming.add(entry);
    if (this.with.has('generalization')) this.generalization.add(entry);
    this.isStaged = false;
    if (isNew && isCompared) this.followComparisons(seen, subject);
  }

  /**
   * The same value without the coins of fast-check's bias: its choices can be put together with those of others, and
   * are fewer.
   */
  private *withoutBias({ main }: Recording): Generator<Attempt, void, Observation> {
    const root = main.spans[0];
    const choices = root === undefined ? null : encodeValue(root.arbitrary, root.value);
    if (choices === null) return;
    yield* this.consider(yield* this.detailed({ type: 'replay', choices, tail: 'stop' }));
  }

  /** Follows what a detailed run compared; `entry`: the entry of the corpus that it became. */
  private followComparisons(seen: Observation, entry: Subject | null): void {
    const { isStaged, proposed } = this;
    const arm = entry === null ? this.arm : null;
    const isState = this.comparisons.follow(seen, { entry, arm, isStaged, proposed }, this.context.dictionary);
    if (isState && arm !== null) this.arms.reward(arm, STATE_REWARD);
  }

  /** Whether the property seems to have few inputs: as many as `first` allows, and as a few random ones do. */
  private *looksSmall(first: Recording): Generator<Attempt, boolean, Observation> {
    let count = countInputsLike(first);
    for (let round = 0; round < SAMPLES && count <= ENUMERABLE_INPUTS; round += 1) {
      const seen = yield this.staged() ?? COMPARED_ATTEMPT;
      if (seen.status !== 'overrun') count = Math.max(count, countInputsLike(seen.recording()));
      if (!this.isStaged) this.comparisons.noteGiven(seen);
      yield* this.consider(seen);
    }
    return count <= ENUMERABLE_INPUTS;
  }

  /** Runs every input of a small property; true when all were run. */
  private *enumerate(first: Recording): Generator<Attempt, boolean, Observation> {
    let recording = first;
    for (let count = 1; count <= ENUMERATION_LIMIT; count += 1) {
      const values = nextInOrder(recording);
      if (values === null) {
        yield* this.importAll();
        yield* this.failureProcessor.finish();
        return true;
      }
      const seen = yield {
        source: { type: 'replay', choices: { biased: false, values, forks: [] }, tail: 'simplest' },
        isDetailed: false,
      };
      if (seen.status === 'overrun') return false;
      recording = seen.recording();
      if (countInputsLike(recording) > ENUMERABLE_INPUTS) return false;
      yield* this.consider(seen);
    }
    return false;
  }

  private *detailed(source: Attempt['source'], isCompared = false): Generator<Attempt, Observation, Observation> {
    const seen = yield { source, isDetailed: true, isCompared };
    return seen;
  }

  private noteBehaviors(seen: Observation): void {
    const { features, featureCount } = seen;
    for (let i = 0; i < featureCount; i += 1) {
      const behavior = features[i]! >>> 3;
      if (this.behaviors.has(behavior)) continue;
      this.behaviors.add(behavior);
      this.newBehaviors.push(behavior);
    }
  }
}

function areSame(some: Uint32Array, others: Uint32Array): boolean {
  return some.length === others.length && some.every((feature, index) => feature === others[index]);
}
