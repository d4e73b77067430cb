import { NO_CHOICES, type Choices } from '../choice/choices';
import { Random } from '../choice/random';
import type { CorpusEntry, Interest } from '../corpus/corpus';
import type { Dictionary } from '../mutate/dictionary';
import { Subject } from '../mutate/subject';
import { encodeValue } from '../property/encodeValue';
import type { Recording } from '../property/recording';
import type { Attempt, Observation } from './attempt';
import { Corpora, type Admitted, type CorpusChange } from './corpora';
import { CorpusWork } from './corpusWork';
import { FailureList } from './failureList';
import { FailureProcessor, type KnownInput, type ReplayedInput } from './failureProcessor';
import { Proposals } from './proposals';
import { enumerate, looksSmall } from './smallProperty';
import { ALL_TECHNIQUES, type Technique } from './techniques';

/*
 * One file: the loop of a target, and its decisions about each input that was run. Other files have the rest:
 * `proposals.ts` makes ordinary inputs, `corpora.ts` keeps the interesting ones, `corpusWork.ts` works on those,
 * `failureProcessor.ts` processes failures, `smallProperty.ts` runs all inputs where they are few.
 */

export interface TargetFuzzerOptions {
  readonly random: Random;
  /** A number for arbitraries that are the same in every execution of the test. */
  readonly labelOf: (arbitrary: object) => number | undefined;
  /** Techniques that are not to be used, to measure what each is worth. Default: none. */
  readonly without?: ReadonlySet<Technique>;
}

/** How an input of interest is processed. */
interface Following {
  /** Whether its comparisons are recorded and followed. */
  readonly isCompared: boolean;
  /** Whether another thread or process tries inputs near it: see `import`. */
  readonly isFollowed: boolean;
}

/** If inputs only take known branches more or less often, the comparisons of one in this many inputs are followed. */
const BUCKETS_TURN = 2;

/** One in this many inputs is a step of work on an entry of the corpus. */
const CORPUS_TURN = 8;

/** After this many inputs, one flaky failure is run again. */
const FLAKY_TURN = 128;

const NO_WORDS: readonly string[] = [];
const NO_TECHNIQUES: ReadonlySet<Technique> = new Set();

/**
 * The fuzz loop of one target, as a generator: it yields what to run and receives what was seen. It exists as long as
 * its target, for any number of slices. All its random decisions come from `random` and none from a clock, so the same
 * seed gives the same inputs, however the time is divided into slices.
 */
export class TargetFuzzer {
  readonly failures = new FailureList();
  /** Receives, too, what other processes do with a failure: `hold`, `know`, `release`. */
  readonly failureProcessor: FailureProcessor;
  /** Edges and labels seen, by feature without its hit-count bucket. */
  readonly behaviors = new Set<number>();
  /** Whether every possible input was run. */
  isExhausted = false;
  reruns = 0;
  stableReruns = 0;
  private readonly corpora: Corpora;
  private readonly proposals: Proposals;
  private readonly corpusWork: CorpusWork;
  /** Behaviors since the last `takeNews`. */
  private newBehaviors: number[] = [];
  /** What the present attempt showed, if `repeats` has already determined it; otherwise null. */
  private shown: Interest | null = null;
  private readonly imports: { readonly choices: Choices; readonly isFollowed: boolean }[] = [];
  private readonly toReplay: KnownInput[] = [];
  /** Number of inputs until a flaky failure is run again. */
  private untilRerun = FLAKY_TURN;

  constructor(private readonly options: TargetFuzzerOptions) {
    const { random, labelOf, without = NO_TECHNIQUES } = options;
    const techniques: ReadonlySet<Technique> = new Set(ALL_TECHNIQUES.filter((technique) => !without.has(technique)));
    this.corpora = new Corpora(random, techniques);
    this.proposals = new Proposals(random, labelOf, this.corpora, techniques, without);
    this.corpusWork = new CorpusWork(random, techniques);
    this.failureProcessor = new FailureProcessor(this.failures, () => new Random(random.uint32()));
  }

  /** The inputs that the fuzzer mutates. */
  get corpus(): readonly CorpusEntry<Subject>[] {
    return this.corpora.main.entries;
  }

  /** The behaviors that one run of an input showed and another run of the same input did not. */
  get unstable(): ReadonlySet<number> {
    return this.corpora.unstable;
  }

  /** Sets the literals of the code under test. It may be called again when more code is loaded. */
  useDictionary(dictionary: Dictionary): void {
    this.proposals.useDictionary(dictionary);
  }

  /** Words that led to something new, the latest last. */
  get provenWords(): readonly string[] {
    return this.proposals.provenWords;
  }

  /** Makes sure that a word is offered more often. */
  prove(word: string): void {
    this.proposals.prove(word);
  }

  /**
   * Adds an input to try soon: from the database, another thread, or a user's example. `isFollowed`: another thread or
   * process tries inputs near it, so here it is only kept. Default: false.
   */
  import(choices: Choices, isFollowed = false): void {
    this.imports.push({ choices, isFollowed });
  }

  /** Adds a saved failure: its input is run until it is clear whether it still fails. */
  replay(known: KnownInput): void {
    this.toReplay.push(known);
  }

