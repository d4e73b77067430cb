import { createHash } from 'node:crypto';
import { decodeChoices, encodeChoices } from '../src/choice/encoding';
import { Random } from '../src/choice/random';
import type { Choices } from '../src/choice/choices';
import type { CoverageMap } from '../src/coverage/coverageMap';
import type { ComparisonLog } from '../src/coverage/comparisonLog';
import { originOf, type OriginOptions } from '../src/failure/origin';
import type { Attempt, Observation, ObservedFailure } from '../src/fuzz/attempt';
import type { BookedFailure } from '../src/fuzz/failureBook';
import { TargetFuzzer } from '../src/fuzz/targetFuzzer';
import type { Dictionary } from '../src/mutate/dictionary';
import { encodeValue } from '../src/property/encodeValue';
import { InputRunner, type Outcome } from '../src/property/inputRunner';
import type { Origin } from '../src/protocol/events';
import { ArbitraryLabels } from '../src/property/arbitraryLabels';
import type { FlightRecorder } from './flightRecorder';
import type { FoundEntry, FoundFailure, FoundTarget, Moment, SliceReport } from './messages';
import { isPromise } from './runDetails';
import type { StackTraces } from './stackTraces';
import type { ThreadClock } from './threadClock';

/** What all targets of a thread share. */
export interface ThreadTools {
  readonly recorder: FlightRecorder;
  readonly coverage: CoverageMap;
  readonly comparisons: ComparisonLog;
  readonly stackTraces: StackTraces;
  readonly clock: ThreadClock;
  readonly origins: OriginOptions;
}

/** When a loop comes to rest. */
export interface LoopLimit {
  /** Wall seconds of the thread's clock. */
  readonly until: number;
  /** Most inputs; Infinity for none. */
  readonly inputs: number;
  /** Whether the test that reached the property is over, so that nobody waits any more. */
  readonly isAbandoned: () => boolean;
}

/** Inputs of an asynchronous property between two turns of the event loop. */
const TURN_EVERY = 256;

/** Shorter limits of a test would take a pause of the machine for a hang. */
export const MIN_INPUT_MS = 1000;

