import type { Choices } from '../choice/choices';
import { compareChoices } from '../choice/order';
import type { Random } from '../choice/random';
import type { Origin } from '../protocol/origin';
import { isFlaky, type Reruns } from '../protocol/failureRate';
import { InputSearch } from '../search/failingInput';
import type { Verdict } from '../shrink/attempts/steps';
import { shrink } from '../shrink/shrinker';
import type { Attempt, Observation } from './attempt';
import { FailureExplaining } from './failureExplaining';
import type { FailureList, FoundInput, RecordedFailure } from './failureList';
import { failingAttempt, rerunInput } from './rerunInput';

/*
 * One file: all decisions about a failure of a target, in their order. The failure is found, identified, run again, and
 * made simpler. Running an input again, searching for a simpler input and explaining are in files of their own.
 */

/** A failure that an earlier run saved. */
export interface KnownInput {
  readonly originKey: string;
  readonly choices: Choices;
  readonly isFlaky: boolean;
  /** Whether the failure is explained already, so that it is not explained again. Default: false. */
  readonly isExplained?: boolean;
}

/** The result of running the input of a saved failure again. */
export interface ReplayedInput {
  readonly originKey: string;
  readonly reruns: Reruns;
  /** Another origin with which the input failed at least once; null if there was none. */
  readonly other: Origin | null;
  /** Whether its choices do not fit the property any more: then they now make another input. */
  readonly isMisaligned: boolean;
}

/** After this many evaluations for one failure, the next failure has its turn. */
const SHRINK_EVALUATIONS = 2000;

/** After this many turns, the best input is assumed to be minimal. */
const SHRINK_ROUNDS = 10;

/** A failure is run again this many times to learn whether it fails each time. */
const RERUNS = 20;

/** After this many runs of a flaky failure, its rate is known well enough. */
const FLAKY_RERUNS = 400;

/** The rate of a flaky failure is reported again after each of these numbers of runs. */
const REPORTED_RERUNS: readonly number[] = [50, 100, 200, FLAKY_RERUNS];

/** How many later inputs at the place of a flaky failure are tried, and how often each is run. */
const FLAKY_TRIALS = 20;
const TRIAL_RERUNS = 5;

/**
 * Processes the failures of a target: finds the origin of each, judges whether it fails each time, and makes its input
 * simpler. Like the loop of the fuzzer, its methods are generators: they yield the attempts to run and receive their
 * results.
 */
export class FailureProcessor {
  private readonly toShrink: RecordedFailure[] = [];
  private readonly explaining: FailureExplaining;
  private replayed: ReplayedInput[] = [];
  /** Origin keys by `rawKey`, which is cheap. */
  private readonly knownPlaces = new Map<string, string>();
  /** Origin keys of failures that another process makes simpler now. */
  private readonly held = new Set<string>();
  /** Origin keys of failures that another process has made simple and that did not happen here. */
  private readonly knownOnly = new Set<string>();

  constructor(
    private readonly list: FailureList,
    /** Makes a new stream of random numbers for each explanation. */
    newRandom: () => Random,
  ) {
    this.explaining = new FailureExplaining(newRandom, (seen) => this.recordDetailed(seen));
  }

  /** Whether a failure waits to be made simpler, or to be explained. */
  get isShrinking(): boolean {
    return this.toShrink.length > 0 || this.explaining.isWaiting;
  }

  /** The results for saved failures since the last call. */
  takeReplayed(): readonly ReplayedInput[] {
    const { replayed } = this;
    this.replayed = [];
    return replayed;
  }

  /**
   * Another process makes this failure simpler, so it is not shrunk here. Only simpler inputs that are found by chance
   * are used.
   */
  hold(originKey: string): void {
    this.held.add(originKey);
  }

  /** Another process has made this failure simple: only a simpler input is news here. */
  know(known: FoundInput): void {
    const { key } = known.origin;
    const recorded = this.list.get(key);
    if (recorded !== undefined && compareChoices(recorded.choices, known.choices) < 0) return this.release(key);
    this.held.delete(key);
    this.explaining.skip(key);
    this.knownOnly.add(key);
    this.list.know(known);
  }

