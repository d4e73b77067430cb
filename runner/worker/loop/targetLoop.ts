import { setImmediate as turn } from 'node:timers/promises';
import { decodeChoices } from '../../../src/choice/encoding';
import { Random } from '../../../src/choice/random';
import type { OriginOptions } from '../../../src/failure/origin';
import type { Attempt, Observation, ObservedFailure } from '../../../src/fuzz/attempt';
import type { RecordedFailure } from '../../../src/fuzz/failureList';
import { TargetFuzzer } from '../../../src/fuzz/targetFuzzer';
import type { Technique } from '../../../src/fuzz/techniques';
import type { Dictionary } from '../../../src/mutate/dictionary';
import { encodeValue } from '../../../src/property/encodeValue';
import { InputRunner, type Outcome } from '../../../src/property/inputRunner';
import { ArbitraryLabels } from '../../../src/property/arbitraryLabels';
import { CatchesOfTest } from './catchesOfTest';
import { ErrorFrames } from './errorFrames';
import type { FoundTarget, ImportedInput } from '../../channel/messages';
import { LastAttempt } from './lastAttempt';
import { observedFailure } from './observedFailure';
import { settleFailure } from './settleFailure';
import { SliceReports } from './sliceReports';
import type { AsyncOwner } from './lateErrors';
import { MOST_SUSPECTS, LateErrorTriage } from './lateErrorTriage';
import type { ThreadTools } from './threadTools';
import { startTimer } from '../../fastCheck/timerLimit';

/** When a loop comes to rest. */
export interface LoopLimit {
  /** Wall seconds of the thread's clock. */
  readonly until: number;
  /** Most inputs; Infinity for none. */
  readonly inputs: number;
  /** Whether the test that reached the property is over, so that nobody waits any more. */
  readonly isAbandoned: () => boolean;
  /** Sets how many frames errors keep; missing where they keep what they keep. */
  readonly keepFrames?: (count: number) => void;
}

/** Inputs of an asynchronous property between two turns of the event loop. */
const TURN_EVERY = MOST_SUSPECTS;

/** Shorter limits of a test would take a pause of the machine for a hang. */
export const MIN_INPUT_MS = 1000;

/** Wall seconds between two looks at the clock, about: a look costs as much as a fast input. */
const LOOK_SECONDS = { least: 0.0005, most: 0.005 };

/** Most inputs between two looks: any of them may be slow. */
const MOST_BETWEEN_LOOKS = 64;

/**
 * Drives the fuzzer of one target: generates, executes and observes what it asks for. The fuzzer outlives the
 * executions of the test; the property is another object in each, and is bound anew.
 */
export class TargetLoop {
  readonly fuzzer: TargetFuzzer;
  /** Known failures whose inputs were given to the fuzzer. */
  readonly replayed = new Set<string>();
  /** Inputs executed in this thread's life. */
  inputs = 0;
  private readonly labels = new ArbitraryLabels();
  private steps: Generator<Attempt, void, Observation>;
  private pending: Attempt | null = null;
  /** What is run before the fuzzer goes on, with what it wanted next. */
  private detour: { readonly steps: Generator<Attempt, void, Observation>; readonly next: Attempt | null } | null =
    null;
  /** What inputs leave behind; null when nobody listens. */
  readonly lateErrors: LateErrorTriage | null;
  /** A synchronous input was run; what it left behind can only be seen when its test is over. */
  private unsettled: { readonly outcome: Outcome; readonly owner: AsyncOwner } | null = null;
  private isPumping = false;
  /** Limit of one run of an asynchronous property. */
  private timeoutMs = 0;
  private hasExamples = false;
  private runner: InputRunner | null = null;
  private readonly reports: SliceReports;
  private readonly tapeRandom: Random;
  private readonly seen: LastAttempt;
  private readonly mappedOrigins: OriginOptions;
  /** The present attempt is expected to fail: stacks are mapped. */
  private isFailing = true;
  private isCompared = false;
  private betweenLooks = 1;
  private nextLook = 0;
  private lastLook = 0;
  private lastTick = 0;
  private readonly frames: ErrorFrames;
  private readonly catches: CatchesOfTest;

