import { decodeChoices, encodeChoices, toBlob } from '../../src/choice/encoding';
import type { Choices } from '../../src/choice/choices';
import { deathOrigin } from '../../src/failure/deathOrigin';
import { isFlaky, type Reruns } from '../../src/protocol/failureRate';
import type { FailureSnapshot } from '../../src/protocol/events';
import { isOpen } from '../../src/protocol/failureStates';
import type { InFlightFiles } from '../threads/inFlightFiles';
import type { FailureTracker } from './failureTracker';
import { deathSnapshot, type DeathKind } from '../targets/failureSnapshots';
import type { RunStore } from '../store/runStore';
import type { ReplayReply, SliceRequest } from '../channel/messages';
import { asSerializableError } from '../jest/serializableError';
import { simplerChoices } from '../../src/shrink/simplerChoices';
import type { TargetPool } from '../targets/targetPool';
import type { FailureState, TargetState } from '../targets/targetState';
import { LOAD_SILENCE_MS, ThreadDeath, type FuzzWorker } from '../threads/fuzzWorker';

/** A target is given up when it dies this often, and so soon: nothing else would be learned of it. */
const HOPELESS = { deaths: 3, inputsPerDeath: 1000 };

/** Runs of an input that did not die a second time. */
const FLAKY_RUNS = 5;

/** What may be spent on making one deadly input simpler. */
const SHRINK = { evaluations: 60, seconds: 20, inputSeconds: 1 };

export interface CrashTriageOptions {
  readonly store: RunStore;
  readonly pool: TargetPool;
  readonly failures: FailureTracker;
  readonly inFlightFiles: InFlightFiles;
  readonly rootDir: string;
  /** A worker in a process of its own: what it is given may end it in any way. */
  readonly isolatedWorker: FuzzWorker;
  /** Called when a target that was held back may be run again. */
  readonly onFree: () => void;
}

/** How an input ended its worker when it was run to make sure. */
interface Death {
  readonly kind: DeathKind;
  /** What was drawn: not always what was asked for. */
  readonly choices: Uint8Array;
  readonly text: string;
  readonly stacks: readonly string[];
}

/**
 * Inputs that end their thread. Each is run once more in a process of its own, one after the other, while the workers go
 * on with other targets; if it ends that too, it is a failure, and is made simpler within a small budget.
 */
export class CrashTriage {
  private queue: Promise<void> = Promise.resolve();
  private waiting = 0;
  /** Only what must be known is still looked at. */
  private isEnding = false;
  /** When the run ends, at the latest. */
  private endsAt = Infinity;
  private isOver = false;
  private isSimplifying = false;

  constructor(private readonly options: CrashTriageOptions) {}

  /** Resolves when nothing waits to be looked at. */
  async idle(): Promise<void> {
    while (this.waiting > 0) await this.queue;
  }

  get isIdle(): boolean {
    return this.waiting === 0;
  }

  /** No more simplifying: what is known must do. `endsAt`: when the run ends, whatever happens. */
  hurry(endsAt: number): void {
    this.isEnding = true;
    this.endsAt = endsAt;
    if (this.isSimplifying) void this.options.isolatedWorker.kill('stopped', 'The run is about to end.');
  }

  /** Nothing more is run; what waits is booked as it was seen. */
  async end(): Promise<void> {
    this.isEnding = true;
    this.isOver = true;
    if (this.options.isolatedWorker.isBusy) await this.options.isolatedWorker.kill('stopped', 'The run was stopped.');
    await this.idle();
    await this.options.isolatedWorker.end();
  }

  /** A worker died while it ran an input. `running`: the target, if it is known. */
  take(death: ThreadDeath, running?: TargetState): void {
    const { pool } = this.options;
    const target = running ?? pool.get(death.inFlight?.targetId ?? '');
    if (target === undefined) return;
    pool.lose(target, death.lost);
    if (death.kind === 'stopped') {
      this.reportStopped(death);
      return;
    }
    target.deaths += 1;
    // Its report died with it.
    target.inputs += Math.max(1, death.inFlight?.inputs ?? 1);
    const input = death.inFlight?.choices;
    if (input === undefined || input.length === 0) {
      pool.block(target, `Its worker died (${death.message}) and left no input.`);
      return;
    }
    // Each death costs seconds.
    if (target.deaths >= HOPELESS.deaths && target.inputs < target.deaths * HOPELESS.inputsPerDeath) {
      pool.block(
        target,
        `${target.deaths} of its inputs ended their worker; each is listed as a failure or a warning.`,
      );
    }
    const { kind, stacks } = death;
    this.suspect(target, { kind, choices: input, text: death.inFlight!.text, stacks });
  }