  /** No other process works on this failure any more. */
  release(originKey: string): void {
    const recorded = this.list.get(originKey);
    if (this.held.delete(originKey) && recorded !== undefined) {
      if (recorded.state === 'found' || recorded.state === 'shrinking') this.shrinkLater(recorded);
    }
    // This failure did not happen here: it is to be replayed like a saved failure.
    if (this.knownOnly.delete(originKey) && recorded?.shrinks === 0) this.list.remove(originKey);
  }

  /** Processes a failed attempt. If its place is known and its input is not simpler, this costs a single look-up. */
  *consider(seen: Observation): Generator<Attempt, void, Observation> {
    const choices = seen.choices();
    const originKey = yield* this.identify(seen, choices);
    const recorded = this.list.get(originKey);
    if (recorded?.state === 'found' && !recorded.waitsForPlace) this.shrinkLater(recorded);
  }

  /** Returns the origin key of a failed attempt; records the failure on the way. */
  private *identify(seen: Observation, choices: Choices): Generator<Attempt, string, Observation> {
    const { failure, size } = seen;
    const { rawKey, errorName, message } = failure!;
    const known = this.knownPlaces.get(rawKey);
    const old = known === undefined ? undefined : this.list.get(known);
    if (old?.state === 'flaky') {
      if (old.trials < FLAKY_TRIALS) yield* this.tryAnother(old, choices);
      return old.origin.key;
    }
    if (old !== undefined) {
      if (size <= old.size) this.list.note(old.origin, { errorName, message, input: () => seen.text(), choices, size });
      return old.origin.key;
    }
    // This is the first failure at this place. The frames of its stack, which are needed to identify it, come with the
    // next run.
    const first = failure!.origin();
    const text = seen.text();
    const again = yield* rerunInput(choices, RERUNS, null, (found) => {
      // Recorded before it is known whether the failure is flaky, because the fuzz run may end before that.
      const { key } = found.origin;
      this.knownPlaces.set(rawKey, key);
      if (this.list.get(key) === undefined) this.list.add(found);
    });
    const isUnplaced = again.seen === null && first.place === null;
    const placed = isUnplaced ? this.flakyOf(first.errorClass) : undefined;
    // It is most likely that flaky failure. If not, its place will be known the next time.
    if (placed !== undefined) return placed.origin.key;
    const found = again.seen ?? { origin: first, errorName, message, input: text, choices, size };
    this.knownPlaces.set(rawKey, found.origin.key);
    this.list.add(found);
    const recorded = this.list.get(found.origin.key)!;
    if (recorded.reruns.runs === 0) recorded.reruns = again.reruns;
    if (isFlaky(again.reruns) && recorded.state === 'found') {
      if (isUnplaced) recorded.waitsForPlace = true;
      else recorded.state = 'flaky';
    }
    // If a failure of this class waited for its place, it was this failure.
    const unplaced = this.list.get(found.origin.errorClass);
    if (unplaced?.waitsForPlace === true && unplaced !== recorded) this.list.remove(unplaced.origin.key);
    return found.origin.key;
  }

  /** A flaky failure with this class of error and a known place. */
  private flakyOf(errorClass: string): RecordedFailure | undefined {
    return [...this.list.all()].find(
      ({ state, origin }) => state === 'flaky' && origin.place !== null && origin.errorClass === errorClass,
    );
  }

  /** Learns whether the input of a saved failure still fails. */
  *replayKnown(known: KnownInput): Generator<Attempt, void, Observation> {
    const { originKey, choices, isFlaky: wasFlaky } = known;
    if (known.isExplained === true) this.explaining.skip(originKey);
    const { reruns, seen, other, isMisaligned } = yield* rerunInput(choices, RERUNS, originKey);
    this.replayed.push({ originKey, reruns, other, isMisaligned });
    if (seen === null) return;
    this.list.add(seen);
    const recorded = this.list.get(originKey)!;
    if (wasFlaky || isFlaky(reruns)) {
      recorded.state = 'flaky';
      this.list.addReruns(recorded, reruns);
    } else if (recorded.state === 'found' && !this.toShrink.includes(recorded)) {
      recorded.reruns = reruns;
      this.toShrink.push(recorded);
    }
  }

