/** Most milliseconds that a timer can wait; one of more would end at once. @fast-check/jest has it for "no limit". */
export const MAX_TIMER_MS = 2 ** 31 - 1;

/** Calls back after `ms`, or after the most that a timer can wait. Returns how to call it off. */
export function startTimer(callback: () => void, ms: number): () => void {
  const timer = setTimeout(callback, Math.min(ms, MAX_TIMER_MS));
  return () => clearTimeout(timer);
}