  /** Whether the input of a saved failure waits to be run. */
  get isReplaying(): boolean {
    return this.toReplay.length > 0;
  }

  /** The results for saved failures since the last call. */
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
    // This attempt is detailed already, so it is not run again now. Whether it is stable shows later.
    if (simplest.status !== 'overrun' && simplest.failure === null) this.admitFirst(simplest);
    else yield* this.consider(simplest);
    if (first !== null && (yield* this.runsAll(first))) return;
    for (;;) {
      // Millions of inputs pass here: a generator is made only when there is work for it.
      if (this.imports.length > 0 || this.toReplay.length > 0) yield* this.importAll();
      if (this.failureProcessor.isShrinking) yield* this.failureProcessor.shrinkAll();
      if ((this.untilRerun -= 1) <= 0) {
        this.untilRerun = FLAKY_TURN;
        yield* this.failureProcessor.rerunFlaky();
      }
      if (this.options.random.below(CORPUS_TURN) === 0) yield* this.workOnCorpus();
      const seen = yield this.proposals.next();
      this.proposals.noteOrdinary(seen);
      const interest = this.shown ?? this.interestOf(seen);
      this.proposals.again = 0;
      this.shown = null;
      if (interest !== 'none') yield* this.look(seen, interest);
      else this.proposals.followUneventful(seen);
    }
  }

  /**
   * Whether to make the attempt that was just seen once more, without passing this result to `run`. This is a quicker
   * way for random inputs, because they mostly show nothing.
   */
  repeats(seen: Observation): boolean {
    const { proposals } = this;
    if (proposals.again === 0) return false;
    proposals.again -= 1;
    // Flaky failures are still run again as often as when `run` receives each attempt.
    if ((this.untilRerun -= 1) <= 0) return false;
    const interest = this.interestOf(seen);
    if (interest === 'none') return true;
    this.shown = interest;
    return false;
  }

  /** Runs every input of a property that has few inputs; returns whether all were run. */
  private *runsAll(first: Recording): Generator<Attempt, boolean, Observation> {
    const { proposals } = this;
    const isSmall = yield* looksSmall(
      first,
      () => proposals.nextSample(),
      (seen) => {
        proposals.noteSample(seen);
        return this.consider(seen);
      },
    );
    if (!isSmall || !(yield* enumerate(first, (seen) => this.consider(seen)))) return false;
    yield* this.importAll();
    yield* this.failureProcessor.finish();
    this.isExhausted = true;
    return true;
  }

  private *workOnCorpus(): Generator<Attempt, void, Observation> {
    const step = this.corpusWork.next(this.proposals.context);
    if (step === null) return;
    const seen = yield step.attempt;
    step.observe(seen);
    yield* this.consider(seen, step.words);
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
      this.proposals.noteImported(seen);
      yield* this.consider(seen, NO_WORDS, isFollowed);
    }
  }

  /** Processes an input that is not ordinary. `words`: the words that were put into it. `isFollowed`: see `import`. */
  private *consider(
    seen: Observation,
    words: readonly string[] = NO_WORDS,
    isFollowed = false,
  ): Generator<Attempt, void, Observation> {
    this.proposals.begin(words);
    const interest = this.interestOf(seen);
    if (interest !== 'none') yield* this.look(seen, interest, isFollowed);
  }

  /**
   * Whether an attempt showed something new (or a failure) or a simpler way to it. It counts features: call it once.
   */
  private interestOf(seen: Observation): Interest {
    if (seen.status === 'overrun') return 'none';
    if (seen.failure !== null) return 'new';
    return this.corpora.interestOf(seen);
  }

  /** Looks closer at an attempt of interest. */
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
    } else {
      this.follow(again, this.corpora.admitUnstable(again, features), how);
    }
    if (choices.biased && !isFollowed) yield* this.withoutBias(again.recording());
  }

  private admitFirst(seen: Observation): void {
    if (this.interestOf(seen) === 'none') {
      this.proposals.followEntry(seen, new Subject(seen.recording()));
      return;
    }
    this.noteBehaviors(seen);
    const admitted = this.corpora.admit(seen, seen.features.slice(0, seen.featureCount));
    this.follow(seen, admitted, { isCompared: true, isFollowed: false });
  }

  /** Starts the work on an input that was admitted to the corpus. */
  private follow(seen: Observation, admitted: Admitted | null, { isCompared, isFollowed }: Following): void {
    if (admitted === null || isFollowed) return;
    const { entry, subject, isNew } = admitted;
    this.proposals.reward(isNew);
    this.corpusWork.add(entry, isNew);
    this.proposals.noteAdmitted();
    if (isNew && isCompared) this.proposals.followEntry(seen, subject);
  }

  /**
   * Runs the same value without the coins of fast-check's bias: its choices can be combined with those of other inputs,
   * and there are fewer of them.
   */
  private *withoutBias({ main }: Recording): Generator<Attempt, void, Observation> {
    const root = main.spans[0];
    const choices = root === undefined ? null : encodeValue(root.arbitrary, root.value);
    if (choices === null) return;
    yield* this.consider(yield* this.detailed({ type: 'replay', choices, tail: 'stop' }));
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
