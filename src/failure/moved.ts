import type { Origin } from '../protocol/origin';

/**
 * Whether an input that failed with `before`, and now fails with `after`, still fails for the same reason: the class,
 * the assertion, the file and the function are the same, and only lines differ because the file was edited. This holds
 * for one input only: two failures of one function, found with two inputs, are two failures.
 */
export function isMoved(before: Origin, after: Origin): boolean {
  return (
    withoutLines(before.key) === withoutLines(after.key) &&
    (before.place?.functionName ?? null) === (after.place?.functionName ?? null)
  );
}

function withoutLines(key: string): string {
  return key.replaceAll(/:\d+:\d+(?=$| |;|\))/g, '');
}
