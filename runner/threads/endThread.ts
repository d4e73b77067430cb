import type { Worker } from 'node:worker_threads';

/** Milliseconds between two attempts to end a thread. */
const AGAIN_MS = 100;

/** The threads of this process, by id, since `watchThreads`. */
const threads = new Map<number, Worker>();
let isWatching = false;

/** Remembers the threads that are started from now on: jest-worker does not hand out its own. */
export function watchThreads(): void {
  if (isWatching) return;
  isWatching = true;
  process.on('worker', (thread) => {
    const id = thread.threadId;
    threads.set(id, thread);
    thread.once('exit', () => threads.delete(id));
  });
}

/** A thread started since `watchThreads` that has not ended. */
export function threadOf(id: number): Worker | undefined {
  return threads.get(id);
}

/**
 * Resolves when the thread has ended, which it is told to do again and again: a thread that is leaving its debugger now
 * and then takes the order for an exception of the debugger's, drops it and runs on (Node 20.20, one of 80 looks that
 * were cut short). The first order comes after `AGAIN_MS`: whoever started the thread gives it before.
 */
export async function endThread(thread: Worker): Promise<void> {
  const again = setInterval(() => void thread.terminate(), AGAIN_MS);
  // A thread in native code may not end before its process does.
  again.unref();
  await new Promise<void>((resolve) => thread.once('exit', () => resolve()));
  clearInterval(again);
}