  constructor(
    readonly target: FoundTarget,
    private readonly tools: ThreadTools,
    seed: number,
    without: ReadonlySet<Technique> = new Set(),
  ) {
    this.fuzzer = new TargetFuzzer({
      without,
      random: new Random(seed),
      labelOf: (arbitrary) => this.labels.labelOf(arbitrary),
    });
    this.reports = new SliceReports(target.id, this.fuzzer, tools);
    this.tapeRandom = new Random(seed + 1);
    this.mappedOrigins = { ...tools.origins, stackOf: (error) => tools.stackTraces.mappedStackOf(error) };
    this.frames = new ErrorFrames(tools.stackTraces);
    this.catches = new CatchesOfTest(tools.coverage, target.file);
    this.seen = new LastAttempt(tools.coverage.hits, tools.comparisons);
    this.steps = this.fuzzer.run();
    this.lateErrors =
      tools.lateErrors === undefined
        ? null
        : new LateErrorTriage(tools.lateErrors, this.fuzzer, (error) => this.observeFailure(error, true));
  }

  /** Takes the property of the present execution of the test. */
  bind(property: object, timeoutMs: number, stringify: (value: unknown) => string): void {
    this.runner = new InputRunner(property, {
      random: this.tapeRandom,
      timeout: { ms: timeoutMs, startTimer: (callback, ms) => this.startTimer(callback, ms) },
    });
    this.seen.runner = this.runner;
    this.timeoutMs = timeoutMs;
    this.seen.stringify = stringify;
    this.labels.add((property as { arb: unknown }).arb);
  }

  /** What runs the inputs in the present execution of the test. */
  get inputRunner(): InputRunner | null {
    return this.runner;
  }

  useDictionary(dictionary: Dictionary): void {
    this.fuzzer.useDictionary(dictionary);
  }

  import({ choices, isFollowed }: ImportedInput): void {
    this.fuzzer.import(decodeChoices(choices), isFollowed);
  }

  /** Has words offered that were of use to this target before. */
  importWords(words: readonly string[]): void {
    for (const word of words) this.fuzzer.prove(word);
    this.reports.knowWords();
  }

  /** Gives the fuzzer the examples of a property's parameters, where their choices can be found; once. */
  importExamples(arbitrary: object, examples: readonly unknown[] | undefined): void {
    if (this.hasExamples) return;
    this.hasExamples = true;
    for (const example of examples ?? []) {
      const choices = encodeValue(arbitrary, example);
      if (choices !== null) this.fuzzer.import(choices);
    }
  }

  /** Begins to count for a new report. */
  startSlice(): void {
    this.reports.startSlice();
    this.tools.recorder.startSlice();
  }

  /** Runs inputs until the limit, or until a failure should be shown to the whole test. */
  pump(limit: LoopLimit): void | Promise<void> {
    this.tools.recorder.enter(this.target.id, Math.max(MIN_INPUT_MS, this.target.inputTimeoutMs));
    // As shared things may have been left by somebody else.
    this.isFailing = true;
    this.tools.stackTraces.mapped = true;
    this.nextLook = 0;
    this.frames.start(limit.keepFrames ?? null);
    const { lateErrors } = this;
    this.unsettled = null;
    lateErrors?.startTest();
    this.startDetour();
    this.isPumping = true;
    this.countStarts();
    // Once more at the end: what the last input handles late is told before its test is over.
    if (this.runner!.isAsync)
      return this.pumpAsync(limit)
        .then(turn)
        .finally(() => this.endPump());
    try {
      if (lateErrors === null) this.pumpSync(limit, null);
      else {
        const owner = lateErrors.owner('input');
        lateErrors.errors.run(owner, () => this.pumpSync(limit, owner));
      }
    } finally {
      this.endPump();
    }
  }

  private endPump(): void {
    this.frames.keep(true);
    this.isPumping = false;
    this.countStarts();
  }

