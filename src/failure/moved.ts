import type { Origin } from '../protocol/origin';

/**
 * Whether the same input that failed with `before` and now fails with `after` still does so for the same reason: the
 * class, the assertion, the file and the function are the same, and lines are others because the file was edited.
 * (Only an input can tell. Two failures of one function, seen with two inputs, are two failures.)
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
