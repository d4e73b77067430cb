import { setTimeout } from 'node:timers/promises';
import { DatabaseError } from '../base/databaseError';

/**
 * Runs `change`, which reads, and writes with an `expect`, until no other process came between the two.
 * Each time one does, the other has succeeded: so this ends, unless writers are many and never rest.
 */
export async function retryConflicts<T>(change: () => Promise<T>): Promise<T> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await change();
    } catch (error) {
      const isConflict = error instanceof DatabaseError && error.code === 'conflict';
      if (!isConflict || attempt === MAX_ATTEMPTS) throw error;
    }
    // A process that the machine gives little time to would always come last.
    if (attempt > QUICK_ATTEMPTS) await setTimeout(Math.min(attempt - QUICK_ATTEMPTS, MAX_WAIT_MS));
  }
}

const MAX_ATTEMPTS = 500;
const QUICK_ATTEMPTS = 10;
const MAX_WAIT_MS = 20;
