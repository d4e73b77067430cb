import type { Choices } from '../choice/choices';
import { compareChoices } from '../choice/order';
import type { Random } from '../choice/random';
import type { SeenRun } from '../explain/evidence';
import type { Explained } from '../explain/explain';
import { originOf, type OriginOptions } from '../failure/origin';
import { EMPTY_DICTIONARY } from '../mutate/dictionary';
import { mutate, MUTATORS } from '../mutate/mutate';
import { Subject } from '../mutate/subject';
import { ArbitraryLabels } from '../property/arbitraryLabels';
import type { InputRunner, Outcome } from '../property/inputRunner';
import type { Source } from '../property/tape';
import type { Origin } from '../protocol/events';
import { Chooser } from '../schedule/chooser';
import { shrink } from '../shrink/shrinker';
import type { Runs } from './drive';
import { explainInput } from './explainInput';

export interface SearchLimits {
  readonly searchMs: number;
  readonly searchRuns: number;
  readonly simplifyMs: number;
  /** Time (of `now`) at which all ends, whatever is left of the rest: the test has a limit of its own. */
  readonly endsAt: number;
}

export interface SearchOptions {
  readonly random: Random;
  readonly origins: OriginOptions;
  readonly limits: SearchLimits;
  /** Milliseconds from anywhere. */
  readonly now: () => number;
  /** Whether the present run was ended because of `endsAt`: its outcome says nothing. */
  readonly isCut: () => boolean;
}

/** A distinct failure, with the simplest input known. */
export interface DistinctFailure {
  readonly origin: Origin;
  /** What the input threw last. */
  error: unknown;
  choices: Choices;
  /** Runs of the search before the one that found it; 0 when it was known from the start. */
  readonly foundAfter: number;
  /** Times it became simpler. */
  shrinks: number;
  /** What its input depends on; null where nobody has looked. */
  explained: Explained | null;
  /** Of how many runs of this input how many failed this way. */
  failed: number;
  reruns: number;
}

/** Rounds of looking and simplifying: the second looks around what is simple by then. */
const ROUNDS = 2;

/** Most candidates for one failure, and how many before the next one has its turn. */
const SIMPLIFY_RUNS = 2000;
const TURN_RUNS = 64;

/**
 * What a shrinker comes to depends a little on where it starts. So each failure is made simpler from other inputs that
 * failed in the same way, too: so many of them, with so many candidates each.
 */
const OTHER_STARTS = 2;
const OTHER_START_RUNS = 500;

/** Of the time to make all failures simpler, the share that all explanations take together, on top. */
const EXPLAIN_SHARE = 0.5;

/** Runs of each failure in the end, to tell flaky ones. */
const RERUNS = 5;

/** Runs of one that did not fail in all of these, for a rate that says something; and of one that never failed again. */
export const FLAKY_RERUNS = 20;

/** Of the runs of a search, so many are made from failing inputs when there are some. */
const AROUND_SHARE = 0.5;

const OPERATORS = [MUTATORS.changeValue, MUTATORS.changeList, MUTATORS.spliceList, MUTATORS.changeSpan];

/** Thrown through the search when its time is over. */
const OVER = Symbol('over');

/**
 * From failing inputs of a property to all of its failures that can be found within a limit: looks at random and
 * around those that are known, and makes each one simpler while it holds the others fixed. Any run, of any phase, may
 * bring a new failure or a simpler input for a known one.
 */
