import { DatabaseError, type DatabaseErrorCode } from '../../src/database';

const AWAY: readonly string[] = ['unavailable', 'refused', 'foreign', 'io'] satisfies readonly DatabaseErrorCode[];

/** Whether a later try may succeed: the server is away, wants another password now, or its disk is full. */
export function isAway(error: unknown): boolean {
  return error instanceof DatabaseError && AWAY.includes(error.code);
}

/** Returns `otherwise` while the database is away, so that the run goes on without what the database knows. */
export async function ifAvailable<T>(use: () => Promise<T>, otherwise: T): Promise<T> {
  try {
    return await use();
  } catch (error) {
    if (isAway(error)) return otherwise;
    throw error;
  }
}