  /** Runs the test, with `owner` responsible for what it leaves behind. */
  runTest<T>(owner: AsyncOwner, action: () => T): T {
    const { errors } = this.lateErrors!;
    // Of synchronous properties, only what starts something costs more.
    const isFollowed = errors.isArmed || this.runner?.isAsync === false;
    return isFollowed ? errors.run(owner, action) : errors.runUnfollowed(owner, action);
  }

  /** Synchronous inputs tell by what they start that they left something behind; asynchronous ones always do. */
  countStarts(): void {
    const { lateErrors } = this;
    if (lateErrors === null) return;
    if (!this.isPumping && this.unsettled === null) lateErrors.errors.counts = 'nothing';
    else if (lateErrors.isWatching || this.detour !== null) lateErrors.errors.counts = 'starts and what is slow';
    else lateErrors.errors.counts = this.runner!.isAsync ? 'nothing' : 'starts';
  }

  /**
   * To be called when the test is over: learns what the last input left behind, if that is to be known. Returns whether
   * the pump came to rest only for this, and should go on.
   */
  async settle(): Promise<boolean> {
    if (this.lateErrors === null) return false;
    const { unsettled } = this;
    if (unsettled === null) {
      await this.lateErrors.errors.settle(null, 0, () => false);
      return this.hasLateErrors || this.lateErrors.wantsTurn;
    }
    const lateError = await this.lateErrors.settle(unsettled.owner);
    this.unsettled = null;
    this.countStarts();
    this.conclude(lateError === null ? unsettled.outcome : { status: 'failed', error: lateError });
    return true;
  }

  /** Whether inputs left something behind that is to be looked at, so that the slice should go on. */
  get hasLateErrors(): boolean {
    return this.lateErrors !== null && (this.lateErrors.isWaiting || this.detour !== null || this.isAgain);
  }

  /** All inputs were run, but a failure that showed later is to be run again, or is being so. */
  private get isAgain(): boolean {
    return this.fuzzer.isExhausted && (this.fuzzer.isReplaying || this.pending !== null);
  }

  /** A failure whose present input the whole test has not been seen to fail with, when it is time to do so. */
  toConfirm(): RecordedFailure | null {
    // What seems new may be a known one that has moved.
    if (this.fuzzer.isReplaying) return null;
    for (const failure of this.fuzzer.failures.all()) {
      if (failure.isConfirmed) continue;
      if (failure.state === 'minimal' || failure.state === 'flaky') return failure;
    }
    return null;
  }

  /** As `toConfirm`, also for failures that are still being made simpler. */
  anyUnconfirmed(): RecordedFailure | null {
    for (const failure of this.fuzzer.failures.all()) if (!failure.isConfirmed) return failure;
    return null;
  }

  /** What happened since `startSlice`. `isLast`: nothing is to be told later. */
  report(isLast = false): ReturnType<SliceReports['report']> {
    const { timeoutMs, hasLateErrors } = this;
    return this.reports.report({
      runner: this.runner!,
      stringify: this.seen.stringify,
      timeoutMs,
      hasLateErrors,
      isLast,
    });
  }

  /** `first`: who is responsible for what the first input starts; null when nobody listens. */
  private pumpSync(limit: LoopLimit, first: AsyncOwner | null): void {
    const runner = this.runner!;
    let owner = first;
    for (let count = 0; !this.isOver(limit, count); count += 1) {
      const attempt = this.next();
      if (attempt === null) return;
      let outcome = this.prepare(attempt) ?? (runner.execute() as Outcome);
      if (outcome.status === 'failed' && this.frames.areMissedBy(outcome)) {
        const settling = settleFailure(outcome);
        let step = settling.next();
        while (step.done !== true) step = settling.next(this.prepareAgain(step.value) ?? (runner.execute() as Outcome));
        outcome = this.frames.settled(step.value, this.inputs);
      }
      if (owner !== null && owner.started > 0) {
        if (outcome.status === 'passed' && this.isWatched(attempt)) {
          this.observe(outcome);
          owner.isAwaited = true;
          this.unsettled = { outcome, owner };
          return;
        }
        owner = this.leave(owner);
      }
      this.finish(outcome);
    }
  }