export class FailureSearch {
  private readonly list = new Map<string, Entry>();
  private readonly chooser = new Chooser({ guesses: OPERATORS.map(() => 1), floor: 1 / OPERATORS.length });
  private readonly labels = new ArbitraryLabels();
  private runs = 0;
  /** A hook of the property threw. */
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
      // What a hook of the property throws ends the search, too: it is no failure of the property.
      if (error !== OVER) this.isBroken = true;
    }
    yield* this.judge();
    yield* this.explainAll();
    // Those that were met on the way.
    yield* this.judge();
    return [...this.list.values()].sort((a, b) => compareChoices(b.choices, a.choices));
  }

  /** Runs an input that failed, again if need be: a flaky one does not always. */
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
    const subjects = [...this.list.values()].flatMap(({ subject }) => (subject === null ? [] : [subject]));
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
      const waiting = [...this.list.values()].filter((entry) => !entry.isDone);
      if (waiting.length === 0 || limits.simplifyMs === 0) return;
      for (const entry of waiting) {
        if (now() >= end) return;
        yield* this.simplify(entry, end);
      }
    }
  }

  /** One turn of one failure. */
  private *simplify(entry: Entry, end: number): Runs<void> {
    const { key } = entry.origin;
    let step = entry.step;
    if (step === null) {
      const { choices, runs } = entry.nextStart();
      const again = yield* this.attempt({ type: 'replay', choices, tail: 'simplest' }, true);
      entry.isDone = again !== key;
      if (entry.isDone) return;
      const recording = this.runner.recording();
      entry.subject ??= new Subject(recording);
      entry.shrinking = shrink(recording, { maxEvaluations: runs });
      step = entry.shrinking.next();
    }
    for (let turn = 0; turn < TURN_RUNS && step.done !== true && this.options.now() < end; turn += 1) {
      const found = yield* this.attempt({ type: 'replay', choices: step.value, tail: 'simplest' }, true);
      const recording = this.runner.recording();
      if (found === key) entry.subject = new Subject(recording);
      step = entry.shrinking!.next({ interesting: found === key, recording });
    }
    entry.step = step.done === true ? null : step;
    if (step.done !== true) return;
    const { best, isFinished } = step.value;
    // Another one's runs may have found something simpler meanwhile: then on from there.
    entry.finishStart(isFinished && compareChoices(best.choices, entry.choices) <= 0);
  }

  /** What each failure depends on, the simplest first. */
  private *explainAll(): Runs<void> {
    if (this.isBroken) return;
    const { limits, now } = this.options;
    const end = now() + limits.simplifyMs * EXPLAIN_SHARE;
    const known = [...this.list.values()].sort((a, b) => compareChoices(a.choices, b.choices));
    try {
      for (const entry of known) {
        // Runs that take their whole time limit are too many hundreds.
        if (entry.isStable && entry.origin.errorClass !== 'timeout') yield* this.explain(entry, end);
      }
      if (this.list.size > known.length) yield* this.simplifyAll();
    } catch {
      // The time is over, or a hook threw: what was explained is.
    }
  }

  private *explain(entry: Entry, end: number): Runs<void> {
    const { choices, origin } = entry;
    const found = yield* explainInput(choices, {
      run: (tried) => this.seeRun(tried, origin.key),
      recording: () => this.runner.recording(),
      isOver: () => entry.choices !== choices || this.options.now() >= end,
    });
    if (entry.choices === choices) entry.explained = found;
  }

  private *seeRun(tried: Choices, originKey: string): Runs<SeenRun> {
    const key = yield* this.attempt({ type: 'replay', choices: tried, tail: 'simplest' }, true);
    const passed = this.lastStatus === 'passed' ? 'passed' : 'rejected';
    const outcome = key === null ? passed : key === originKey ? 'same' : 'failed';
    return { outcome, choices: this.runner.choices(), features: NO_FEATURES, featureCount: 0 };
  }

  /** How often each failure fails. */
  private *judge(): Runs<void> {
    const entries = [...this.list.values()].filter(({ reruns }) => reruns === 0);
    if (this.isBroken || entries.length === 0) return;
    try {
      for (let round = 0; round < FLAKY_RERUNS; round += 1) {
        for (const entry of entries) {
          if (round >= RERUNS && entry.failed === entry.reruns) continue;
          const { choices, origin } = entry;
          const key = yield* this.attempt({ type: 'replay', choices, tail: 'simplest' }, true);
          entry.reruns += 1;
          if (key === origin.key) entry.failed += 1;
        }
      }
    } catch {
      // The time is over, or a hook threw: what was counted counts.
    }
  }

  /** Runs an input and books how it fails; returns the key of its origin, or null when it does not fail. */
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
    const known = this.list.get(origin.key);
    const order = known === undefined ? 0 : compareChoices(choices, known.choices);
    if (known === undefined) this.list.set(origin.key, new Entry(origin, outcome.error, choices, this.runs - 1));
    else if (order < 0) known.improve(choices, outcome.error);
    else if (order > 0) known.others[this.runs % OTHER_STARTS] ??= choices;
    return origin.key;
  }
}

const NO_FEATURES = new Uint32Array(0);

class Entry implements DistinctFailure {
  shrinks = 0;
  failed = 0;
  reruns = 0;
  isDone = false;
  explained: Explained | null = null;
  subject: Subject | null = null;
  shrinking: ReturnType<typeof shrink> | null = null;
  step: ReturnType<ReturnType<typeof shrink>['next']> | null = null;
  /** Inputs that failed in the same way, and were no simpler. */
  readonly others: (Choices | undefined)[] = [];
  private otherStarts = 0;
  /** The simplest input cannot be made simpler. */
  private isLow = false;

  constructor(
    readonly origin: Origin,
    public error: unknown,
    public choices: Choices,
    readonly foundAfter: number,
  ) {}

  /** It is as simple as it gets, and failed each time. */
  get isStable(): boolean {
    return this.isDone && this.reruns > 0 && this.failed === this.reruns;
  }

  improve(choices: Choices, error: unknown): void {
    this.choices = choices;
    this.error = error;
    this.shrinks += 1;
    this.isLow = false;
    this.explained = null;
    // In the judging, counts are of one input only.
    this.failed = 0;
    this.reruns = 0;
  }

  /** Where to make it simpler from, with the most runs for it. */
  nextStart(): { choices: Choices; runs: number } {
    const other = this.isLow ? this.others[this.otherStarts] : undefined;
    if (other === undefined) return { choices: this.choices, runs: SIMPLIFY_RUNS };
    this.otherStarts += 1;
    return { choices: other, runs: OTHER_START_RUNS };
  }

  /** The shrinker is done. `isLow`: nothing is simpler than the simplest input, as far as it knows. */
  finishStart(isLow: boolean): void {
    this.isLow ||= isLow;
    this.isDone = this.isLow && this.others[this.otherStarts] === undefined;
  }
}
