import { DatabaseError } from './databaseError';

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
  }
}

const MAX_ATTEMPTS = 100;
