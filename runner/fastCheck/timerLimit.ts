/** Longest wait of a timer in milliseconds: a longer one would end at once. @fast-check/jest uses it for "no limit". */
export const MAX_TIMER_MS = 2 ** 31 - 1;

/** Calls `callback` after `ms` milliseconds, but after `MAX_TIMER_MS` at the latest. Returns a function that cancels. */
export function startTimer(callback: () => void, ms: number): () => void {
  const timer = setTimeout(callback, Math.min(ms, MAX_TIMER_MS));
  return () => clearTimeout(timer);
}
