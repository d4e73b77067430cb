import type { FailureId, FailureSnapshot } from '../../src/protocol/failure';
import type { CoveragePoint, Stamp, TargetId, TargetSnapshot, TargetStatus } from '../../src/protocol/target';
import { isOpen } from '../../src/protocol/failureStates';
import type { LostTime } from '../threads/fuzzWorker';
import type {
  FoundEntry,
  FoundTarget,
  HeldFailure,
  ImportedInput,
  KnownFailure,
  Moment,
  SliceReport,
} from '../channel/messages';

/** A failure as the main thread keeps it: what is shown, and what is needed to go on with it. */
export interface FailureState {
  snapshot: FailureSnapshot;
  choices: Uint8Array;
  /** The whole test was seen to fail with it; only then is it saved and announced. */
  confirmed: boolean;
  /** Seen to fail in this run; false for a saved one until it was replayed. */
  isReplayed: boolean;
  /** A thread has explained it in this run. */
  isExplained?: boolean;
  /** Another process sees to it: see `Leases`. */
  isHeld?: boolean;
}

/** Places of unstable behaviors that are shown. */
const UNSTABLE_PLACES = 20;

/** `a.js:9` before `a.js:10`. */
const { compare: compareNumbered } = new Intl.Collator('en', { numeric: true });

interface LoggedEntry {
  readonly entry: FoundEntry;
  /** The life of the thread that found it; null for the database. */
  readonly source: string | null;
}

/**
 * What the main thread knows of one target: totals over all threads, the union of behaviors, corpus, failures.
 *
 * Invariant: `behaviors` is a union over threads by identity, never a sum.
 */
export class TargetState {
  readonly id: TargetId;
  readonly behaviors = new Set<string>();
  readonly failures = new Map<string, FailureState>();
  status: TargetStatus = 'waiting';
  detail: string | null = null;
  inputs = 0;
  invalidInputs = 0;
  cpuSeconds = 0;
  wallSeconds = 0;
  deaths = 0;
  /** Wall seconds that its inputs took with them when they ended their thread, or were waited for in vain. */
  lostSeconds = 0;
  /** Deadly inputs that are being looked at; it rests meanwhile. */
  checking = 0;
  /** It may end a whole process: it is run in one of its own. */
  isIsolated = false;
  /** The last slice left something to be looked at: see `SliceReport`. */
  hasLateErrors = false;
  /** Slices now under way, in any thread. */
  running = 0;
  lastNewBehavior: Stamp | null = null;
  lastNewBehaviorAt: number | null = null;
  private corpusSize = 0;
  private reruns = 0;
  private stableReruns = 0;
  /** Places of unstable behaviors, by id. */
  private readonly unstable = new Map<string, string>();
  private points = 0;
  /** Words that were of use, the latest last. */
  words: readonly string[] = [];
  private readonly log: LoggedEntry[] = [];
  /** By life of a thread: how much of the log it was given, and how much there was when it began. */
  private readonly cursors = new Map<string, { at: number; readonly begin: number }>();

  constructor(
    readonly found: FoundTarget,
    readonly path: string,
    readonly projectId: string,
  ) {
    this.id = found.id;
  }

  /** Adds the totals of a slice; returns how many behaviors nobody had seen before. */
  add(report: SliceReport, now: number): number {
    const before = this.stamp();
    this.inputs += report.inputs;
    this.invalidInputs += report.invalidInputs;
    this.cpuSeconds += report.cpuSeconds;
    this.wallSeconds += report.wallSeconds;
    this.lostSeconds += report.timeoutSeconds;
    this.corpusSize = report.corpusSize;
    this.reruns += report.reruns;
    this.stableReruns += report.stableReruns;
    for (const { id, place } of report.unstable) this.unstable.set(id, place);
    const known = this.behaviors.size;
    for (const behavior of report.newBehaviors) this.behaviors.add(behavior);
    const discoveries = this.behaviors.size - known;
    if (discoveries > 0 && report.lastNewBehavior !== null) {
      this.lastNewBehavior = addMoment(before, report.lastNewBehavior);
      this.lastNewBehaviorAt = now;
    }
    this.hasLateErrors = report.hasLateErrors;
    if (report.exhausted) this.status = 'exhausted';
    return discoveries;
  }

  /** The present totals. */
  stamp(): Stamp {
    return { inputs: this.inputs, cpuSeconds: this.cpuSeconds, wallSeconds: this.wallSeconds };
  }