  /** An input that may have ended a worker: run to make sure. `kind`: how, where it is known. */
  suspect(target: TargetState, seen: Death): void {
    const firstFound = target.stamp();
    const { kind } = seen;
    if (isKnownDeath(target, this.originKey(kind, seen.stacks), seen.choices)) return;
    void this.enqueue(target, async () => {
      const again = this.hasTimeFor(target, kind) ? await this.run(target, seen.choices) : 'stopped';
      if (again === null) {
        target.isIsolated = false;
      } else if (again === 'stopped') {
        // Without the time to make sure, what was seen once is told as that.
        await this.record(target, seen, false, firstFound);
      } else if ('status' in again) {
        await this.runMore(target, seen, again, firstFound);
      } else {
        const stacks = again.stacks.length > 0 ? again.stacks : seen.stacks;
        const failure = await this.record(target, { ...again, stacks }, true, firstFound);
        if (failure !== null) await this.simplify(target, failure, again);
      }
    });
  }

  /** Whether an input can be run to make sure before the run ends. */
  private hasTimeFor(target: TargetState, kind: DeathKind): boolean {
    const neededMs = kind === 'hang' ? target.found.inputTimeoutMs : 0;
    return !this.isOver && performance.now() + neededMs < this.endsAt;
  }

  /** An input that did not die again is run a few times more: it may be flaky. */
  private async runMore(
    target: TargetState,
    seen: Death,
    reply: ReplayReply,
    firstFound: ReturnType<TargetState['stamp']>,
  ): Promise<void> {
    let runs = 1;
    let fails = 0;
    let death: Death | null = null;
    for (; runs < FLAKY_RUNS && !this.isEnding; runs += 1) {
      const again = await this.run(target, seen.choices);
      if (again === null || again === 'stopped') break;
      if ('status' in again) continue;
      fails += 1;
      death ??= again;
    }
    if (death !== null) {
      await this.record(target, death, true, firstFound, { runs, fails });
      return;
    }
    // Slow, or dependent on what ran before. Not reported, but the time it cost is.
    const { testName } = target.found;
    this.options.store.notice(
      'warning',
      `An input of "${testName}" stopped its worker (${seen.kind}) but not when it was run again: ${reply.input}`,
    );
  }

  /** Runs an input that was still running when an earlier run was stopped: it may just be slow. */
  resume(target: TargetState, choices: Uint8Array): void {
    const firstFound = target.stamp();
    void this.enqueue(target, async () => {
      const again = this.isOver ? 'stopped' : await this.run(target, choices);
      if (again === 'stopped') {
        this.options.inFlightFiles.keep(target.path, target.id, choices);
        const message = `An input of "${target.found.testName}" in which an earlier run was stopped did not end in this run either.`;
        this.options.store.notice('warning', message);
      }
      if (again === null || typeof again === 'string' || 'status' in again) return;
      const sure = this.isOver ? 'stopped' : await this.run(target, choices);
      if (sure === null) return;
      if (typeof sure === 'string') await this.record(target, again, false, firstFound);
      else if ('status' in sure) await this.runMore(target, again, sure, firstFound);
      else {
        const failure = await this.record(target, sure, true, firstFound);
        if (failure !== null) await this.simplify(target, failure, sure);
      }
    });
  }

  /** An input that was stopped within its limit has done nothing wrong; the next run looks whether it ends. */
  reportStopped({ inFlight, lost }: ThreadDeath): void {
    if (inFlight === null || inFlight.choices.length === 0) return;
    // Its file may not be collected yet.
    const target = this.options.pool.get(inFlight.targetId);
    if (target !== undefined) this.options.inFlightFiles.keep(target.path, target.id, inFlight.choices);
    const name = target?.found.testName ?? inFlight.targetId;
    const path = toBlob(decodeChoices(inFlight.choices));
    this.options.store.notice(
      'warning',
      `An input of "${name}" was still running when the run was stopped, after ${lost.wallSeconds.toFixed(1)} seconds ` +
        `or less. The next run will begin with it; to run it now, give the property { path: "${path}" }.`,
    );
  }

