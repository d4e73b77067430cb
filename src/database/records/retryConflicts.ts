import { setTimeout } from 'node:timers/promises';
import { DatabaseError } from '../base/databaseError';

/**
 * Runs `change`, which reads and then writes with an `expect`, again until no other process writes in between. Each
 * time this happens, the other process has succeeded. So this ends, unless many processes write without a pause.
 */
export async function retryConflicts<T>(change: () => Promise<T>): Promise<T> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await change();
    } catch (error) {
      const isConflict = error instanceof DatabaseError && error.code === 'conflict';
      if (!isConflict || attempt === MAX_ATTEMPTS) throw error;
    }
    // Without a pause, a process that gets little CPU time would lose every time.
    if (attempt > QUICK_ATTEMPTS) await setTimeout(Math.min(attempt - QUICK_ATTEMPTS, MAX_WAIT_MS));
  }
}

const MAX_ATTEMPTS = 500;
const QUICK_ATTEMPTS = 10;
const MAX_WAIT_MS = 20;