  /** Remembers a corpus entry for the other threads, and for this one should it die. */
  remember(entry: FoundEntry, source: string | null): void {
    this.log.push({ entry, source });
  }

  /**
   * Entries that the given life of a thread has not been given yet, at most `limit`. Of those that came since it began,
   * somebody else does what is to be done about a new entry; who found the others may be gone.
   */
  importsFor(life: string, limit: number): ImportedInput[] {
    const imports: ImportedInput[] = [];
    const cursor = this.cursors.get(life) ?? { at: 0, begin: this.log.length };
    for (; cursor.at < this.log.length && imports.length < limit; cursor.at += 1) {
      const { entry, source } = this.log[cursor.at]!;
      if (source !== life) imports.push({ choices: entry.choices, isFollowed: cursor.at >= cursor.begin });
    }
    this.cursors.set(life, cursor);
    return imports;
  }

  /** Its words, unless the given life of a thread was given imports before. */
  wordsFor(life: string): readonly string[] {
    return this.cursors.has(life) ? [] : this.words;
  }

  knownFailures(): KnownFailure[] {
    return [...this.failures.entries()]
      .filter(([, failure]) => failure.snapshot.kind === 'error')
      .map(([originKey, failure]) => ({
        originKey,
        choices: failure.choices,
        state: failure.snapshot.state,
        confirmed: failure.confirmed,
        // What is tried to explain it may be what ends threads.
        isExplained: failure.isExplained === true || this.deaths > 0,
        held: failure.isHeld === true ? heldOf(failure) : null,
      }));
  }

  failureById(id: FailureId): FailureState | undefined {
    for (const failure of this.failures.values()) if (failure.snapshot.id === id) return failure;
    return undefined;
  }

  /** Adds time that no report tells of. */
  lose(time: LostTime): void {
    this.lostSeconds += time.wallSeconds;
    this.charge(time);
  }

  /** As `lose`, for time that no other target could have had. */
  charge(time: LostTime): void {
    this.wallSeconds += time.wallSeconds;
    this.cpuSeconds += time.cpuSeconds;
  }

  /** Whether it has failures that the whole test was not seen to fail with. */
  get hasUnconfirmed(): boolean {
    return [...this.failures.values()].some((failure) => !failure.confirmed);
  }

  /** Whether an input of it was waited for in vain. */
  get hasTimeouts(): boolean {
    return [...this.failures.values()].some(({ snapshot }) => snapshot.origin.errorClass === 'timeout');
  }

  /** Failures that are confirmed and not fixed. */
  openFailures(): FailureState[] {
    return [...this.failures.values()].filter((failure) => failure.confirmed && isOpen(failure.snapshot.state));
  }

  snapshot(): TargetSnapshot {
    return {
      id: this.id,
      file: this.found.file,
      testName: this.found.testName,
      titles: this.found.titles,
      ordinal: this.found.ordinal,
      shape: this.found.shape,
      status: this.status,
      detail: this.detail,
      ...this.stamp(),
      invalidInputs: this.invalidInputs,
      behaviors: this.behaviors.size,
      corpusSize: this.corpusSize,
      stability: this.reruns === 0 ? null : this.stableReruns / this.reruns,
      unstable: {
        count: this.unstable.size,
        places: [...new Set(this.unstable.values())].sort(compareNumbered).slice(0, UNSTABLE_PLACES),
      },
      lastNewBehavior: this.lastNewBehavior,
      failures: this.openFailures().length,
    };
  }

  point(runId: string, runSeconds: number): CoveragePoint {
    const sequence = this.points;
    this.points += 1;
    return {
      targetId: this.id,
      runId,
      sequence,
      runSeconds,
      inputs: this.inputs,
      cpuSeconds: this.cpuSeconds,
      behaviors: this.behaviors.size,
    };
  }
}

function heldOf({ snapshot, confirmed }: FailureState): HeldFailure {
  const { origin, errorName, message, input, choices, state } = snapshot;
  // Only what was confirmed is known to others.
  if (!confirmed || (state !== 'minimal' && state !== 'flaky')) return { type: 'working' };
  return { type: 'done', origin, errorName, message, input, size: choices };
}

/** A moment within a slice as a stamp of the target; `before` is the stamp at the start of the slice. */
export function addMoment(before: Stamp, moment: Moment): Stamp {
  return {
    inputs: before.inputs + moment.inputs,
    cpuSeconds: before.cpuSeconds + moment.cpuSeconds,
    wallSeconds: before.wallSeconds + moment.wallSeconds,
  };
}