  /**
   * Runs the saved inputs that ended a worker in an earlier run: the only way to learn that they are fixed, because
   * an ordinary run cannot replay them without ending too.
   */
  recheck(target: TargetState): void {
    for (const failure of target.failures.values()) {
      if (failure.isReplayed || failure.snapshot.kind === 'error') continue;
      void this.enqueue(target, async () => {
        if (this.isOver) return;
        const again = await this.run(target, failure.choices);
        if (again === null || again === 'stopped') return;
        failure.isReplayed = true;
        const now = Date.now();
        // A flaky one is not fixed because it passes.
        if ('status' in again && failure.snapshot.state === 'flaky') return;
        if ('status' in again) {
          if (failure.snapshot.kind !== 'hang') target.isIsolated = false;
          failure.snapshot = { ...failure.snapshot, state: 'fixed', fixedAt: now };
          await this.options.store.saveFailure(failure.snapshot, 'passed');
          return;
        }
        // The code moved, or the place was not known: the same failure by another name.
        const origin = deathOrigin(again.kind, again.stacks, this.options.rootDir);
        if (!target.failures.has(origin.key)) {
          target.failures.delete(failure.snapshot.origin.key);
          target.failures.set(origin.key, failure);
          failure.snapshot = { ...failure.snapshot, origin };
        }
        failure.snapshot = { ...failure.snapshot, lastSeenAt: now };
        await this.options.store.saveFailure(failure.snapshot, 'failed-again');
      });
    }
  }

  /** Has the target rest until `task` is done: it would only come to the same input again. */
  private enqueue(target: TargetState, task: () => Promise<void>): Promise<void> {
    const { pool } = this.options;
    this.waiting += 1;
    target.checking += 1;
    this.queue = this.queue.then(async () => {
      try {
        await task();
      } catch (error) {
        pool.block(target, asSerializableError(error).message);
      }
      this.waiting -= 1;
      target.checking -= 1;
      pool.touch(target);
      this.options.onFree();
    });
    return this.queue;
  }

  /** Runs an input in the isolatedWorker: how it died or what came of it; null when its test cannot be run. */
  private async run(
    target: TargetState,
    choices: Uint8Array,
    inputSeconds?: number,
  ): Promise<Death | ReplayReply | 'stopped' | null> {
    const { isolatedWorker, pool } = this.options;
    try {
      const reply = await isolatedWorker.call('replay', replayRequest(target, choices, inputSeconds), LOAD_SILENCE_MS);
      pool.charge(target, isolatedWorker.used);
      return reply;
    } catch (error) {
      if (!(error instanceof ThreadDeath)) {
        pool.block(target, asSerializableError(error).message);
        return null;
      }
      pool.charge(target, error.lost);
      const { kind, inFlight, stacks } = error;
      if (kind === 'stopped') return 'stopped';
      const drawn = inFlight !== null && inFlight.choices.length > 0 ? inFlight.choices : choices;
      return { kind, choices: drawn, text: inFlight?.text ?? '', stacks };
    }
  }

  /** Whether an input died of the failure. Where nobody saw the place, its kind must do. */
  private isSame({ kind, stacks }: Death, { snapshot }: FailureState): boolean {
    if (snapshot.origin.place === null) return kind === snapshot.kind;
    return this.originKey(kind, stacks) === snapshot.origin.key;
  }

  private originKey(kind: string, stacks: readonly string[]): string {
    return deathOrigin(kind, stacks, this.options.rootDir).key;
  }

