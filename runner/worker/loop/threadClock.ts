import * as fs from 'node:fs';
import { performance } from 'node:perf_hooks';

/** Time of the calling thread. */
export interface ThreadClock {
  /** Wall seconds from some fixed moment. */
  wallSeconds(): number;
  /** CPU seconds this thread has used. */
  cpuSeconds(): number;
}

/**
 * Node 20 has no CPU clock of a thread, but Linux keeps one in nanoseconds in `/proc/thread-self/schedstat`.
 * Elsewhere wall time takes its place: a fuzz loop never sleeps, so the two agree on an idle machine.
 */
export function threadClock(): ThreadClock {
  const wallSeconds = (): number => performance.now() / 1000;
  let file: number;
  try {
    file = fs.openSync('/proc/thread-self/schedstat', 'r');
  } catch {
    return { wallSeconds, cpuSeconds: wallSeconds };
  }
  const buffer = Buffer.alloc(64);
  return {
    wallSeconds,
    cpuSeconds() {
      const length = fs.readSync(file, buffer, 0, buffer.length, 0);
      return Number.parseInt(buffer.toString('latin1', 0, length), 10) / 1e9;
    },
  };
}
