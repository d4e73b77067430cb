import { setTimeout } from 'node:timers/promises';
import { DatabaseError } from '../base/databaseError';

/**
 * Calls `change`, which reads and then writes with an `expect`, again and again until no other process writes between
 * the two. After each conflict, one other process has succeeded. So this ends, unless many processes write without a
 * pause; then it rejects with the conflict after `MAX_ATTEMPTS` calls.
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
