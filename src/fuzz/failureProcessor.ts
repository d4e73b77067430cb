import type { Choices } from '../choice/choices';
import { compareChoices } from '../choice/order';
import type { Random } from '../choice/random';
import { Evidence, type RunOutcome, type SeenRun } from '../explain/evidence';
import { explain } from '../explain/explain';
import type { Tail } from '../property/tapeState';
import type { Origin } from '../protocol/events';
import { isFlaky, type Reruns } from '../protocol/failureRate';
import { shrink } from '../shrink/shrinker';
import type { Attempt, Observation } from './attempt';
import type { RecordedFailure, FailureList } from './failureList';

/** A failure known from an earlier run. */
export interface KnownInput {
  readonly originKey: string;
  readonly choices: Choices;
  readonly isFlaky: boolean;
  /** It is not to be explained once more. Default: false. */
  readonly isExplained?: boolean;
}

/** A failure that others know. */
export type FoundInput = Pick<RecordedFailure, 'origin' | 'errorName' | 'message' | 'input' | 'choices' | 'size'>;

/** What became of it. */
export interface ReplayedInput {
  readonly originKey: string;
  readonly reruns: Reruns;
  /** What it failed with instead, at least once; null if it did not. */
  readonly other: Origin | null;
  /** Its choices do not fit the property any more: it is another input now. */
  readonly isMisaligned: boolean;
}

interface Again {
  readonly reruns: Reruns;
  readonly seen: FoundInput | null;
  readonly other: Origin | null;
  readonly isMisaligned: boolean;
}

interface ToExplain {
  readonly failure: RecordedFailure;
  /** Made when it became minimal: when it is confirmed, and so explained, depends on the time. */
  readonly random: Random;
}

/** Evaluations spent on one origin before the others get their turn. */
const SHRINK_EVALUATIONS = 2000;

/** Rounds after which the best that was found is taken to be minimal. */
const SHRINK_ROUNDS = 10;

/** Times a failure is run again to learn whether it fails each time; of one that takes its whole time limit, fewer. */
const RERUNS = 20;
const TIMEOUT_RERUNS = 1;

/** Runs of a flaky failure after which its rate is known well. */
const FLAKY_RERUNS = 400;

/** Later inputs of a flaky failure that are looked at, how often each, and after how many runs its rate is told. */
const FLAKY_TRIALS = 20;
const TRIAL_RERUNS = 5;
const REPORTED_RERUNS: readonly number[] = [50, 100, 200, FLAKY_RERUNS];

/**
 * What a fuzzer does about the failures of its target: tells what each one is, whether it fails each time, and makes
 * its input simpler. As the fuzzer, it yields what to run, and is told what was seen.
 */
export class FailureProcessor {
  private readonly toShrink: RecordedFailure[] = [];
  /** Minimal failures. They are confirmed first: what is tried to explain them may end the thread. */
  private toExplain: ToExplain[] = [];
  private replayed: ReplayedInput[] = [];
  /** Origin keys by cheap key. */
  private readonly knownPlaces = new Map<string, string>();
  /** What was seen while failures were made simpler. */
  private readonly evidence = new WeakMap<RecordedFailure, Evidence>();
  /** Origin keys of failures that others have explained. */
  private readonly explained = new Set<string>();
  /** Origin keys of failures that others make simpler now, and of those that they have. */
  private readonly held = new Set<string>();
  private readonly knownOnly = new Set<string>();

  constructor(
    private readonly list: FailureList,
    /** A new stream for each explanation. */
    private readonly newRandom: () => Random,
  ) {}

  /** Whether a failure waits to be made simpler, or to be explained. */
  get isShrinking(): boolean {
    return this.toShrink.length > 0 || this.toExplain.some(({ failure }) => failure.isConfirmed);
  }

  /** What became of the known inputs since the last call. */
  takeReplayed(): readonly ReplayedInput[] {
    const { replayed } = this;
    this.replayed = [];
    return replayed;
  }

  /** Others make this failure simpler: here it is only looked for something simpler. */
  hold(originKey: string): void {
    this.held.add(originKey);
  }

