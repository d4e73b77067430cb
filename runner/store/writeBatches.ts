import type { Records, WriteOperation } from '../../src/database';
import { messageOf } from '../../src/database/base/databaseError';
import { isAway } from './outage';

/** Milliseconds between two calls of `flush`. */
export const FLUSH_MS = 500;

/**
 * While the database cannot be written, operations wait in memory. When this many wait, a batch that fails is lost.
 */
const MOST_WAITING = 20_000;

/** Writes that are not urgent: they wait in memory until `flush` writes them together, in the order of the calls. */
export class WriteBatches {
  private operations: WriteOperation[] = [];
  /** By key of `addLatest`. */
  private latest = new Map<string, () => readonly WriteOperation[]>();
  private writing: Promise<void> = Promise.resolve();
  /** Whether a write has failed, and no write has succeeded since. */
  private isFailing = false;

  constructor(
    private readonly records: Records,
    /** Called with a message for the user at the first write that fails, and not again until a write succeeds. */
    private readonly onProblem: (message: string) => void,
  ) {}

  add(operations: readonly WriteOperation[]): void {
    this.operations.push(...operations);
  }

  /** Adds operations that replace earlier ones with an equal `key`. `make` is called when they are written. */
  addLatest(key: string, make: () => readonly WriteOperation[]): void {
    this.latest.set(key, make);
  }

  /** Writes the waiting operations; those of `addLatest` only with `withLatest`. Resolves when they are written. */
  flush(withLatest: boolean): Promise<void> {
    const { operations } = this;
    this.operations = [];
    if (withLatest) {
      for (const make of this.latest.values()) operations.push(...make());
      this.latest = new Map();
    }
    if (operations.length > 0) {
      this.writing = this.writing
        .then(() => this.records.write(operations))
        .then(() => void (this.isFailing = false))
        .catch((error: unknown) => {
          if (isAway(error) && this.operations.length < MOST_WAITING) {
            this.operations = [...operations, ...this.operations];
          }
          this.reportProblem(error);
        });
    }
    return this.writing;
  }

  /** Reports that the database could not be written, unless that was reported and nothing was written since. */
  reportProblem(error: unknown): void {
    if (this.isFailing) return;
    this.isFailing = true;
    this.onProblem(`The database could not be written. ${messageOf(error)}`);
  }
}
