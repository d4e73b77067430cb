import { NO_CHOICES, type Choices } from '../choice/choices';
import type { Random } from '../choice/random';
import { Corpus, type CorpusEntry } from '../corpus/corpus';
import { EMPTY_DICTIONARY, type Dictionary } from '../mutate/dictionary';
import { inputToState } from '../mutate/inputToState';
import { mutate } from '../mutate/mutate';
import type { MutationContext } from '../mutate/mutator';
import type { Recording } from '../property/recording';
import { shrink } from '../shrink/shrinker';
import type { Attempt, Observation } from './attempt';
import { countInputsLike, ENUMERABLE_INPUTS, nextInOrder } from './enumeration';
import { FailureBook, type BookedFailure } from './failureBook';

/** What a fuzzer tells about its corpus; the receiver stores it. */
export interface CorpusChange {
  readonly added: CorpusEntry<Recording>[];
  readonly dropped: CorpusEntry<Recording>[];
}

export interface TargetFuzzerOptions {
  readonly random: Random;
  /** A number for arbitraries that are the same in every execution of the test. */
  readonly labelOf: (arbitrary: object) => number | undefined;
}

/** Share of inputs drawn at random rather than made from the corpus, at first and once the corpus is old. */
const RANDOM_SHARE = { first: 0.7, later: 0.1 };

/** Inputs after which the later share holds. */
const FIRST_INPUTS = 300;

/** Share of the random inputs that use fast-check's bias, the only way to its lists of dangerous strings. */
const BIASED_SHARE = 0.25;

/** Most inputs made from the operands of one run. */
const INPUT_TO_STATE_LIMIT = 200;

/** Share of the attempts that look for operands in an old corpus entry again. */
const OPERANDS_SHARE = 0.002;

/** Evaluations spent on one origin before the others get their turn. */
const SHRINK_EVALUATIONS = 2000;

/** Rounds after which the best that was found is taken to be minimal. */
const SHRINK_ROUNDS = 10;

/** Times a failure is run again before it is called flaky. */
const FLAKY_RERUNS = 5;

/** An enumeration that passes this many inputs was estimated wrongly, and is given up. */
const ENUMERATION_LIMIT = 4 * ENUMERABLE_INPUTS;

/**
 * The fuzz loop of one target, as a generator: it yields what to run, and is told what was seen. It lives as long
 * as its target, through any number of slices; all its random decisions come from `random`, none from a clock, so
 * the same seed gives the same inputs however the time is cut.
 */
export class TargetFuzzer {
  readonly corpus = new Corpus<Recording>();
  readonly failures = new FailureBook();
  /** Edges and labels seen, by feature without its hit-count bucket. */
  readonly behaviors = new Set<number>();
  /** Behaviors since the last `takeNews`. */
  private newBehaviors: number[] = [];
  private change: CorpusChange = { added: [], dropped: [] };
  /** Every possible input was run. */
  isExhausted = false;
  reruns = 0;
  stableReruns = 0;
  private proposed = 0;
  private readonly imports: Choices[] = [];
  private readonly toShrink: BookedFailure[] = [];
  /** Origin keys by cheap key. */
  private readonly knownPlaces = new Map<string, string>();
  private context: MutationContext;

  constructor(private readonly options: TargetFuzzerOptions) {
    this.context = {
      random: options.random,
      labelOf: options.labelOf,
      other: () => this.chooseEntry().data,
      dictionary: EMPTY_DICTIONARY,
    };
  }

  /** Literals of the code under test; may be given again as more of it is loaded. */
  useDictionary(dictionary: Dictionary): void {
    this.context = { ...this.context, dictionary };
  }

  /** Inputs to try soon: from the database, other threads, users' examples. */
  import(choices: Choices): void {
    this.imports.push(choices);
  }

  /** Whether a failure waits to be made simpler. */
  get isShrinking(): boolean {
    return this.toShrink.length > 0;
  }

  /** New behaviors and changes of the corpus since the last call. */
  takeNews(): { behaviors: readonly number[]; corpus: CorpusChange } {
    const news = { behaviors: this.newBehaviors, corpus: this.change };
    this.newBehaviors = [];
    this.change = { added: [], dropped: [] };
    return news;
  }

