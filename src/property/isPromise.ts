/** True for a value that can be waited for: anything with a `then`, of any realm. */
export function isPromise(value: unknown): value is Promise<unknown> {
  return typeof (value as { then?: unknown } | null)?.then === 'function';
}
