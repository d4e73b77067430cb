import { createHash } from 'node:crypto';
import { encodeChoices } from '../../../src/choice/encoding';
import { withoutTexts, type Choices } from '../../../src/choice/choices';
import { nearestPlaces } from '../../../src/explain/nearestPlaces';
import type { RecordedFailure } from '../../../src/fuzz/failureList';
import type { TargetFuzzer } from '../../../src/fuzz/targetFuzzer';
import type { InputRunner } from '../../../src/property/inputRunner';
import type { Explanation } from '../../../src/protocol/explanation';
import { isFlaky } from '../../../src/protocol/failureRate';
import { behaviorPlace } from './behaviorPlace';
import { describeExplanation } from '../../../src/explain/describe';
import { inputSource } from '../../../src/patch/inputSource';
import type { FoundEntry, FoundFailure, SliceReport, UnstableBehavior } from '../../channel/messages';
import { Tally } from './tally';
import type { ThreadTools } from './threadTools';

/** The parts of the current execution of the test that a report needs. */
export interface ReportContext {
  /** Generates inputs again. */
  readonly runner: InputRunner;
  /** The `stringify` of the user's copy of fast-check. */
  readonly stringify: (value: unknown) => string;
  /** Limit of one run of an asynchronous property. */
  readonly timeoutMs: number;
  /** Whether there are late errors whose inputs must still be found. */
  readonly hasLateErrors: boolean;
  /** Whether this is the last report. */
  readonly isLast: boolean;
}

/** While its place is not known, a failure is left out of at most this many reports; each is of a second at most. */
const MOST_HELD_BACK = 5;

/** Reports what a fuzzer found, slice by slice: each thing once. */
export class SliceReports {
  /** The counts of the present slice. */
  tally = new Tally();
  /** How many of the fuzzer's unstable behaviors were reported. */
  private reportedUnstable = 0;
  /** The useful words of the last report. */
  private reportedWords: readonly string[] = [];
  /** Origins of failures whose first moment was noted. */
  private readonly everSeen = new Set<string>();
  /** By origin of a failure whose place is not known: how many reports have left it out. */
  private readonly heldBack = new Map<string, number>();

  constructor(
    private readonly targetId: string,
    private readonly fuzzer: TargetFuzzer,
    private readonly tools: ThreadTools,
  ) {}

  /** Begins to count for a new report. */
  startSlice(): void {
    this.tally = new Tally();
    this.tally.start(this.tools.clock);
  }

  /** Notes that the main thread knows the words that the fuzzer has now. */
  knowWords(): void {
    this.reportedWords = [...this.fuzzer.provenWords];
  }

