import * as v8 from 'node:v8';
import type { FlightRecorder } from '../channel/flightRecorder';

/** Events of the watch. The first of `onTooLong` and `onTooMuchMemory` ends it. */
export interface SilenceListeners {
  /** The thread has given no sign of life since the last check. */
  readonly onSlow: () => void;
  /** The thread has given no sign of life for `limitMs`. */
  readonly onTooLong: (limitMs: number) => void;
  /** The process has grown too much since the last sign of life. */
  readonly onTooMuchMemory: () => void;
  /** An input has run for a while, but not too long yet; called once. */
  readonly onEarly: () => void;
}

/** Milliseconds between two checks of a busy thread. */
const WATCH_MS = 200;

/** Milliseconds after which `onEarly` is called: an input that runs out of memory may end before its limit. */
const EARLY_MS = 600;

/**
 * Memory that one input may take. When an array outgrows the memory of V8, V8 ends the whole process, and not only the
 * thread. Before a heap is full, V8 spends minutes collecting garbage.
 */
const MOST_MEMORY_BYTES = v8.getHeapStatistics().heap_size_limit / 2;

/**
 * Watches a thread that runs a call, and notices when it hangs: a sign of life is an input that begins, or a turn of
 * the event loop. An input may be silent for its own limit; outside of inputs the limit is `silenceMs`. Returns the
 * function that ends the watch.
 */
export function watchForSilence(recorder: FlightRecorder, silenceMs: number, listeners: SilenceListeners): () => void {
  let beat = recorder.heartbeat;
  let silentMs = 0;
  let silentSince = performance.now();
  let wasEarly = false;
  let memoryBefore = process.memoryUsage.rss();
  const watch = setInterval(() => {
    recorder.tick();
    const now = performance.now();
    if (recorder.heartbeat !== beat) [silentMs, silentSince] = [0, now];
    // The smaller of two measures: after a late check the next one comes soon, and clocks run while a machine sleeps.
    else silentMs = Math.min(silentMs + WATCH_MS, Math.ceil(now - silentSince));
    beat = recorder.heartbeat;
    if (silentMs > 0) listeners.onSlow();
    else memoryBefore = process.memoryUsage.rss();
    const isInput = recorder.inputLimitMs !== null;
    const limitMs = recorder.inputLimitMs ?? silenceMs;
    if (silentMs >= limitMs) {
      clearInterval(watch);
      listeners.onTooLong(limitMs);
    } else if (isInput && process.memoryUsage.rss() - memoryBefore > MOST_MEMORY_BYTES) {
      clearInterval(watch);
      listeners.onTooMuchMemory();
    } else if (isInput && silentMs >= EARLY_MS && !wasEarly) {
      wasEarly = true;
      listeners.onEarly();
    }
  }, WATCH_MS);
  return () => clearInterval(watch);
}