  /** Runs one flaky failure once more, to know its rate better. It takes next to no time from other inputs. */
  *rerunFlaky(): Generator<Attempt, void, Observation> {
    let least: RecordedFailure | null = null;
    for (const failure of this.list.all()) {
      if (failure.state !== 'flaky' || failure.reruns.runs >= FLAKY_RERUNS) continue;
      if (least === null || failure.reruns.runs < least.reruns.runs) least = failure;
    }
    if (least === null) return;
    const { reruns } = yield* rerunInput(least.choices, 1, least.origin.key);
    this.list.addReruns(least, reruns);
    if (REPORTED_RERUNS.includes(least.reruns.runs)) least.isNews = true;
  }

  /** Tries another input at the place of a flaky failure: perhaps that one fails each time. */
  private *tryAnother(flaky: RecordedFailure, choices: Choices): Generator<Attempt, void, Observation> {
    flaky.trials += 1;
    const { reruns, seen } = yield* rerunInput(choices, TRIAL_RERUNS, flaky.origin.key);
    if (seen === null || isFlaky(reruns)) return;
    this.list.replace(flaky, { ...seen, reruns });
    this.toShrink.push(flaky);
  }

  /** Gives each waiting failure one turn of shrinking, then explains those that are confirmed. */
  *shrinkAll(): Generator<Attempt, void, Observation> {
    yield* this.shrinkEach();
    yield* this.explaining.explainAll();
  }

  /** As `shrinkAll`, when nothing comes after it: failures that are not confirmed are explained, too. */
  *finish(): Generator<Attempt, void, Observation> {
    yield* this.shrinkAll();
    yield* this.explaining.explainAll(true);
  }

  private *shrinkEach(): Generator<Attempt, void, Observation> {
    // One turn for each failure: a failure that needs more turns gets the next one after the others, and after some
    // fuzzing.
    for (const failure of this.toShrink.splice(0)) {
      // A held failure comes again when it is released.
      if (!this.held.has(failure.origin.key)) yield* this.shrinkOne(failure);
    }
  }

  /** Makes one failure simpler without a change of its origin, until nothing simpler fails or its turn is over. */
  private *shrinkOne(failure: RecordedFailure): Generator<Attempt, void, Observation> {
    const { origin } = failure;
    const start = yield failingAttempt(failure.choices, 'stop');
    if (start.failure === null || start.failure.origin().key !== origin.key) {
      const { reruns } = yield* rerunInput(failure.choices, RERUNS - 1, origin.key);
      this.list.addReruns(failure, { runs: reruns.runs + 1, fails: reruns.fails });
      failure.state = 'flaky';
      failure.isNews = true;
      return;
    }
    failure.state = 'shrinking';
    failure.isNews = true;
    this.explaining.note(failure, start);
    const search = new InputSearch(shrink(start.recording(), { maxEvaluations: SHRINK_EVALUATIONS }));
    const result = yield* search.advance((candidate) => this.runCandidate(failure, candidate));
    failure.rounds += 1;
    if (result?.isFinished === true || failure.rounds >= SHRINK_ROUNDS) {
      const { reruns } = yield* rerunInput(failure.choices, RERUNS, origin.key);
      failure.reruns = reruns;
      failure.state = isFlaky(reruns) ? 'flaky' : 'minimal';
      failure.isToExplain = false;
      if (failure.state === 'minimal') this.explaining.add(failure);
    } else {
      this.toShrink.push(failure);
    }
    failure.isNews = true;
  }

  private *runCandidate(failure: RecordedFailure, candidate: Choices): Generator<Attempt, Verdict, Observation> {
    const seen = yield failingAttempt(candidate, 'simplest');
    const interesting = seen.failure !== null && seen.failure.origin().key === failure.origin.key;
    const recording = seen.recording();
    this.explaining.note(failure, seen);
    if (seen.failure !== null) this.recordDetailed(seen);
    return { interesting, recording };
  }

  /** Records a failure of a detailed attempt. A failure with another origin waits for its own turn. */
  private recordDetailed(seen: Observation): void {
    const { errorName, message, origin } = seen.failure!;
    const recorded = this.list.note(origin(), {
      errorName,
      message,
      input: () => seen.text(),
      choices: seen.choices(),
      size: seen.size,
    });
    if (recorded?.state === 'found') this.shrinkLater(recorded);
  }

  private shrinkLater(failure: RecordedFailure): void {
    if (!this.toShrink.includes(failure)) this.toShrink.push(failure);
  }
}
