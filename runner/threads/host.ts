import { asSerializableError } from '../jest/serializableError';
import type { FromHost, ToHost } from './hostMessages';
import { ThreadDeath } from './fuzzWorker';
import { WorkerThread } from './workerThread';

/**
 * Entry of a process that holds one worker thread for another process. A native crash, or an array that outgrows V8, ends
 * a whole process: here it ends only this process. `IsolatedWorker` is the other end.
 */

let thread: WorkerThread | null = null;

process.on('message', (message: ToHost) => {
  switch (message.type) {
    case 'setup': {
      const { id, settings, recordFile, restarts } = message;
      thread = new WorkerThread(id, settings, (text) => void process.stderr.write(text), {
        recordFile,
        restarts,
        onStacks: (stacks) => report({ type: 'stacks', stacks }),
      });
      return;
    }
    case 'call':
      void answer(message);
      return;
    case 'stop':
      thread?.requestStop();
      return;
    case 'end':
      void thread?.end().then(() => process.exit());
      return;
  }
});

// The process that asked has ended.
process.on('disconnect', () => process.exit());

async function answer({ name, request, silenceMs }: ToHost & { type: 'call' }): Promise<void> {
  const running = thread!;
  const limits = setInterval(() => report({ type: 'limit', inputLimitMs: running.inputLimitMs }), 100);
  try {
    report({ type: 'value', value: await running.call(name, request, silenceMs) });
  } catch (error) {
    if (error instanceof ThreadDeath) {
      const { kind, inFlight, message: text, stacks } = error;
      report({ type: 'ended', kind, inFlight, message: text, stacks });
    } else {
      report({ type: 'error', ...asSerializableError(error) });
    }
  } finally {
    clearInterval(limits);
  }
}

function report(message: FromHost): void {
  process.send!(message);
}
