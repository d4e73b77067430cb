import type { ReplayReply, SliceRequest } from '../channel/messages';
import { asSerializableError } from '../jest/serializableError';
import type { DeathKind } from '../targets/failureSnapshots';
import type { TargetPool } from '../targets/targetPool';
import type { TargetState } from '../targets/targetState';
import { LOAD_SILENCE_MS, ThreadDeath, type FuzzWorker } from '../threads/fuzzWorker';

/** How an input ended the worker that ran it. */
export interface Crash {
  readonly kind: DeathKind;
  /** The encoded choices that were drawn. They can differ from the choices that the run was given. */
  readonly choices: Uint8Array;
  /** The input as text; empty when it is not known. */
  readonly text: string;
  /** Stacks of the thread in its last moments; empty when it could not be sampled. */
  readonly stacks: readonly string[];
}

/** The outcome of one run: a crash, the reply for an input that ended, `stopped` from outside, or null for no run. */
export type CrashRun = Crash | ReplayReply | 'stopped' | null;

export function isCrash(run: CrashRun): run is Crash {
  return typeof run === 'object' && run !== null && 'kind' in run;
}

/** Runs single inputs that may end the process they run in. The worker is isolated from the other workers. */
export class CrashRuns {
  private isOver = false;

  constructor(
    private readonly worker: FuzzWorker,
    private readonly pool: TargetPool,
  ) {}

  /**
   * Runs an input. `inputSeconds`: its time limit; default: the limit of the target. Returns null when its test cannot
   * be run; then the target is blocked.
   */
  async run(target: TargetState, choices: Uint8Array, inputSeconds?: number): Promise<CrashRun> {
    const { worker, pool } = this;
    if (this.isOver) return 'stopped';
    try {
      const reply = await worker.call('replay', replayRequest(target, choices, inputSeconds), LOAD_SILENCE_MS);
      pool.charge(target, worker.used);
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

  /** Stops the current run, if there is one: `run` then returns `stopped`. */
  async stop(message: string): Promise<void> {
    if (this.worker.isBusy) await this.worker.kill('stopped', message);
  }

  /** Like `stop`, but for all later runs, too: they return `stopped` at once. */
  async stopForGood(message: string): Promise<void> {
    this.isOver = true;
    await this.stop(message);
  }

  /** Ends the worker. */
  end(): Promise<void> {
    return this.worker.end();
  }
}

function replayRequest(
  { found, path, projectId }: TargetState,
  input: Uint8Array,
  inputSeconds?: number,
): SliceRequest {
  return {
    target: found,
    path,
    projectId,
    seconds: 1,
    imports: [{ choices: input, isFollowed: false }],
    words: [],
    known: [],
    isLast: false,
    inputSeconds,
  };
}
