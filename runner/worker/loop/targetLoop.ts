import { decodeChoices } from '../../../src/choice/encoding';
import { Random } from '../../../src/choice/random';
import type { RecordedFailure } from '../../../src/fuzz/failureList';
import { TargetFuzzer } from '../../../src/fuzz/targetFuzzer';
import type { Technique } from '../../../src/fuzz/techniques';
import type { Dictionary } from '../../../src/mutate/dictionary';
import { ArbitraryLabels } from '../../../src/property/arbitraryLabels';
import { encodeValue } from '../../../src/property/encodeValue';
import { InputRunner } from '../../../src/property/inputRunner';
import type { FoundTarget, ImportedInput } from '../../channel/messages';
import { startTimer } from '../../fastCheck/timerLimit';
import { anyUnconfirmed, failureToConfirm } from './failureToConfirm';
import { InputLoop, type LoopLimit } from './inputLoop';
import type { AsyncOwner } from './lateErrors';
import type { LateErrorTriage } from './lateErrorTriage';
import { SliceReports } from './sliceReports';
import type { ThreadTools } from './threadTools';

/** The limit of an input is at least this many milliseconds: otherwise a pause of the machine would count as a hang. */
export const MIN_INPUT_MS = 1000;

/**
 * Drives the fuzzer of one target. The fuzzer outlives the executions of the test. Each execution makes a new property
 * object, which must be bound.
 */
export class TargetLoop {
  readonly fuzzer: TargetFuzzer;
  /** Known failures whose inputs were given to the fuzzer, by origin key. */
  readonly replayed = new Set<string>();
  private readonly labels = new ArbitraryLabels();
  private readonly reports: SliceReports;
  private readonly inputLoop: InputLoop;
  private readonly tapeRandom: Random;
  /** Runs the inputs in the current execution of the test. */
  private runner: InputRunner | null = null;
  /** Limit of one run of an asynchronous property. */
  private timeoutMs = 0;
  private stringify: (value: unknown) => string = String;
  private hasExamples = false;

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
    this.inputLoop = new InputLoop(this.fuzzer, this.reports, tools, target.file);
    this.tapeRandom = new Random(seed + 1);
  }

  /** Sets the property of the current execution of the test. */
  bind(property: object, timeoutMs: number, stringify: (value: unknown) => string): void {
    this.runner = new InputRunner(property, {
      random: this.tapeRandom,
      timeout: { ms: timeoutMs, startTimer: (callback, ms) => this.startTimer(callback, ms) },
    });
    this.timeoutMs = timeoutMs;
    this.stringify = stringify;
    this.inputLoop.bind(this.runner, stringify);
    this.labels.add((property as { arb: unknown }).arb);
  }

  get inputRunner(): InputRunner | null {
    return this.runner;
  }

  /** Inputs executed in this thread's life. */
  get inputs(): number {
    return this.inputLoop.run.inputs;
  }

  useDictionary(dictionary: Dictionary): void {
    this.fuzzer.useDictionary(dictionary);
  }

  import({ choices, isFollowed }: ImportedInput): void {
    this.fuzzer.import(decodeChoices(choices), isFollowed);
  }

  /** Offers words that were useful for this target before. */
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
    return this.inputLoop.runInputs(limit);
  }

  /** A failure whose input the whole test should run now. */
  toConfirm(): RecordedFailure | null {
    return failureToConfirm(this.fuzzer);
  }

  /** Like `toConfirm`, but also for failures that are still being made simpler. */
  anyUnconfirmed(): RecordedFailure | null {
    return anyUnconfirmed(this.fuzzer);
  }

  /** The report of the slice since `startSlice`. `isLast`: whether this is the last report. */
  report(isLast = false): ReturnType<SliceReports['report']> {
    const { timeoutMs, stringify } = this;
    const { hasLateErrors } = this.inputLoop;
    return this.reports.report({ runner: this.runner!, stringify, timeoutMs, hasLateErrors, isLast });
  }

  /** The late errors of this target's inputs; null when they are not caught. */
  get lateErrors(): LateErrorTriage | null {
    return this.inputLoop.lateErrors;
  }

  /** Runs the test, with `owner` responsible for the work that it leaves behind. */
  runTest<T>(owner: AsyncOwner, action: () => T): T {
    return this.inputLoop.runTest(owner, action);
  }

  /** See `InputLoop.countStarts`. */
  countStarts(): void {
    this.inputLoop.countStarts();
  }

  /** See `InputLoop.settle`. */
  settle(): Promise<boolean> {
    return this.inputLoop.settle();
  }

  /** Starts a timer of ours, outside of the input, so that the timer does not count as work of the input. */
  private startTimer(callback: () => void, ms: number): () => void {
    const start = (): (() => void) => startTimer(callback, ms);
    return this.lateErrors === null ? start() : this.lateErrors.errors.apart(start);
  }
}