  /** The next input has another owner: only few leave something behind, so others share one. */
  private leave(owner: AsyncOwner): AsyncOwner {
    const lateErrors = this.lateErrors!;
    lateErrors.left(owner, this.runner!.choices());
    const next = lateErrors.owner('input');
    lateErrors.errors.enter(next);
    return next;
  }

  private isWatched({ source, isDetailed }: Attempt): boolean {
    return (this.lateErrors?.isWatching === true || this.detour !== null) && isDetailed && source.type === 'replay';
  }

  private async pumpAsync(limit: LoopLimit): Promise<void> {
    const runner = this.runner!;
    for (let count = 0; !this.isOver(limit, count); count += 1) {
      const attempt = this.next();
      if (attempt === null) return;
      const owner = this.lateErrors?.errors.isArmed === true ? this.lateErrors.owner('input') : null;
      if (owner !== null) owner.isAwaited = this.isWatched(attempt);
      const run = (): Outcome | Promise<Outcome> => this.prepare(attempt) ?? runner.execute();
      let outcome = await (owner === null ? run() : this.lateErrors!.errors.run(owner, run));
      if (outcome.status === 'failed' && this.frames.areMissedBy(outcome)) {
        const settling = settleFailure(outcome);
        let step = settling.next();
        while (step.done !== true) step = settling.next(this.prepareAgain(step.value) ?? (await runner.execute()));
        outcome = this.frames.settled(step.value, this.inputs);
      }
      if (owner === null) this.lateErrors?.ran(runner.choices());
      else {
        owner.choices = runner.choices();
        if (outcome.status === 'passed' && owner.isAwaited) {
          const lateError = await this.lateErrors!.settle(owner);
          if (lateError !== null) outcome = { status: 'failed', error: lateError };
        }
      }
      this.finish(outcome);
      if (count % TURN_EVERY === TURN_EVERY - 1) await turn();
    }
  }

  private isOver(limit: LoopLimit, count: number): boolean {
    if (this.reports.tally.inputs >= limit.inputs) return true;
    if (this.lateErrors?.wantsTurn === true && !this.runner!.isAsync) return true;
    // While an asynchronous property waits, anything may happen; after a tick, the next inputs may all be slow.
    const { ticks } = this.tools.recorder;
    if (count < this.nextLook && ticks === this.lastTick && !this.runner!.isAsync) return false;
    this.lastTick = ticks;
    const now = this.tools.clock.wallSeconds();
    const seconds = now - this.lastLook;
    if (seconds < LOOK_SECONDS.least) this.betweenLooks = Math.min(this.betweenLooks * 2, MOST_BETWEEN_LOOKS);
    else if (seconds > LOOK_SECONDS.most) this.betweenLooks = Math.max(1, this.betweenLooks >> 2);
    this.lastLook = now;
    this.nextLook = count + this.betweenLooks;
    return now >= limit.until || limit.isAbandoned() || this.tools.recorder.stopRequested || this.toConfirm() !== null;
  }

  /** What the fuzzer wants next; null when it has nothing left to do. */
  private next(): Attempt | null {
    if (this.pending !== null) return this.pending;
    if (this.isAgain) this.steps = this.fuzzer.run();
    const step = this.steps.next(undefined as never);
    this.pending = step.done === true ? null : step.value;
    return this.pending;
  }

  /** Has the inputs run again that left something behind, before the fuzzer goes on. */
  private startDetour(): void {
    const { lateErrors } = this;
    if (lateErrors === null || !lateErrors.isWaiting || this.detour !== null) return;
    // From now on, errors tell where they come from, and starters what they started.
    this.frames.areNeeded = true;
    const steps = lateErrors.investigate();
    const step = steps.next(undefined as never);
    if (step.done === true) return;
    this.detour = { steps, next: this.pending };
    this.pending = step.value;
    this.countStarts();
  }