/** Inputs between two looks at the clock. */
const CLOCK_EVERY = 16;

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
  private readonly steps: Generator<Attempt, void, Observation>;
  private pending: Attempt | null = null;
  private hasExamples = false;
  private runner: InputRunner | null = null;
  private stringify: (value: unknown) => string = String;
  private tally = new Tally();
  private readonly tapeRandom: Random;

  constructor(
    readonly target: FoundTarget,
    private readonly tools: ThreadTools,
    seed: number,
  ) {
    this.fuzzer = new TargetFuzzer({
      random: new Random(seed),
      labelOf: (arbitrary) => this.labels.labelOf(arbitrary),
    });
    this.tapeRandom = new Random(seed + 1);
    this.steps = this.fuzzer.run();
  }

  /** Takes the property of the present execution of the test. */
  bind(property: object, timeoutMs: number, stringify: (value: unknown) => string): void {
    this.runner = new InputRunner(property, {
      random: this.tapeRandom,
      timeout: { ms: timeoutMs, startTimer },
    });
    this.stringify = stringify;
    this.labels.add((property as { arb: unknown }).arb);
  }

  useDictionary(dictionary: Dictionary): void {
    this.fuzzer.useDictionary(dictionary);
  }

  import(encoded: Uint8Array): void {
    this.fuzzer.import(decodeChoices(encoded));
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
    this.tally = new Tally();
    this.tally.start(this.tools.clock);
  }

  /** Runs inputs until the limit, or until a failure should be shown to the whole test. */
  pump(limit: LoopLimit): void | Promise<void> {
    this.tools.recorder.enter(this.target.id, Math.max(MIN_INPUT_MS, this.target.inputTimeoutMs));
    return this.runner!.isAsync ? this.pumpAsync(limit) : this.pumpSync(limit);
  }

  /** A failure whose present input the whole test has not been seen to fail with, when it is time to do so. */
  toConfirm(): BookedFailure | null {
    for (const failure of this.fuzzer.failures.all()) {
      if (failure.isConfirmed) continue;
      if (failure.state === 'minimal' || failure.state === 'flaky') return failure;
    }
    return null;
  }

  /** As `toConfirm`, also for failures that are still being made simpler. */
  anyUnconfirmed(): BookedFailure | null {
    for (const failure of this.fuzzer.failures.all()) if (!failure.isConfirmed) return failure;
    return null;
  }

  /** What happened since `startSlice`. */
  report(): Omit<SliceReport, 'confirmations' | 'replays' | 'problem'> {
    const { fuzzer, tally, tools } = this;
    const news = fuzzer.takeNews();
    const idOf = (behavior: number): string => tools.coverage.idOf(behavior);
    const entryOf = (choices: Choices, owned: Iterable<number>): FoundEntry => {
      const bytes = encodeChoices(choices);
      return {
        key: keyOf(bytes),
        choices: bytes,
        behaviors: [...new Set([...owned].map((feature) => idOf(feature >>> 3)))],
      };
    };
    const failures: FoundFailure[] = [];
    for (const failure of fuzzer.failures.all()) {
      if (!failure.isNews) continue;
      failure.isNews = false;
      const key = failure.origin.key;
      failures.push({
        origin: failure.origin,
        errorName: failure.errorName,
        message: failure.message,
        input: failure.input,
        choices: encodeChoices(failure.choices),
        choiceCount: failure.size,
        state: failure.state,
        shrinks: failure.shrinks,
        found: tally.firstSeen.get(key) ?? null,
        minimal: failure.state === 'minimal' ? (tally.minimalSeen.get(key) ?? tally.moment(tools.clock)) : null,
      });
    }
    const end = tally.moment(tools.clock);
    return {
      targetId: this.target.id,
      inputs: end.inputs,
      invalidInputs: tally.invalid,
      cpuSeconds: end.cpuSeconds,
      wallSeconds: end.wallSeconds,
      newBehaviors: news.behaviors.map(idOf),
      lastNewBehavior: news.behaviors.length > 0 ? (tally.lastNews ?? end) : null,
      corpus: news.corpus.added
        .filter((entry) => entry.owned.size > 0)
        .map((entry) => entryOf(entry.choices, entry.owned)),
      dropped: news.corpus.dropped.map((entry) => keyOf(encodeChoices(entry.choices))),
      corpusSize: fuzzer.corpus.entries.length,
      reruns: take(fuzzer, 'reruns'),
      stableReruns: take(fuzzer, 'stableReruns'),
      failures,
      exhausted: fuzzer.isExhausted,
      heapUsedBytes: process.memoryUsage().heapUsed,
    };
  }

  private pumpSync(limit: LoopLimit): void {
    for (let count = 0; !this.isOver(limit, count); count += 1) {
      const attempt = this.next();
      if (attempt === null) return;
      const outcome = this.prepare(attempt) ?? (this.runner!.execute() as Outcome);
      this.finish(outcome);
    }
  }

  private async pumpAsync(limit: LoopLimit): Promise<void> {
    for (let count = 0; !this.isOver(limit, count); count += 1) {
      const attempt = this.next();
      if (attempt === null) return;
      const prepared = this.prepare(attempt);
      const running = prepared ?? this.runner!.execute();
      this.finish(isPromise(running) ? await running : running);
      if (count % TURN_EVERY === TURN_EVERY - 1) await new Promise((resolve) => setImmediate(resolve));
    }
  }

  private isOver(limit: LoopLimit, count: number): boolean {
    if (this.tally.inputs >= limit.inputs) return true;
    if (count % CLOCK_EVERY !== 0 && this.runner?.isAsync === false) return false;
    return (
      limit.isAbandoned() ||
      this.tools.recorder.stopRequested ||
      this.tools.clock.wallSeconds() >= limit.until ||
      this.toConfirm() !== null
    );
  }

  /** What the fuzzer wants next; null when it has nothing left to do. */
  private next(): Attempt | null {
    if (this.pending !== null) return this.pending;
    const step = this.steps.next(undefined as never);
    this.pending = step.done === true ? null : step.value;
    return this.pending;
  }

  /** Generates the input; returns an outcome when it cannot be executed. */
  private prepare(attempt: Attempt): Outcome | null {
    const { coverage, comparisons, stackTraces, recorder } = this.tools;
    const runner = this.runner!;
    stackTraces.mapped = attempt.isDetailed;
    const status = runner.generate(attempt.source, attempt.isDetailed);
    // Generation runs the user's mappers, which may be instrumented: only the property's own run counts.
    coverage.reset();
    if (status === 'overrun') return OVERRUN;
    comparisons.clear();
    comparisons.enabled = attempt.isDetailed;
    recorder.begin(encodeChoices(runner.choices()));
    return null;
  }

  /** Observes what was executed and tells the fuzzer. */
  private finish(outcome: Outcome): void {
    const { coverage, comparisons, recorder, clock } = this.tools;
    recorder.end();
    comparisons.enabled = false;
    const runner = this.runner!;
    const featureCount = outcome.status === 'overrun' ? 0 : coverage.scan();
    this.inputs += 1;
    this.tally.inputs += 1;
    if (outcome.status === 'invalid' || outcome.status === 'overrun') this.tally.invalid += 1;
    const failure = outcome.status === 'failed' ? this.observeFailure(outcome.error) : null;
    const seenBefore = this.fuzzer.behaviors.size;
    const step = this.steps.next({
      status: outcome.status,
      isMisaligned: runner.tape.misaligned > 0,
      size: runner.tape.drawn,
      features: coverage.hits,
      featureCount,
      failure,
      choices: () => runner.choices(),
      recording: () => runner.recording(),
      comparisons: () => comparisons.take(),
      text: () => runner.argumentsText(this.stringify),
    });
    this.pending = step.done === true ? null : step.value;
    if (this.fuzzer.behaviors.size > seenBefore) this.tally.lastNews = this.tally.moment(clock);
    if (failure !== null) this.noteMoments();
  }

  private noteMoments(): void {
    const { tally, tools } = this;
    for (const failure of this.fuzzer.failures.all()) {
      const { key } = failure.origin;
      if (failure.isNews && !this.everSeen.has(key)) {
        this.everSeen.add(key);
        tally.firstSeen.set(key, tally.moment(tools.clock));
      }
      if (failure.state === 'minimal' && failure.isNews && !tally.minimalSeen.has(key)) {
        tally.minimalSeen.set(key, tally.moment(tools.clock));
      }
    }
  }

  private readonly everSeen = new Set<string>();

  private observeFailure(error: unknown): ObservedFailure {
    const { origins } = this.tools;
    let origin: Origin | null = null;
    const get = (): Origin => (origin ??= originOf(error, origins));
    return {
      get rawKey() {
        return get().key;
      },
      errorName: nameOf(error, get().errorClass),
      get message() {
        return messageOf(error);
      },
      origin: get,
    };
  }
}

