/**
 * Writes again and again until a write is taken. One that is refused is not acknowledged: the buffer for a server that is
 * away is full, or the keys are just being moved from one node of a cluster to another.
 */
export async function untilTaken(write: () => Promise<void>): Promise<void> {
  for (;;) {
    try {
      return await write();
    } catch (error) {
      if ((error as { code?: unknown }).code !== 'unavailable') throw error;
      await new Promise((resolve) => setTimeout(resolve, 10));
    }
  }
}
