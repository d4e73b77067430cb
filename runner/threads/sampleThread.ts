import { Session } from 'node:inspector';
import { withTimeout } from './withTimeout';
import { INSPECT_GLOBAL, type Inspected } from '../channel/inspectedThread';

/** Milliseconds between two samples. */
const BETWEEN_MS = 15;

/** Milliseconds to wait until the debugger has left a thread. */
const LEAVE_MS = 2000;

/**
 * Takes the stack and the choices of a thread of this process `count` times, also while it runs an endless loop: Node's
 * inspector stops the thread wherever it is. Node has no other way to see the stack of a busy thread. After `limitMs`,
 * returns the samples so far: native code that does not return cannot be stopped. `onSample` is called with all samples
 * so far after each sample, because the thread may crash its process before the last sample.
 */
export async function sampleThread(
  threadId: number,
  count: number,
  limitMs: number,
  onSample: (samples: readonly Inspected[]) => void = () => {},
  signal?: AbortSignal,
): Promise<Inspected[]> {
  const samples: Inspected[] = [];
  const take = (sample: Inspected): void => {
    samples.push(sample);
    onSample(samples);
  };
  let timer: NodeJS.Timeout | undefined;
  const limit = new Promise<void>((resolve) => {
    timer = setTimeout(resolve, limitMs);
    signal?.addEventListener('abort', () => resolve(), { once: true });
  });
  const probe = new Probe();
  try {
    await Promise.race([limit, probe.sample(threadId, count, take)]);
  } catch {
    // A missing stack is no reason to fail.
  } finally {
    clearTimeout(timer);
    await probe.close();
  }
  return samples;
}

/**
 * Each connection numbers the threads that it finds from 1 (`workerId`, seen with Node 20.20): only the title, for
 * example `[worker 7]`, has the id of the thread.
 */
function isThread({ title }: { readonly title: string }, threadId: number): boolean {
  return new RegExp(`\\bworker ${threadId}\\b`, 'i').test(title);
}

/** A debugger's connection to one thread. */
class Probe {
  private readonly session = new Session();
  private lastId = 0;
  private readonly answers = new Map<number, (result: unknown) => void>();
  private onPaused = (_frameId: string): void => {};
  private thread: string | null = null;
  private isClosed = false;

  async sample(threadId: number, count: number, take: (sample: Inspected) => void): Promise<void> {
    this.session.connect();
    const attached = new Promise<string>((resolve) => {
      this.session.on('NodeWorker.attachedToWorker', ({ params }) => {
        if (isThread(params.workerInfo, threadId)) resolve(params.sessionId);
      });
    });
    this.session.on('NodeWorker.receivedMessageFromWorker', ({ params }) => this.take(params.message));
    this.session.post('NodeWorker.enable', { waitForDebuggerOnStart: false });
    const thread = await attached;
    this.thread = thread;
    await this.ask(thread, 'Debugger.enable', {});
    for (let round = 0; round < count && !this.isClosed; round += 1) {
      const paused = new Promise<string>((resolve) => (this.onPaused = resolve));
      await this.ask(thread, 'Debugger.pause', {});
      const callFrameId = await paused;
      const expression = `globalThis[Symbol.for(${JSON.stringify(INSPECT_GLOBAL)})]?.()`;
      const answer = await this.ask(thread, 'Debugger.evaluateOnCallFrame', { callFrameId, expression, silent: true });
      const value = (answer as { result?: { value?: unknown } }).result?.value;
      if (typeof value === 'string') take(JSON.parse(value) as Inspected);
      await this.ask(thread, 'Debugger.resume', {});
      await new Promise((resolve) => setTimeout(resolve, BETWEEN_MS));
    }
    await this.ask(thread, 'Debugger.disable', {});
  }

  /**
   * Leaves the thread. It must be running before it is left: a thread that is terminated while it is paused never ends, and
   * the caller would wait forever. A thread in native code is not paused, and may be left as it is.
   */
  async close(): Promise<void> {
    this.isClosed = true;
    const { thread } = this;
    if (thread !== null) {
      // A pause that was asked for before may still come, but not after the debugger is disabled.
      await withTimeout(LEAVE_MS, this.ask(thread, 'Debugger.disable', {}));
    }
    try {
      this.session.disconnect();
    } catch {
      // It was never connected.
    }
  }

  private ask(thread: string, method: string, params: object): Promise<unknown> {
    this.lastId += 1;
    const id = this.lastId;
    return new Promise((resolve) => {
      this.answers.set(id, resolve);
      this.session.post('NodeWorker.sendMessageToWorker', {
        sessionId: thread,
        message: JSON.stringify({ id, method, params }),
      });
    });
  }

  private take(text: string): void {
    const message = JSON.parse(text) as {
      id?: number;
      result?: unknown;
      method?: string;
      params?: { callFrames?: { callFrameId: string }[] };
    };
    if (message.id !== undefined) this.answers.get(message.id)?.(message.result ?? {});
    else if (message.method === 'Debugger.paused') this.onPaused(message.params!.callFrames![0]!.callFrameId);
  }
}
