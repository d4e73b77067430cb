import { decodeChoices, toBlob } from '../src/choice/encoding';
import type { FailureDesk } from './failureDesk';
import { deathSnapshot, type DeadlyInput, type DeathKind } from './failureSnapshots';
import type { Ledger } from './ledger';
import type { SliceRequest } from './messages';
import { asSerializableError } from './serializableError';
import type { TargetPool } from './targetPool';
import type { FailureState, TargetState } from './targetState';
import { LOAD_SILENCE_MS, ThreadDeath, type WorkerThread } from './workerThread';

/** A target that killed its thread this often in one run is left alone: each death costs seconds. */
const DEATHS_PER_TARGET = 3;

export interface DeathsOptions {
  readonly ledger: Ledger;
  readonly pool: TargetPool;
  readonly failures: FailureDesk;
}

/** Inputs that end their thread: each is run once more in a fresh one, and is a failure if that dies of it too. */
export class Deaths {
  /** Threads that run a deadly input once more, to make sure. */
  private readonly checking = new Set<WorkerThread>();

  constructor(private readonly options: DeathsOptions) {}

  isChecking(thread: WorkerThread): boolean {
    return this.checking.has(thread);
  }

  /** A thread died while it ran an input. `running`: the target, if it is known. */
  async take(death: ThreadDeath, thread: WorkerThread, running?: TargetState): Promise<void> {
    const { pool } = this.options;
    const target = running ?? pool.get(death.inFlight?.targetId ?? '');
    if (target === undefined) return;
    pool.lose(target, death.lost);
    if (death.kind === 'stopped') {
      this.tellOfStopped(death);
      return;
    }
    target.deaths += 1;
    target.inputs += 1;
    const input = death.inFlight?.choices;
    if (input === undefined || input.length === 0) {
      pool.block(target, `Its worker thread died (${death.message}) and left no input.`);
      return;
    }
    if (!isKnownDeath(target, death.kind, input)) await this.check(death.kind, input, thread, target);
    if (target.deaths >= DEATHS_PER_TARGET && target.status !== 'blocked') {
      pool.block(
        target,
        `${target.deaths} of its inputs stopped their worker thread; each is listed as a failure or a warning.`,
      );
    }
  }

  /** An input that was stopped within its limit has done nothing wrong; but nobody knows whether it would have ended. */
  tellOfStopped({ inFlight, lost }: ThreadDeath): void {
    if (inFlight === null || inFlight.choices.length === 0) return;
    // Its file may not be collected yet.
    const name = this.options.pool.get(inFlight.targetId)?.found.testName ?? inFlight.targetId;
    const path = toBlob(decodeChoices(inFlight.choices));
    this.options.ledger.notice(
      'warning',
      `An input of "${name}" was still running when the run was stopped, after ${lost.wallSeconds.toFixed(1)} seconds ` +
        `or less. To run it again, give the property { path: "${path}" }.`,
    );
  }

  /**
   * Runs the saved inputs that ended a thread in an earlier run: the only way to learn that they are fixed, because
   * an ordinary run cannot replay them without ending too.
   */
  async recheck(thread: WorkerThread, target: TargetState): Promise<void> {
    const { ledger } = this.options;
    for (const failure of target.failures.values()) {
      if (failure.isReplayed || failure.snapshot.kind === 'error') continue;
      failure.isReplayed = true;
      try {
        await thread.call('replay', replayRequest(target, failure.choices), LOAD_SILENCE_MS);
        failure.snapshot = { ...failure.snapshot, state: 'fixed', fixedAt: Date.now() };
        await ledger.saveFailure(failure.snapshot, 'passed');
      } catch (error) {
        if (!(error instanceof ThreadDeath)) throw error;
        if (error.kind === 'stopped') return;
        failure.snapshot = { ...failure.snapshot, lastSeenAt: Date.now() };
        await ledger.saveFailure(failure.snapshot, 'failed-again');
      }
    }
  }

  /** Runs the input that a thread died of once more, and books it as a failure if the thread dies again. */
  private async check(kind: DeathKind, input: Uint8Array, thread: WorkerThread, target: TargetState): Promise<void> {
    const { ledger, pool } = this.options;
    const firstFound = target.stamp();
    this.checking.add(thread);
    try {
      const reply = await thread.call('replay', replayRequest(target, input), LOAD_SILENCE_MS);
      pool.lose(target, thread.used);
      // It ends this time: slow, or dependent on what ran before. Not reported, but the time it cost is.
      ledger.notice(
        'warning',
        `An input of "${target.found.testName}" stopped its worker (${kind}) but not when it was run again: ${reply.input}`,
      );
    } catch (error) {
      if (!(error instanceof ThreadDeath)) {
        pool.block(target, asSerializableError(error).message);
        return;
      }
      pool.lose(target, error.lost);
      // Without the time to make sure, what was seen once is told as that.
      const isSure = error.kind !== 'stopped';
      const found = { choices: input, text: error.inFlight?.text ?? '', isSure, firstFound };
      await this.addFailure(target, error.kind === 'stopped' ? kind : error.kind, found);
    } finally {
      this.checking.delete(thread);
    }
  }

  private async addFailure(target: TargetState, kind: DeathKind, input: DeadlyInput): Promise<void> {
    const { ledger, pool, failures } = this.options;
    const old = target.failures.get(kind);
    if (old !== undefined && old.snapshot.state !== 'fixed' && old.choices.length <= input.choices.length) return;
    const id = ledger.failureId(target.id, kind);
    const snapshot = deathSnapshot(id, target.found, kind, input, old?.snapshot);
    const failure: FailureState = { snapshot, choices: input.choices, confirmed: true, isReplayed: true };
    target.failures.set(kind, failure);
    pool.touch(target);
    await failures.announce(failure, 'found');
  }
}

/** Whether the target is known to die like this of an input as simple. */
function isKnownDeath(target: TargetState, kind: string, input: Uint8Array): boolean {
  const known = target.failures.get(kind);
  if (known === undefined || !known.isReplayed || known.snapshot.state === 'fixed') return false;
  return known.choices.length <= input.length;
}

function replayRequest({ found, path, projectId }: TargetState, input: Uint8Array): SliceRequest {
  return { target: found, path, projectId, seconds: 1, imports: [input], words: [], known: [], isLast: false };
}