  /** Others have made this failure simple: only what is simpler still is news here. */
  know(known: FoundInput): void {
    const { key } = known.origin;
    const recorded = this.list.get(key);
    if (recorded !== undefined && compareChoices(recorded.choices, known.choices) < 0) return this.release(key);
    this.held.delete(key);
    this.explained.add(key);
    this.knownOnly.add(key);
    this.list.know(known.origin, known);
  }

  /** Nobody else does anything about this failure any more. */
  release(originKey: string): void {
    const recorded = this.list.get(originKey);
    if (this.held.delete(originKey) && recorded !== undefined && !this.toShrink.includes(recorded)) {
      if (recorded.state === 'found' || recorded.state === 'shrinking') this.toShrink.push(recorded);
    }
    // It has not failed here: it is to be run, as any saved one.
    if (this.knownOnly.delete(originKey) && recorded?.shrinks === 0) this.list.remove(originKey);
  }

  /** Books a failure. What failed at a known place with nothing simpler costs one look-up. */
  *consider(seen: Observation): Generator<Attempt, void, Observation> {
    const choices = seen.choices();
    const originKey = yield* this.identify(seen, choices);
    const recorded = this.list.get(originKey);
    if (recorded === undefined || recorded.state !== 'found' || recorded.waitsForPlace) return;
    if (!this.toShrink.includes(recorded)) this.toShrink.push(recorded);
  }

  /** The origin of a failed attempt; books the failure on the way. */
  private *identify(seen: Observation, choices: Choices): Generator<Attempt, string, Observation> {
    const { failure, size } = seen;
    const { rawKey, errorName, message } = failure!;
    const known = this.knownPlaces.get(rawKey);
    if (known !== undefined) {
      const recorded = this.list.get(known);
      if (recorded?.state === 'flaky') {
        if (recorded.trials < FLAKY_TRIALS) yield* this.tryAnother(recorded, choices);
        return known;
      }
      if (recorded !== undefined) {
        if (size <= recorded.size) {
          this.list.note(recorded.origin, { errorName, message, input: () => seen.text(), choices, size });
        }
        return known;
      }
    }
    // The first time at this place. Without the frames of a stack it cannot be told from others: they come next time.
    const first = failure!.origin();
    const text = seen.text();
    const again = yield* this.rerun(choices, RERUNS, null, (found) => {
      // Booked before it is known whether it is flaky: the run may end meanwhile.
      const { key } = found.origin;
      this.knownPlaces.set(rawKey, key);
      if (this.list.get(key) === undefined) this.list.note(found.origin, { ...found, input: () => found.input });
    });
    const isUnplaced = again.seen === null && first.place === null;
    const placed = isUnplaced ? this.flakyOf(first.errorClass) : undefined;
    // It is that one, or its place will be known the next time.
    if (placed !== undefined) return placed.origin.key;
    const found = again.seen ?? { origin: first, errorName, message, input: text, choices, size };
    this.knownPlaces.set(rawKey, found.origin.key);
    this.list.note(found.origin, { ...found, input: () => found.input });
    const recorded = this.list.get(found.origin.key)!;
    if (recorded.reruns.runs === 0) recorded.reruns = again.reruns;
    if (isFlaky(again.reruns) && recorded.state === 'found') {
      if (isUnplaced) recorded.waitsForPlace = true;
      else recorded.state = 'flaky';
    }
    // The one without a place was this one.
    const unplaced = this.list.get(found.origin.errorClass);
    if (unplaced?.waitsForPlace === true && unplaced !== recorded) this.list.remove(unplaced.origin.key);
    return found.origin.key;
  }

  /** A flaky failure of this class whose place is known. */
  private flakyOf(errorClass: string): RecordedFailure | undefined {
    return [...this.list.all()].find(
      ({ state, origin }) => state === 'flaky' && origin.place !== null && origin.errorClass === errorClass,
    );
  }