  /** Remembers when new failures were found, and when they became minimal: to be called after each failing input. */
  noteMoments(): void {
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

  /** The report of the slice since `startSlice`. */
  report(context: ReportContext): Omit<SliceReport, 'confirmations' | 'replays' | 'problem'> {
    const { fuzzer, tally, tools } = this;
    const { hasLateErrors, isLast } = context;
    const news = fuzzer.takeNews();
    const idOf = (behavior: number): string => tools.coverage.idOf(behavior);
    const failures: FoundFailure[] = [];
    for (const failure of fuzzer.failures.all()) {
      if (!failure.isNews || (!isLast && this.isHeldBack(failure))) continue;
      failure.isNews = false;
      failures.push(this.foundFailure(failure, context));
    }
    const end = tally.moment(tools.clock);
    return {
      targetId: this.targetId,
      inputs: end.inputs,
      invalidInputs: tally.invalid,
      cpuSeconds: end.cpuSeconds,
      wallSeconds: end.wallSeconds,
      timeoutSeconds: tally.timeouts * (context.timeoutMs / 1000),
      newBehaviors: news.behaviors.map(idOf),
      lastNewBehavior: news.behaviors.length > 0 ? (tally.lastNews ?? end) : null,
      corpus: news.corpus.added
        .filter((entry) => entry.owned.size > 0)
        .map((entry) => foundEntry(entry.choices, entry.owned, idOf)),
      dropped: news.corpus.dropped.map((entry) => keyOf(entryBytes(entry.choices))),
      corpusSize: fuzzer.corpus.length,
      words: this.takeWords(),
      reruns: take(fuzzer, 'reruns'),
      stableReruns: take(fuzzer, 'stableReruns'),
      unstable: this.takeUnstable(),
      failures,
      exhausted: fuzzer.isExhausted && !hasLateErrors,
      hasLateErrors,
      heapUsedBytes: process.memoryUsage().heapUsed,
    };
  }

  /**
   * Whether a failure is left out of this report because its place is not known yet. In most cases its input fails
   * again soon, and then the failure turns out to be one at a known place.
   */
  private isHeldBack({ waitsForPlace, origin }: RecordedFailure): boolean {
    const count = this.heldBack.get(origin.key) ?? 0;
    if (!waitsForPlace || count >= MOST_HELD_BACK) return false;
    this.heldBack.set(origin.key, count + 1);
    return true;
  }

  private foundFailure(failure: RecordedFailure, context: ReportContext): FoundFailure {
    const { tally, tools } = this;
    const { key } = failure.origin;
    return {
      origin: failure.origin,
      errorName: failure.errorName,
      message: failure.message,
      input: failure.input,
      ...inputSource(context.runner, failure.choices),
      choices: encodeChoices(failure.choices),
      choiceCount: failure.size,
      // A flaky failure that waits for its place to be known is still in the state `found`.
      state: failure.state === 'found' && isFlaky(failure.reruns) ? 'flaky' : failure.state,
      reruns: failure.reruns,
      explanation: this.describeExplanation(failure, context),
      isToExplain: failure.isToExplain,
      shrinks: failure.shrinks,
      found: tally.firstSeen.get(key) ?? null,
      minimal: failure.state === 'minimal' ? (tally.minimalSeen.get(key) ?? tally.moment(tools.clock)) : null,
    };
  }

  private describeExplanation(
    { explained, choices, origin }: RecordedFailure,
    { runner, stringify }: ReportContext,
  ): Explanation | undefined {
    if (explained === null) return undefined;
    const { coverage, lineOf = (_file, line) => line } = this.tools;
    const placesOf = (edges: readonly number[]): readonly string[] =>
      nearestPlaces(
        edges.map((index) => {
          const { kind, file, line, column } = coverage.edgeOf(index);
          return { index, kind, file, line: lineOf(file, line, column) };
        }),
        origin.place,
      );
    return describeExplanation(explained, choices, { runner, stringify, placesOf });
  }

  private takeWords(): readonly string[] | null {
    const { provenWords } = this.fuzzer;
    const { reportedWords } = this;
    if (provenWords.length === reportedWords.length && provenWords.every((word, at) => word === reportedWords[at]))
      return null;
    this.reportedWords = [...provenWords];
    return this.reportedWords;
  }

  private takeUnstable(): UnstableBehavior[] {
    const { coverage, lineOf = (_file, line) => line } = this.tools;
    const found = [...this.fuzzer.unstable].slice(this.reportedUnstable);
    this.reportedUnstable += found.length;
    return found.map((behavior) => {
      const edge = coverage.edgeOf(behavior);
      return { id: edge.id, place: behaviorPlace(edge, lineOf) };
    });
  }
}

function foundEntry(choices: Choices, owned: Iterable<number>, idOf: (behavior: number) => string): FoundEntry {
  const bytes = entryBytes(choices);
  return {
    key: keyOf(bytes),
    choices: bytes,
    behaviors: [...new Set([...owned].map((feature) => idOf(feature >>> 3)))],
  };
}

function take(fuzzer: TargetFuzzer, field: 'reruns' | 'stableReruns'): number {
  const value = fuzzer[field];
  fuzzer[field] = 0;
  return value;
}

/** The choices that replay an entry identify it. Their texts are left out: they are found again when the entry runs. */
function entryBytes(choices: Choices): Uint8Array {
  return encodeChoices(withoutTexts(choices));
}

function keyOf(bytes: Uint8Array): string {
  return createHash('sha1').update(bytes).digest('hex').slice(0, 16);
}