  /** The loop. Returns only when every possible input was run. */
  *run(): Generator<Attempt, void, Observation> {
    yield* this.importAll();
    const simplest = yield* this.detailed({ type: 'replay', choices: NO_CHOICES, tail: 'simplest' });
    const first = simplest.status === 'overrun' ? null : simplest.recording();
    yield* this.consider(simplest);
    if (first !== null && countInputsLike(first) <= ENUMERABLE_INPUTS) {
      this.isExhausted = yield* this.enumerate(first);
      if (this.isExhausted) return;
    }
    for (;;) {
      // Millions of inputs pass here: no generator is made for what is mostly nothing.
      if (this.imports.length > 0) yield* this.importAll();
      if (this.toShrink.length > 0) yield* this.shrinkAll();
      if (this.corpus.entries.length > 0 && this.options.random.unit() < OPERANDS_SHARE) {
        yield* this.useOperands(this.context.other());
        continue;
      }
      const seen = yield { source: this.propose(), isDetailed: false };
      if (this.isNotable(seen)) yield* this.look(seen);
    }
  }

  /** The next input of the ordinary kind: from the corpus, or at random. */
  private propose(): Attempt['source'] {
    const { random } = this.options;
    this.proposed += 1;
    const randomShare = this.proposed < FIRST_INPUTS ? RANDOM_SHARE.first : RANDOM_SHARE.later;
    if (this.corpus.entries.length === 0 || random.unit() < randomShare) {
      return { type: 'random', biased: random.unit() < BIASED_SHARE };
    }
    return { type: 'replay', choices: mutate(this.chooseEntry().data, this.context), tail: 'random' };
  }

  private chooseEntry(): CorpusEntry<Recording> {
    return this.corpus.choose((size) => this.options.random.below(size));
  }

  private *importAll(): Generator<Attempt, void, Observation> {
    for (let choices = this.imports.shift(); choices !== undefined; choices = this.imports.shift()) {
      const seen = yield { source: { type: 'replay', choices, tail: 'simplest' }, isDetailed: false };
      yield* this.consider(seen);
    }
  }

  private *consider(seen: Observation): Generator<Attempt, void, Observation> {
    if (this.isNotable(seen)) yield* this.look(seen);
  }

  /** Whether an attempt showed a failure, something new, or a simpler way to something known. To be asked once. */
  private isNotable(seen: Observation): boolean {
    if (seen.status === 'overrun') return false;
    return seen.failure !== null || this.corpus.note(seen.features, seen.featureCount, seen.size) !== 'none';
  }

  /** Looks at a notable attempt. */
  private *look(seen: Observation): Generator<Attempt, void, Observation> {
    this.noteBehaviors(seen);
    if (seen.failure !== null) yield* this.considerFailure(seen);
    else yield* this.examine(seen.choices(), seen.features.slice(0, seen.featureCount));
  }

  /** Runs an interesting input again: only features that appear twice count. Then follows its comparisons. */
  private *examine(choices: Choices, features: Uint32Array): Generator<Attempt, void, Observation> {
    const again = yield* this.detailed({ type: 'replay', choices, tail: 'stop' });
    this.reruns += 1;
    if (again.failure !== null) {
      yield* this.considerFailure(again);
      return;
    }
    if (again.status === 'overrun' || again.isMisaligned) return;
    const repeated = new Set(again.features.slice(0, again.featureCount));
    let isStable = true;
    const stable = [...features].filter((feature) => {
      if (repeated.has(feature)) return true;
      isStable = false;
      if (!this.corpus.isKnown(feature)) this.corpus.ignore(feature);
      return false;
    });
    if (isStable) this.stableReruns += 1;
    const recording = again.recording();
    const { entry, newFeatures, dropped } = this.corpus.admit(recording.choices, again.size, stable, recording);
    if (entry === null) return;
    this.change.added.push(entry);
    this.change.dropped.push(...dropped);
    if (newFeatures.length > 0) yield* this.followComparisons(recording, again);
  }

  /** Runs an entry of the corpus in detail, for its operands. */
  private *useOperands(entry: Recording): Generator<Attempt, void, Observation> {
    const seen = yield* this.detailed({ type: 'replay', choices: entry.choices, tail: 'stop' });
    if (seen.status === 'overrun' || seen.failure !== null) return;
    yield* this.followComparisons(seen.recording(), seen);
  }

  private *followComparisons(recording: Recording, seen: Observation): Generator<Attempt, void, Observation> {
    let left = INPUT_TO_STATE_LIMIT;
    for (const choices of inputToState(recording, [...seen.comparisons()])) {
      const found = yield { source: { type: 'replay', choices, tail: 'random' }, isDetailed: false };
      yield* this.consider(found);
      left -= 1;
      if (left === 0) return;
    }
  }

