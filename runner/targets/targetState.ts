import type { CoveragePoint, Stamp, TargetId, TargetSnapshot, TargetStatus } from '../../src/protocol/target';
import type { FailureId, FailureSnapshot } from '../../src/protocol/failure';
import { encodeChoices, fromBlob } from '../../src/choice/encoding';
import { isOpen } from '../../src/protocol/failureStates';
import type { LostTime } from '../threads/fuzzWorker';
import type { FoundTarget, HeldFailure, KnownFailure, Moment, SliceReport } from '../channel/messages';
import { EntryLog } from './entryLog';

/** A failure as the main thread keeps it: its snapshot, which is shown and saved, and the state of the work on it. */
export interface TrackedFailure {
  snapshot: FailureSnapshot;
  /** Encoded. */
  choices: Uint8Array;
  /** Its whole test failed with it, too; only then is it saved and announced. */
  confirmed: boolean;
  /** It failed in this run, or was replayed; false for a saved failure until then. */
  isReplayed: boolean;
  /** A worker has explained it in this run. */
  isExplained?: boolean;
  /** Another process replays it and makes it simpler: see `Leases`. */
  isHeld?: boolean;
}

/** At most this many places of unstable behaviors are shown. */
const UNSTABLE_PLACES = 20;

/** Sorts `a.js:9` before `a.js:10`. */
const { compare: compareNumbered } = new Intl.Collator('en', { numeric: true });

/**
 * The main thread's state of one target: totals over all workers, behaviors, corpus entries, failures.
 *
 * Invariant: `behaviors` is a union over workers by identity, never a sum.
 */
export class TargetState {
  readonly id: TargetId;
  readonly behaviors = new Set<string>();
  readonly entries = new EntryLog();
  /** By key of their origin. */
  readonly failures = new Map<string, TrackedFailure>();
  status: TargetStatus = 'waiting';
  /** Why it was blocked; null when it was not blocked. */
  detail: string | null = null;
  inputs = 0;
  invalidInputs = 0;
  cpuSeconds = 0;
  wallSeconds = 0;
  /** How often an input ended its worker. */
  deaths = 0;
  /** Wall seconds without a report, because an input ended its worker; and those of inputs that never settled. */
  lostSeconds = 0;
  /** Inputs that crash triage runs or has in its queue. The target gets no slice until this is 0. */
  checking = 0;
  /** Whether it may end a whole process, so that its slices run in a separate process. */
  isIsolated = false;
  /** As in the latest `SliceReport`. */
  hasLateErrors = false;
  /** Number of its slices that run now, in any worker. */
  running = 0;
  lastNewBehavior: Stamp | null = null;
  lastNewBehaviorAt: number | null = null;
  private corpusSize = 0;
  private reruns = 0;
  private stableReruns = 0;
  /** Places of unstable behaviors, by id. */
  private readonly unstable = new Map<string, string>();
  private points = 0;
  /** Words that led to new behaviors, the latest last. */
  words: readonly string[] = [];

  constructor(
    readonly found: FoundTarget,
    readonly path: string,
    readonly projectId: string,
  ) {
    this.id = found.id;
  }

  /** Adds the totals of a slice. Returns how many behaviors were new to this process. `now`: epoch milliseconds. */
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

  /** Its totals now. */
  stamp(): Stamp {
    return { inputs: this.inputs, cpuSeconds: this.cpuSeconds, wallSeconds: this.wallSeconds };
  }

  /** Its words for the first slice of a worker life, and none for later slices. To be called before `importsFor`. */
  wordsFor(life: string): readonly string[] {
    return this.entries.knows(life) ? [] : this.words;
  }

  /** Its failures as a slice request names them. */
  knownFailures(): KnownFailure[] {
    return [...this.failures.entries()]
      .filter(([, failure]) => failure.snapshot.kind === 'error')
      .map(([originKey, failure]) => ({
        originKey,
        choices: failure.choices,
        state: failure.snapshot.state,
        confirmed: failure.confirmed,
        // If inputs of this target have ended workers, an input that is run to explain a failure may end one, too.
        isExplained: failure.isExplained === true || this.deaths > 0,
        held: failure.isHeld === true ? heldOf(failure) : null,
      }));
  }

  failureById(id: FailureId): TrackedFailure | undefined {
    for (const failure of this.failures.values()) if (failure.snapshot.id === id) return failure;
    return undefined;
  }

  /** Adds the time of a slice that ended without a report. */
  lose(time: LostTime): void {
    this.lostSeconds += time.wallSeconds;
    this.charge(time);
  }

  /** Adds time that no other target could have used. */
  charge(time: LostTime): void {
    this.wallSeconds += time.wallSeconds;
    this.cpuSeconds += time.cpuSeconds;
  }

  /** Whether it has failures that its whole test has not confirmed yet. */
  get hasUnconfirmed(): boolean {
    return [...this.failures.values()].some((failure) => !failure.confirmed);
  }

  /** Whether one of its failures is an input that never settled. */
  get hasTimeouts(): boolean {
    return [...this.failures.values()].some(({ snapshot }) => snapshot.origin.errorClass === 'timeout');
  }

  /** Failures that are confirmed and not fixed. */
  openFailures(): TrackedFailure[] {
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

  /** The next point of its curve. */
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

/** The state of a failure that another run or process has saved. Throws when its input cannot be read. */
export function savedFailure(snapshot: FailureSnapshot): TrackedFailure {
  return { snapshot, choices: encodeChoices(fromBlob(snapshot.blob)), confirmed: true, isReplayed: false };
}

function heldOf({ snapshot, confirmed }: TrackedFailure): HeldFailure {
  const { origin, errorName, message, input, choices, state } = snapshot;
  // Other processes know confirmed failures only.
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