  /** A limit of ours is not a thing that the input started. */
  private startTimer(callback: () => void, ms: number): () => void {
    const start = (): (() => void) => startTimer(callback, ms);
    return this.lateErrors === null ? start() : this.lateErrors.errors.apart(start);
  }

  /** Generates the input; returns an outcome when it cannot be executed. */
  private prepare({ source, isDetailed, isCompared = false, isFailing = false }: Attempt): Outcome | null {
    this.isCompared = isCompared;
    if (isFailing !== this.isFailing) {
      this.isFailing = isFailing;
      this.tools.stackTraces.mapped = isFailing;
    }
    this.frames.setFor(this.inputs, isFailing);
    this.tools.recorder.beginGenerating();
    return this.ready(this.runner!.generate(source, isDetailed));
  }

  /** Generates the input that was just executed once more. */
  private prepareAgain(keepsFrames: boolean): Outcome | null {
    this.frames.keep(keepsFrames);
    return this.ready(this.runner!.generateAgain());
  }

  /** Leaves what was generated where a death cannot take it, and begins to observe. */
  private ready(status: 'ok' | 'overrun' | 'invalid'): Outcome | null {
    const { coverage, comparisons, recorder } = this.tools;
    // Generation runs the user's mappers, which may be instrumented: only the property's own run counts.
    coverage.reset();
    if (status === 'overrun') {
      recorder.end();
      return OVERRUN;
    }
    if (this.isCompared) {
      comparisons.clear();
      comparisons.enabled = true;
    }
    recorder.beginInput(this.runner!.tape);
    return null;
  }

  /** Observes what was executed and tells the fuzzer. */
  private finish(outcome: Outcome): void {
    this.observe(outcome);
    const { status } = outcome;
    if (status !== 'failed' && this.detour === null && this.fuzzer.repeats(this.seen)) this.frames.watch(status);
    else this.conclude(outcome);
  }

  private observe(outcome: Outcome): void {
    const { coverage, comparisons, recorder } = this.tools;
    const { status } = outcome;
    recorder.end();
    if (this.isCompared) comparisons.enabled = false;
    this.inputs += 1;
    const { seen } = this;
    const { tally } = this.reports;
    tally.inputs += 1;
    if (status === 'invalid' || status === 'overrun') tally.invalid += 1;
    const { tape } = this.runner!;
    seen.status = status;
    seen.isMisaligned = tape.misaligned > 0;
    seen.size = tape.drawn;
    seen.featureCount = status === 'overrun' ? 0 : coverage.scan();
    seen.isRejected = status !== 'passed' || this.catches.wereReached(seen.featureCount);
  }

  private conclude(outcome: Outcome): void {
    const { status } = outcome;
    const { seen, reports } = this;
    const { tally } = reports;
    seen.status = status;
    seen.failure = status === 'failed' ? this.observeFailure(outcome.error) : null;
    this.frames.watch(status);
    // What the fuzzer does now makes fast-check throw a lot, to find out what values it can generate.
    if (this.isFailing && !this.frames.areNeeded) this.frames.keep(false);
    const seenBefore = this.fuzzer.behaviors.size;
    const step = (this.detour?.steps ?? this.steps).next(seen);
    this.pending = step.done === true ? (this.detour?.next ?? null) : step.value;
    if (step.done === true) this.detour = null;
    if (this.lateErrors?.isWaiting === true) this.startDetour();
    if (this.fuzzer.behaviors.size > seenBefore) tally.lastNews = tally.moment(this.tools.clock);
    if (status === 'failed') reports.noteMoments();
    if (seen.failure?.rawKey === 'timeout') tally.timeouts += 1;
  }

  /** `isLate`: it was thrown during some other attempt. */
  private observeFailure(thrown: unknown, isLate = false): ObservedFailure {
    return observedFailure(thrown, this.tools.origins, this.isFailing && !isLate ? null : this.mappedOrigins);
  }
}

const OVERRUN: Outcome = { status: 'overrun' };
