import type { WorkerSnapshot } from '../../src/protocol/run';
import type { TargetId } from '../../src/protocol/target';
import type { InFlightFiles } from '../threads/inFlightFiles';
import { IsolatedWorker } from '../threads/isolatedWorker';
import type { FuzzWorker, WorkerSettings } from '../threads/fuzzWorker';
import { WorkerThread } from '../threads/workerThread';

export interface CrewOptions {
  /** Number of workers. */
  readonly size: number;
  readonly settings: WorkerSettings;
  /** Whether each worker is a process instead of a thread. */
  readonly isIsolated: boolean;
  readonly inFlightFiles: InFlightFiles;
  /** Called with what workers print. */
  readonly onOutput: (text: string) => void;
  readonly publish: (worker: WorkerSnapshot) => void;
}

/**
 * The workers of a run. A worker is a thread, and has a process that stands in for it when a target may end a whole
 * process. With `isIsolated`, each worker is a process.
 */
export class Crew {
  readonly workers: readonly FuzzWorker[];
  /** By the number of a worker, like all maps here. */
  private readonly standIns = new Map<number, FuzzWorker>();
  /** How many slices the worker has run. */
  private readonly slices = new Map<number, number>();
  /** Heap in use after the latest slice of the worker, in bytes. */
  private readonly heap = new Map<number, number>();
  /** The target that the worker runs now. */
  private readonly current = new Map<number, TargetId>();

  constructor(private readonly options: CrewOptions) {
    const { size, settings, isIsolated, inFlightFiles, onOutput } = options;
    this.workers = Array.from({ length: size }, (_, index) => {
      const id = index + 1;
      if (isIsolated) return new IsolatedWorker(id, settings, onOutput);
      return new WorkerThread(id, settings, onOutput, { onSlow: (inFlight) => inFlightFiles.slow(id, inFlight) });
    });
  }

  /** Returns the process that stands in for a worker; makes it at the first call. */
  standInFor(worker: FuzzWorker): FuzzWorker {
    const { isIsolated, settings, onOutput } = this.options;
    if (isIsolated) return worker;
    let standIn = this.standIns.get(worker.id);
    if (standIn === undefined) {
      standIn = new IsolatedWorker(worker.id, settings, onOutput);
      this.standIns.set(worker.id, standIn);
    }
    return standIn;
  }

  /** Called when a worker, or its stand-in, begins to run a target; or to load a file: then `targetId` is null. */
  begin(worker: FuzzWorker, path: string, targetId: TargetId | null): void {
    if (targetId !== null) this.current.set(worker.id, targetId);
    this.publish(worker, targetId === null ? 'starting' : 'running');
    this.options.inFlightFiles.enter(worker.id, path, targetId);
  }

  /** Called when the worker, or its stand-in, has finished this or has died. */
  finish(worker: FuzzWorker): void {
    this.options.inFlightFiles.leave(worker.id);
    this.current.delete(worker.id);
    this.publish(worker, 'idle');
  }

  /** Called after each slice of a worker. */
  noteSlice(worker: FuzzWorker, heapUsedBytes: number): void {
    this.slices.set(worker.id, (this.slices.get(worker.id) ?? 0) + 1);
    this.heap.set(worker.id, heapUsedBytes);
  }

  /** The target that a worker runs now. */
  targetOf(worker: FuzzWorker): TargetId | null {
    return this.current.get(worker.id) ?? null;
  }

  /** Targets that are run now. */
  get running(): TargetId[] {
    return [...new Set(this.current.values())];
  }

  /** Asks all workers to end what they run. */
  requestStop(): void {
    for (const worker of this.all()) worker.requestStop();
  }

  /** Ends by force the busy workers for which `isChosen` returns true. */
  async killBusy(isChosen: (worker: FuzzWorker) => boolean): Promise<void> {
    const busy = this.all().filter((worker) => worker.isBusy && isChosen(worker));
    await Promise.all(busy.map((worker) => worker.kill('stopped', 'The run was stopped.')));
  }

  /** Ends all workers. */
  async end(): Promise<void> {
    await Promise.all(this.all().map((worker) => worker.end()));
    for (const worker of this.workers) {
      this.options.inFlightFiles.leave(worker.id);
      this.publish(worker, 'stopped');
    }
  }

  private all(): FuzzWorker[] {
    return [...this.workers, ...this.standIns.values()];
  }

  private publish(worker: FuzzWorker, state: WorkerSnapshot['state']): void {
    const { id } = worker;
    this.options.publish({
      id,
      state,
      targetId: this.targetOf(worker),
      heapUsedBytes: this.heap.get(id) ?? 0,
      slices: this.slices.get(id) ?? 0,
      restarts: worker.restarts + (this.standIns.get(id)?.restarts ?? 0),
    });
  }
}

/** Names one life of a worker. When a thread or process ends, what it knew of its targets is lost: see `EntryLog`. */
export function lifeOf(worker: FuzzWorker): string {
  return `${worker instanceof IsolatedWorker ? 'p' : 't'}${worker.id}.${worker.restarts}`;
}