  /** Runs an input again and again. `seen`: a run that failed, with `originKey` or, if that is null, with any origin. */
  private *rerun(
    choices: Choices,
    most: number,
    originKey: string | null,
    onFirst = (_found: NonNullable<Again['seen']>): void => {},
  ): Generator<Attempt, Again, Observation> {
    let fails = 0;
    let runs = 0;
    let seen: Again['seen'] = null;
    let other: Origin | null = null;
    let isMisaligned = false;
    let key = originKey;
    for (let limit = most; runs < limit;) {
      const again = yield detailed(choices, 'stop');
      runs += 1;
      isMisaligned ||= again.isMisaligned || again.status === 'overrun';
      if (again.failure === null) continue;
      const origin = again.failure.origin();
      key ??= origin.key;
      if (origin.errorClass === 'timeout') limit = Math.min(limit, TIMEOUT_RERUNS);
      if (origin.key !== key) {
        other = origin;
        continue;
      }
      fails += 1;
      if (seen !== null) continue;
      const { errorName, message } = again.failure;
      seen = { origin, errorName, message, input: again.text(), choices: again.choices(), size: again.size };
      onFirst(seen);
    }
    return { reruns: { runs, fails }, seen, other, isMisaligned };
  }

  /** Learns whether the saved input of a failure still fails. */
  *replayKnown(known: KnownInput): Generator<Attempt, void, Observation> {
    const { originKey, choices, isFlaky: wasFlaky } = known;
    if (known.isExplained === true) this.explained.add(originKey);
    const { reruns, seen, other, isMisaligned } = yield* this.rerun(choices, RERUNS, originKey);
    this.replayed.push({ originKey, reruns, other, isMisaligned });
    if (seen === null) return;
    this.list.note(seen.origin, { ...seen, input: () => seen.input });
    const recorded = this.list.get(originKey)!;
    if (wasFlaky || isFlaky(reruns)) {
      recorded.state = 'flaky';
      this.list.addReruns(recorded, reruns);
    } else if (recorded.state === 'found' && !this.toShrink.includes(recorded)) {
      recorded.reruns = reruns;
      this.toShrink.push(recorded);
    }
  }

  /** Runs one flaky failure once more: its rate becomes clearer, and takes next to no time from other inputs. */
  *rerunFlaky(): Generator<Attempt, void, Observation> {
    let least: RecordedFailure | null = null;
    for (const failure of this.list.all()) {
      if (failure.state !== 'flaky' || failure.reruns.runs >= FLAKY_RERUNS) continue;
      if (least === null || failure.reruns.runs < least.reruns.runs) least = failure;
    }
    if (least === null) return;
    const { reruns } = yield* this.rerun(least.choices, 1, least.origin.key);
    this.list.addReruns(least, reruns);
    if (REPORTED_RERUNS.includes(least.reruns.runs)) least.isNews = true;
  }

  /** Another input at the place of a flaky failure: perhaps it fails each time. */
  private *tryAnother(flaky: RecordedFailure, choices: Choices): Generator<Attempt, void, Observation> {
    flaky.trials += 1;
    const { reruns, seen } = yield* this.rerun(choices, TRIAL_RERUNS, flaky.origin.key);
    if (seen === null || isFlaky(reruns)) return;
    this.list.replace(flaky, { ...seen, reruns });
    this.toShrink.push(flaky);
  }

  *shrinkAll(): Generator<Attempt, void, Observation> {
    // One round each: an origin that needs more gets it after the others, and after some fuzzing.
    for (const failure of this.toShrink.splice(0)) {
      // It comes again when it is released.
      if (!this.held.has(failure.origin.key)) yield* this.shrinkOne(failure);
    }
    const confirmed = this.toExplain.filter(({ failure }) => failure.isConfirmed);
    for (const waiting of confirmed) yield* this.explainOne(waiting);
  }

  /** As `shrinkAll`, when nothing comes after it: what is not confirmed yet is explained all the same. */
  *finish(): Generator<Attempt, void, Observation> {
    yield* this.shrinkAll();
    for (const waiting of this.toExplain) yield* this.explainOne(waiting);
  }