/** Counts of one slice. */
class Tally {
  inputs = 0;
  invalid = 0;
  lastNews: Moment | null = null;
  readonly firstSeen = new Map<string, Moment>();
  readonly minimalSeen = new Map<string, Moment>();
  private startCpu = 0;
  private startWall = 0;

  start(clock: ThreadClock): void {
    this.startCpu = clock.cpuSeconds();
    this.startWall = clock.wallSeconds();
  }

  moment(clock: ThreadClock): Moment {
    return {
      inputs: this.inputs,
      cpuSeconds: clock.cpuSeconds() - this.startCpu,
      wallSeconds: clock.wallSeconds() - this.startWall,
    };
  }
}

const OVERRUN: Outcome = { status: 'overrun' };

function startTimer(callback: () => void, ms: number): () => void {
  const timer = setTimeout(callback, ms);
  return () => clearTimeout(timer);
}

/** The name an error gives itself (`Error` for a failed `expect`, whose class is its own); or else its class. */
function nameOf(error: unknown, errorClass: string): string {
  try {
    const name: unknown = (error as { name?: unknown } | null | undefined)?.name;
    return typeof name === 'string' && name !== '' ? name : errorClass;
  } catch {
    return errorClass;
  }
}

/** Message of anything thrown; getters of user errors may throw. */
function messageOf(error: unknown): string {
  try {
    const message: unknown = (error as { message?: unknown } | null | undefined)?.message;
    return typeof message === 'string' ? message : String(error);
  } catch {
    return '(an error without a readable message)';
  }
}

function take(fuzzer: TargetFuzzer, field: 'reruns' | 'stableReruns'): number {
  const value = fuzzer[field];
  fuzzer[field] = 0;
  return value;
}

function keyOf(bytes: Uint8Array): string {
  return createHash('sha1').update(bytes).digest('hex').slice(0, 16);
}
