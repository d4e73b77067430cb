import type { Worker } from 'node:worker_threads';

/** Milliseconds between two attempts to end a thread. */
const AGAIN_MS = 100;

/** The threads of this process, by id, since `watchThreads`. */
const threads = new Map<number, Worker>();
let isWatching = false;

/** Remembers the threads that are started from now on: jest-worker does not give access to its own. */
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
 * Terminates the thread every `AGAIN_MS` until it has ended, then resolves. One call of `terminate` is not always
 * enough: a thread that is just leaving its debugger may treat the termination as an exception of the debugger, drop it
 * and run on (Node 20.20, in one of 80 inspections that were cut short). The caller has called `terminate` once before.
 */
export async function endThread(thread: Worker): Promise<void> {
  const again = setInterval(() => void thread.terminate(), AGAIN_MS);
  // A thread in native code may not end before its process does.
  again.unref();
  await new Promise<void>((resolve) => thread.once('exit', () => resolve()));
  clearInterval(again);
}