  /** Saves and announces a deadly input; null when a simpler one with this origin is known. */
  private async record(
    target: TargetState,
    death: Death,
    isSure: boolean,
    firstFound: ReturnType<TargetState['stamp']>,
    reruns: Reruns = isSure ? { runs: 1, fails: 1 } : { runs: 0, fails: 0 },
  ): Promise<FailureState | null> {
    const { store, pool, failures, rootDir } = this.options;
    const origin = deathOrigin(death.kind, death.stacks, rootDir);
    // Where nobody could look, it is taken to be one that is known; and one without a place to be this one.
    const ofKind = [...target.failures.values()].find(
      ({ snapshot }) =>
        snapshot.kind === death.kind &&
        isOpen(snapshot.state) &&
        (origin.place === null || snapshot.origin.place === null),
    );
    if (origin.place === null && ofKind !== undefined && ofKind.snapshot.origin.place !== null) return null;
    const old = target.failures.get(origin.key) ?? ofKind;
    if (isKnownDeath(target, origin.key, death.choices)) return null;
    if (ofKind !== undefined && old === ofKind) target.failures.delete(ofKind.snapshot.origin.key);
    const { choices, text } = death;
    const id = old?.snapshot.id ?? store.failureId(target.id, origin.key);
    const input = { choices, text, isSure, firstFound, reruns };
    const made = deathSnapshot(id, target.found, death.kind, origin, input, old?.snapshot);
    const snapshot: FailureSnapshot = isFlaky(reruns) ? { ...made, state: 'flaky' } : made;
    const failure: FailureState = { snapshot, choices, confirmed: true, isReplayed: true };
    if (death.kind === 'crash') target.isIsolated = true;
    target.failures.set(origin.key, failure);
    pool.touch(target);
    await failures.announce(failure, isFlaky(reruns) ? 'flaky' : 'found');
    return failure;
  }

  /** Looks for a simpler input that dies of the same, for a little while. */
  private async simplify(target: TargetState, failure: FailureState, death: Death): Promise<void> {
    const { failures } = this.options;
    const endsAt = performance.now() + SHRINK.seconds * 1000;
    const search = simplerChoices(decodeChoices(death.choices));
    let best: Death = death;
    let shrinks = 0;
    let step = search.next(null);
    const seen = new Set<string>();
    for (let count = 0; step.done !== true && count < SHRINK.evaluations; count += 1) {
      if (this.isEnding || performance.now() > endsAt) break;
      const choices = encodeChoices(step.value);
      const name = toBlob(step.value);
      let found: Choices | null = null;
      if (!seen.has(name)) {
        seen.add(name);
        this.isSimplifying = true;
        const again = await this.run(target, choices, death.kind === 'hang' ? SHRINK.inputSeconds : undefined);
        this.isSimplifying = false;
        if (again === null || again === 'stopped') break;
        if ('kind' in again && this.isSame(again, failure)) {
          found = decodeChoices(again.choices);
          best = again;
          shrinks += 1;
        }
      }
      step = search.next(found);
    }
    if (best !== death && death.kind === 'hang' && target.found.inputTimeoutMs > SHRINK.inputSeconds * 1000) {
      // It took long; whether it takes as long as an input may, nobody knows yet.
      const sure = this.isOver ? 'stopped' : await this.run(target, best.choices);
      if (sure === null || typeof sure === 'string' || 'status' in sure) return;
    }
    const isDone = step.done === true;
    if (best === death && !isDone) return;
    const old = failure.snapshot;
    const { firstFound, reruns } = old;
    const input = { choices: best.choices, text: best.text, isSure: true, firstFound, reruns };
    failure.choices = best.choices;
    failure.snapshot = {
      ...deathSnapshot(old.id, target.found, death.kind, old.origin, input, old),
      shrinks: old.shrinks + shrinks,
      state: isDone ? 'minimal' : 'found',
      minimalAt: isDone ? target.stamp() : null,
    };
    await failures.announce(failure, 'improved');
  }
}

/** Whether the target is known to die like this of an input as simple. */
function isKnownDeath(target: TargetState, key: string, input: Uint8Array): boolean {
  const known = target.failures.get(key);
  if (known === undefined || !known.isReplayed || !isOpen(known.snapshot.state)) return false;
  return known.choices.length <= input.length;
}

function replayRequest(
  { found, path, projectId }: TargetState,
  input: Uint8Array,
  inputSeconds?: number,
): SliceRequest {
  const request = {
    target: found,
    path,
    projectId,
    seconds: 1,
    imports: [{ choices: input, isFollowed: false }],
    words: [],
    known: [],
    isLast: false,
  };
  return { ...request, inputSeconds };
}