  /** Books a failure. What failed at a known place with nothing simpler costs one look-up. */
  private *considerFailure(seen: Observation): Generator<Attempt, void, Observation> {
    const choices = seen.choices();
    const originKey = yield* this.identify(seen, choices);
    const booked = this.failures.get(originKey);
    if (booked !== undefined && booked.state === 'found' && !this.toShrink.includes(booked)) this.toShrink.push(booked);
  }

  /** The origin of a failed attempt; books the failure on the way. */
  private *identify(seen: Observation, choices: Choices): Generator<Attempt, string, Observation> {
    const { failure, size } = seen;
    const { rawKey, errorName, message } = failure!;
    const known = this.knownPlaces.get(rawKey);
    if (known !== undefined) {
      const booked = this.failures.get(known);
      if (booked !== undefined) {
        if (size <= booked.size) {
          this.failures.note(booked.origin, { errorName, message, input: () => seen.text(), choices, size });
        }
        return known;
      }
    }
    // The first time at this place: only a run with source maps tells what it is.
    let input = seen.text();
    for (let round = 0; round < FLAKY_RERUNS; round += 1) {
      const again = yield* this.detailed({ type: 'replay', choices, tail: 'stop' });
      if (again.failure === null) continue;
      const origin = again.failure.origin();
      this.knownPlaces.set(rawKey, origin.key);
      input = again.text();
      this.failures.note(origin, {
        errorName: again.failure.errorName,
        message: again.failure.message,
        input: () => input,
        choices: again.choices(),
        size: again.size,
      });
      return origin.key;
    }
    const origin = { key: `flaky ${rawKey}`, errorClass: errorName, place: null };
    this.knownPlaces.set(rawKey, origin.key);
    const booked = this.failures.note(origin, { errorName, message, input: () => input, choices, size });
    if (booked !== null) booked.state = 'flaky';
    return origin.key;
  }

  private *shrinkAll(): Generator<Attempt, void, Observation> {
    // One round each: an origin that needs more gets it after the others, and after some fuzzing.
    for (const failure of this.toShrink.splice(0)) yield* this.shrinkOne(failure);
  }

  /** Makes one failure simpler with its origin held fixed, until nothing simpler fails or its turn is over. */
  private *shrinkOne(failure: BookedFailure): Generator<Attempt, void, Observation> {
    const { origin } = failure;
    const start = yield* this.detailed({ type: 'replay', choices: failure.choices, tail: 'stop' });
    if (start.failure === null || start.failure.origin().key !== origin.key) {
      failure.state = 'flaky';
      failure.isNews = true;
      return;
    }
    failure.state = 'shrinking';
    failure.isNews = true;
    const shrinking = shrink(start.recording(), { maxEvaluations: SHRINK_EVALUATIONS });
    let step = shrinking.next();
    while (step.done !== true) {
      const seen = yield { source: { type: 'replay', choices: step.value, tail: 'simplest' }, isDetailed: true };
      const isSame = seen.failure !== null && seen.failure.origin().key === origin.key;
      const recording = seen.recording();
      if (seen.failure !== null) this.bookDetailed(seen);
      step = shrinking.next({ interesting: isSame, recording });
    }
    failure.rounds += 1;
    const isDone = step.value.isFinished || failure.rounds >= SHRINK_ROUNDS;
    failure.state = isDone ? 'minimal' : 'shrinking';
    failure.isNews = true;
    if (!isDone) this.toShrink.push(failure);
  }

  /** Books a failure seen in detail; one of another origin waits for its own turn. */
  private bookDetailed(seen: Observation): void {
    const { errorName, message, origin } = seen.failure!;
    const booked = this.failures.note(origin(), {
      errorName,
      message,
      input: () => seen.text(),
      choices: seen.choices(),
      size: seen.size,
    });
    if (booked !== null && booked.state === 'found' && !this.toShrink.includes(booked)) this.toShrink.push(booked);
  }

  /** Runs every input of a small property; true when all were run. */
  private *enumerate(first: Recording): Generator<Attempt, boolean, Observation> {
    let recording = first;
    for (let count = 1; count <= ENUMERATION_LIMIT; count += 1) {
      const values = nextInOrder(recording);
      if (values === null) {
        yield* this.importAll();
        yield* this.shrinkAll();
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

  private *detailed(source: Attempt['source']): Generator<Attempt, Observation, Observation> {
    const seen = yield { source, isDetailed: true };
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
