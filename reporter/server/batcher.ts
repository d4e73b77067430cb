import type { FuzzEvent } from '../../src/protocol/events';

/** Gathers events and sends them together, at most once per `intervalMs`. */
export interface Batcher {
  add(event: FuzzEvent): void;
  /** Sends the waiting events now. */
  flush(): void;
  /** Drops the waiting events and takes no more. */
  stop(): void;
}

/**
 * If several events have the same key, only the latest is kept, in the place of the first: events are absolute values,
 * so nothing is lost. Every point has its own key. A new run drops the waiting events of the old run except its
 * failures, as `applyEvent` does.
 */
export function createBatcher(
  intervalMs: number,
  send: (events: readonly FuzzEvent[]) => void,
  /** The present run; null before the first one. */
  presentRunId: string | null = null,
): Batcher {
  let waiting = new Map<string, FuzzEvent>();
  let runId = presentRunId;
  let timer: NodeJS.Timeout | null = null;
  let isStopped = false;

  function flush(): void {
    if (timer !== null) clearTimeout(timer);
    timer = null;
    if (waiting.size === 0) return;
    const events = [...waiting.values()];
    waiting = new Map();
    send(events);
  }

  return {
    add(event) {
      if (isStopped) return;
      const isNewRun = event.type === 'run' && runId !== null && event.run.runId !== runId;
      if (event.type === 'run') runId = event.run.runId;
      if (isNewRun) {
        const failures = [...waiting].filter(([, other]) => other.type === 'failure');
        waiting = new Map([[eventKey(event), event], ...failures]);
      } else {
        waiting.set(eventKey(event), event);
      }
      // Unreferenced: a batch that waits must not keep a finished process alive.
      timer ??= setTimeout(flush, intervalMs).unref();
    },
    flush,
    stop() {
      isStopped = true;
      if (timer !== null) clearTimeout(timer);
      timer = null;
      waiting.clear();
    },
  };
}

/** A later event replaces an earlier event with the same key. */
function eventKey(event: FuzzEvent): string {
  switch (event.type) {
    case 'run':
      return 'run';
    case 'target':
      return `target ${event.target.id}`;
    case 'failure':
      return `failure ${event.failure.id}`;
    case 'not-collected':
      return `not-collected ${event.entry.file}\n${event.entry.testName ?? ''}`;
    case 'worker':
      return `worker ${event.worker.id}`;
    case 'fuzzer':
      return `fuzzer ${event.fuzzer.run.runId}`;
    case 'point':
      return `point ${event.point.runId} ${event.point.sequence} ${event.point.targetId}`;
    case 'notice':
      return `notice ${event.notice.id}`;
    default:
      return `unknown ${JSON.stringify(event satisfies never)}`;
  }
}
