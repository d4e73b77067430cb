import type { Choices } from '../choice/choices';
import { compareChoices } from '../choice/order';
import type { Random } from '../choice/random';
import type { SeenRun } from '../explain/evidence';
import { originOf, type OriginOptions } from '../failure/origin';
import { EMPTY_DICTIONARY } from '../mutate/dictionary';
import { mutate, MUTATORS } from '../mutate/mutate';
import { Subject } from '../mutate/subject';
import { ArbitraryLabels } from '../property/arbitraryLabels';
import type { InputRunner, Outcome } from '../property/inputRunner';
import type { Source } from '../property/tape';
import { Chooser } from '../schedule/chooser';
import type { Verdict } from '../shrink/attempts/steps';
import { shrink } from '../shrink/shrinker';
import { FLAKY_RERUNS, SearchedFailure, type DistinctFailure } from './distinctFailure';
import type { Runs } from './drive';
import { explainInput } from './explainInput';
import { InputSearch } from './failingInput';

export interface SearchLimits {
  readonly searchMs: number;
  readonly searchRuns: number;
  readonly simplifyMs: number;
  /** Time, by `now`, at which everything ends: the test has a limit of its own. */
  readonly endsAt: number;
}

export interface SearchOptions {
  readonly random: Random;
  readonly origins: OriginOptions;
  readonly limits: SearchLimits;
  /** A clock in milliseconds, with any zero. */
  readonly now: () => number;
  /** Whether the present run was ended because of `endsAt`: then its outcome means nothing. */
  readonly isCut: () => boolean;
}

/**
 * Number of rounds; in each, it looks for failures and then makes them simpler. The second round looks around the
 * inputs that the first round has made simpler.
 */
const ROUNDS = 2;

/** Candidates for one failure before the next failure has its turn. */
const TURN_RUNS = 64;

/** Additional time for all explanations together, as a share of the time to make all failures simpler. */
const EXPLAIN_SHARE = 0.5;

/** Share of the random runs that are made from failing inputs, when there are some. */
const AROUND_SHARE = 0.5;

const OPERATORS = [MUTATORS.changeValue, MUTATORS.changeList, MUTATORS.spliceList, MUTATORS.changeSpan];

/** Thrown through the search when its time is over. */
const OVER = Symbol('over');

/**
 * Starts with failing inputs of a property and looks for all failures that can be found within a limit: it tries random
 * inputs and inputs around those that failed, and makes each failure simpler without a change of its origin. Any run,
 * in any phase, may bring a new failure or a simpler input for a known one.
 */
export class FailureSearch {
  private readonly failures = new Map<string, SearchedFailure>();
  private readonly chooser = new Chooser({ guesses: OPERATORS.map(() => 1), floor: 1 / OPERATORS.length });
  private readonly labels = new ArbitraryLabels();
  private runs = 0;
  /** A hook of the property threw: nothing more is run. */
  private isBroken = false;
  private lastStatus: Outcome['status'] = 'passed';

  constructor(
    private readonly runner: InputRunner,
    property: object,
    private readonly options: SearchOptions,
  ) {
    this.labels.add((property as { readonly arb?: unknown }).arb);
  }

  /** All failures, the simplest last. `starts`: inputs that failed. */
  *run(starts: readonly Choices[]): Runs<DistinctFailure[]> {
    try {
      for (const choices of starts) yield* this.retry(choices);
      for (let round = 0; round < ROUNDS; round += 1) {
        yield* this.look();
        yield* this.simplifyAll();
      }
    } catch (error) {
      // An error of a hook of the property ends the search, too: it is no failure of the property.
      if (error !== OVER) this.isBroken = true;
    }
    yield* this.judge();
    yield* this.explainAll();
    // Judges the failures that were met on the way.
    yield* this.judge();
    return [...this.failures.values()].sort((a, b) => compareChoices(b.choices, a.choices));
  }

  /** Runs an input that failed until it fails again: a flaky failure does not fail each time. */
  private *retry(choices: Choices): Runs<void> {
    for (let round = 0; round < FLAKY_RERUNS; round += 1) {
      const key = yield* this.attempt({ type: 'replay', choices, tail: 'simplest' }, true);
      this.runs = 0;
      if (key !== null) return;
    }
  }

  private *look(): Runs<void> {
    const { random, limits, now } = this.options;
    const end = now() + limits.searchMs / ROUNDS;
    for (let left = Math.ceil(limits.searchRuns / ROUNDS); left > 0 && now() < end; left -= 1) {
      const choices = random.share() < AROUND_SHARE ? this.mutant() : null;
      if (choices === null) yield* this.attempt({ type: 'random', biased: random.coin() }, false);
      else yield* this.attempt({ type: 'replay', choices, tail: 'random' }, false);
    }
  }

  private mutant(): Choices | null {
    const subjects = [...this.failures.values()].flatMap(({ subject }) => (subject === null ? [] : [subject]));
    if (subjects.length === 0) return null;
    const { random } = this.options;
    const other = (): Subject => subjects[random.below(subjects.length)]!;
    const labelOf = (arbitrary: object): number | undefined => this.labels.labelOf(arbitrary);
    return (
      mutate(other(), { random, other, labelOf, dictionary: EMPTY_DICTIONARY }, OPERATORS, this.chooser)?.choices ??
      null
    );
  }

