/** Whether a value can be waited for: anything with a `then`, of whatever realm. */
export function isPromise(value: unknown): value is Promise<unknown> {
  return typeof (value as { then?: unknown } | null)?.then === 'function';
}
