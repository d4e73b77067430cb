import type { FuzzEvent } from '../protocol/events';
import { applyEvent, emptyState, type CampaignState } from '../protocol/state';
import { chunkPoints } from './pointLog';
import type { Records } from './records';
import { runPrefix } from './runRecords';

/** The state of the latest run as the database knows it, and the failures of all targets, fixed ones too. */
export async function loadState(records: Records): Promise<CampaignState> {
  const state = emptyState();
  for await (const { event } of storedEvents(records)) applyEvent(state, event);
  return state;
}

/** An event, and the record that it was made from. */
export interface StoredEvent {
  readonly key: string;
  readonly event: FuzzEvent;
}

/**
 * Everything that a page about the latest run shows, the run first. `isNews` is asked with the bytes of every
 * record before they are decoded; without it all are.
 */
export async function* storedEvents(
  records: Records,
  isNews: (key: string, value: Uint8Array, runId: string | null) => boolean = () => true,
): AsyncIterable<StoredEvent> {
  const run = await records.runs.latest();
  const runId = run?.runId ?? null;

  async function* read<T>(
    table: Table<T>,
    under: string,
    toEvents: (value: T) => FuzzEvent[],
  ): AsyncIterable<StoredEvent> {
    for await (const [key, bytes] of records.database.list(table.prefix + under)) {
      if (!isNews(key, bytes, runId)) continue;
      const value = table.decode(key, bytes);
      if (value !== undefined) for (const event of toEvents(value)) yield { key, event };
    }
  }

  if (run !== undefined) {
    const { runs } = records;
    const under = runPrefix(run.runId);
    yield* read(runs.runs, '', (stored) => (stored.runId === run.runId ? [{ type: 'run', run: stored }] : []));
    yield* read(records.targets.table, '', ({ runId: of, target }) =>
      of === run.runId ? [{ type: 'target', target }] : [],
    );
    yield* read(runs.notCollected, under, (entry) => [{ type: 'not-collected', entry }]);
    yield* read(runs.workers, under, (worker) => [{ type: 'worker', worker }]);
    yield* read(runs.notices, under, (notice) => [{ type: 'notice', notice }]);
    yield* read(runs.chunks, under, (chunk) => chunkPoints(chunk).map((point) => ({ type: 'point', point })));
  }
  yield* read(records.failures.table, '', (failure) => [{ type: 'failure', failure }]);
}

interface Table<T> {
  readonly prefix: string;
  decode(key: string, bytes: Uint8Array): T | undefined;
}