  /** Makes one failure simpler with its origin held fixed, until nothing simpler fails or its turn is over. */
  private *shrinkOne(failure: RecordedFailure): Generator<Attempt, void, Observation> {
    const { origin } = failure;
    const start = yield detailed(failure.choices, 'stop');
    if (start.failure === null || start.failure.origin().key !== origin.key) {
      const { reruns } = yield* this.rerun(failure.choices, RERUNS - 1, origin.key);
      this.list.addReruns(failure, { runs: reruns.runs + 1, fails: reruns.fails });
      failure.state = 'flaky';
      failure.isNews = true;
      return;
    }
    failure.state = 'shrinking';
    failure.isNews = true;
    const evidence = this.evidence.get(failure) ?? new Evidence();
    this.evidence.set(failure, evidence);
    evidence.note(runOf(start, origin));
    const shrinking = shrink(start.recording(), { maxEvaluations: SHRINK_EVALUATIONS });
    let step = shrinking.next();
    while (step.done !== true) {
      const seen = yield detailed(step.value, 'simplest');
      const isSame = seen.failure !== null && seen.failure.origin().key === origin.key;
      const recording = seen.recording();
      evidence.note(runOf(seen, origin));
      if (seen.failure !== null) this.recordDetailed(seen);
      step = shrinking.next({ interesting: isSame, recording });
    }
    failure.rounds += 1;
    const isDone = step.value.isFinished || failure.rounds >= SHRINK_ROUNDS;
    if (isDone) {
      const { reruns } = yield* this.rerun(failure.choices, RERUNS, origin.key);
      failure.reruns = reruns;
      failure.state = isFlaky(reruns) ? 'flaky' : 'minimal';
      // Hundreds of runs that take their whole time limit are not worth it.
      failure.isToExplain =
        failure.state === 'minimal' && origin.errorClass !== 'timeout' && !this.explained.has(origin.key);
      if (failure.isToExplain) this.toExplain.push({ failure, random: this.newRandom() });
    } else {
      this.toShrink.push(failure);
    }
    failure.isNews = true;
  }

  /** Finds out what a minimal failure depends on, unless it has become another one. */
  private *explainOne(waiting: ToExplain): Generator<Attempt, void, Observation> {
    this.toExplain = this.toExplain.filter((other) => other !== waiting);
    const { failure, random } = waiting;
    if (!failure.isToExplain) return;
    const { origin, choices } = failure;
    const evidence = this.evidence.get(failure) ?? new Evidence();
    const start = yield detailed(choices, 'stop');
    if (outcomeOf(start, origin) === 'same') {
      evidence.note(runOf(start, origin));
      const explaining = explain(start.recording(), evidence, { random });
      let step = explaining.next();
      // What is found on the way may be simpler: then that is to be explained, once it is minimal.
      while (step.done !== true && failure.choices === choices) {
        const seen = yield detailed(step.value, 'simplest');
        if (seen.failure !== null) this.recordDetailed(seen);
        step = explaining.next(runOf(seen, origin));
      }
      if (failure.choices !== choices) return;
      if (step.done === true) failure.explained = step.value;
    }
    this.evidence.delete(failure);
    failure.isToExplain = false;
    failure.isNews = true;
  }

  /** Books a failure seen in detail; one of another origin waits for its own turn. */
  private recordDetailed(seen: Observation): void {
    const { errorName, message, origin } = seen.failure!;
    const recorded = this.list.note(origin(), {
      errorName,
      message,
      input: () => seen.text(),
      choices: seen.choices(),
      size: seen.size,
    });
    if (recorded !== null && recorded.state === 'found' && !this.toShrink.includes(recorded))
      this.toShrink.push(recorded);
  }
}

function detailed(choices: Choices, tail: Tail): Attempt {
  return { source: { type: 'replay', choices, tail }, isDetailed: true, isFailing: true };
}

function runOf(seen: Observation, origin: Origin): SeenRun {
  const { features, featureCount } = seen;
  return { outcome: outcomeOf(seen, origin), choices: seen.choices(), features, featureCount };
}

function outcomeOf({ status, failure }: Observation, { key }: Origin): RunOutcome {
  if (status === 'passed') return 'passed';
  if (failure === null) return 'rejected';
  return failure.origin().key === key ? 'same' : 'failed';
}
