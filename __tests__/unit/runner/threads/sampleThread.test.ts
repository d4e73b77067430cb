import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import { expect, jest, test } from '@jest/globals';
import { endThread } from '../../../../runner/threads/endThread';
import { INSPECT_GLOBAL } from '../../../../runner/channel/inspectedThread';
import { sampleThread } from '../../../../runner/threads/sampleThread';

jest.setTimeout(60_000);

/** Says it is ready, and runs an endless loop at once: between two tasks, a thread has nothing to tell. */
async function endlessThread(name: string): Promise<Worker> {
  const inspected = JSON.stringify({ stack: name, blob: null });
  const thread = new Worker(
    `globalThis[Symbol.for(${JSON.stringify(INSPECT_GLOBAL)})] = () => ${JSON.stringify(inspected)};
     setTimeout(() => {
       require('node:worker_threads').parentPort.postMessage('ready');
       for (;;);
     }, 10);`,
    { eval: true },
  );
  await once(thread, 'message');
  return thread;
}

test('each thread is found, the first as well as those after it, and can be ended afterwards', async () => {
  const other = await endlessThread('other');
  for (const name of ['first', 'second', 'third']) {
    const thread = await endlessThread(name);
    const samples = await sampleThread(thread.threadId, 3, 20_000);
    expect(samples.map(({ stack }) => stack)).toEqual([name, name, name]);
    await thread.terminate();
  }
  await other.terminate();
});

test('a look that is cut short leaves a thread that can be ended', async () => {
  for (let count = 0; count < 60; count += 1) {
    const thread = await endlessThread('it');
    const controller = new AbortController();
    // In the middle of a look, wherever that is.
    setTimeout(() => controller.abort(), 60 + 7 * (count % 20));
    await sampleThread(thread.threadId, 1000, 20_000, () => {}, controller.signal);
    await Promise.all([thread.terminate(), endThread(thread)]);
  }
});