  private *simplifyAll(): Runs<void> {
    const { limits, now } = this.options;
    const end = now() + limits.simplifyMs / ROUNDS;
    for (;;) {
      const waiting = [...this.failures.values()].filter((failure) => !failure.isDone);
      if (waiting.length === 0 || limits.simplifyMs === 0) return;
      for (const failure of waiting) {
        if (now() >= end) return;
        yield* this.simplify(failure, end);
      }
    }
  }

  /** Gives one failure a turn. */
  private *simplify(failure: SearchedFailure, end: number): Runs<void> {
    if (failure.shrinking === null) {
      const { choices, runs } = failure.nextStart();
      const key = yield* this.attempt({ type: 'replay', choices, tail: 'simplest' }, true);
      failure.isDone = key !== failure.origin.key;
      if (failure.isDone) return;
      const recording = this.runner.recording();
      failure.subject ??= new Subject(recording);
      failure.shrinking = new InputSearch(shrink(recording, { maxEvaluations: runs }));
    }
    let left = TURN_RUNS;
    const result = yield* failure.shrinking.advance(
      (candidate) => this.runCandidate(failure, candidate),
      () => (left -= 1) >= 0 && this.options.now() < end,
    );
    if (result === null) return;
    // By now the runs of another failure may have found something simpler: then the next start is from there.
    failure.finishStart(result.isFinished && compareChoices(result.best.choices, failure.choices) <= 0);
  }

  private *runCandidate(failure: SearchedFailure, candidate: Choices): Runs<Verdict> {
    const key = yield* this.attempt({ type: 'replay', choices: candidate, tail: 'simplest' }, true);
    const recording = this.runner.recording();
    const interesting = key === failure.origin.key;
    if (interesting) failure.subject = new Subject(recording);
    return { interesting, recording };
  }

  /** Finds out what each failure depends on, the simplest failure first. */
  private *explainAll(): Runs<void> {
    if (this.isBroken) return;
    const { limits, now } = this.options;
    const end = now() + limits.simplifyMs * EXPLAIN_SHARE;
    const known = [...this.failures.values()].sort((a, b) => compareChoices(a.choices, b.choices));
    try {
      for (const failure of known) {
        // Hundreds of runs that take their whole time limit are not worth it.
        if (failure.isStable && failure.origin.errorClass !== 'timeout') yield* this.explain(failure, end);
      }
      if (this.failures.size > known.length) yield* this.simplifyAll();
    } catch {
      // The time is over, or a hook threw: the explanations so far stay.
    }
  }

  private *explain(failure: SearchedFailure, end: number): Runs<void> {
    const { choices, origin } = failure;
    const found = yield* explainInput(choices, {
      run: (tried) => this.seeRun(tried, origin.key),
      recording: () => this.runner.recording(),
      isOver: () => failure.choices !== choices || this.options.now() >= end,
    });
    if (failure.choices === choices) failure.explained = found;
  }

  private *seeRun(tried: Choices, originKey: string): Runs<SeenRun> {
    const key = yield* this.attempt({ type: 'replay', choices: tried, tail: 'simplest' }, true);
    const passed = this.lastStatus === 'passed' ? 'passed' : 'rejected';
    const outcome = key === null ? passed : key === originKey ? 'same' : 'failed';
    return { outcome, choices: this.runner.choices(), features: NO_FEATURES, featureCount: 0 };
  }

  /** Runs each failure again, in turns, to learn how often it fails. */
  private *judge(): Runs<void> {
    const failures = [...this.failures.values()].filter(({ reruns }) => reruns === 0);
    if (this.isBroken || failures.length === 0) return;
    try {
      for (let round = 0; round < FLAKY_RERUNS; round += 1) {
        for (const failure of failures) {
          if (!failure.count.needsMore) continue;
          const { choices, origin } = failure;
          const key = yield* this.attempt({ type: 'replay', choices, tail: 'simplest' }, true);
          failure.count.add(key === origin.key);
        }
      }
    } catch {
      // The time is over, or a hook threw: the runs so far count.
    }
  }

  /** Runs an input and records how it fails; returns the key of its origin, or null when it does not fail. */
  private *attempt(source: Source, recordsSpans: boolean): Runs<string | null> {
    const { runner, options } = this;
    if (options.now() >= options.limits.endsAt) throw OVER;
    runner.generate(source, recordsSpans);
    const outcome = yield runner.execute();
    this.lastStatus = outcome.status;
    this.runs += 1;
    if (options.isCut()) throw OVER;
    if (outcome.status !== 'failed') return null;
    const origin = originOf(outcome.error, options.origins);
    const choices = runner.choices();
    const known = this.failures.get(origin.key);
    const order = known === undefined ? 0 : compareChoices(choices, known.choices);
    if (known === undefined)
      this.failures.set(origin.key, new SearchedFailure(origin, outcome.error, choices, this.runs - 1));
    else if (order < 0) known.improve(choices, outcome.error);
    else if (order > 0) known.noteOther(choices, this.runs);
    return origin.key;
  }
}

const NO_FEATURES = new Uint32Array(0);
