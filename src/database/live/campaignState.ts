import type { FuzzEvent } from '../../protocol/events';
import type { Presence, RunSnapshot } from '../../protocol/run';
import type { TargetId, TargetSnapshot } from '../../protocol/target';
import { applyEvent, emptyState, type CampaignState } from '../../protocol/state';
import { BehaviorUnion } from '../records/behaviorRecords';
import { campaignOf, combineRuns, combineTargets } from './fleet';
import { keyPart } from '../base/key';
import { chunkPoints } from '../records/pointLog';
import type { PresenceWatch } from './presence';
import type { Records } from '../records/records';
import { runPrefix } from '../records/runRecords';

/** The state of the latest run in the database, and the failures of all targets, including fixed ones. */
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

/** Knowledge that a caller keeps between two calls of `storedEvents`. */
export interface FleetView {
  readonly presence: PresenceWatch;
  readonly union: BehaviorUnion;
}

/**
 * The events for everything that a page shows: first the run, then the fuzzers, then the rest. If several fuzzers count
 * together, the totals are those of all fuzzers. The workers of each fuzzer are included, but only the curves of the
 * latest one.
 *
 * `isNews` decides whether an event is wanted. It gets the bytes of a record before they are decoded; for an event that
 * was made from several records, it gets the bytes of the event. Without `view`, no fuzzer counts as alive.
 */
export async function* storedEvents(
  records: Records,
  isNews: (key: string, value: Uint8Array, runId: string | null) => boolean = () => true,
  view?: FleetView,
): AsyncIterable<StoredEvent> {
  const all = await records.runs.list();
  view?.presence.look(all);
  const presenceOf = (run: RunSnapshot): Presence =>
    view?.presence.of(run) ?? (run.state === 'finished' ? 'ended' : 'gone');
  const group = campaignOf(all, presenceOf);
  const run = group.findLast((one) => presenceOf(one) === 'alive') ?? group.at(-1);
  const runId = run?.runId ?? null;

  async function* read<T>(
    table: Table<T>,
    under: string,
    toEvents: (value: T, key: string) => FuzzEvent[],
  ): AsyncIterable<StoredEvent> {
    for await (const [key, bytes] of records.database.list(table.prefix + under)) {
      if (!isNews(key, bytes, runId)) continue;
      const value = table.decode(key, bytes);
      if (value !== undefined) for (const event of toEvents(value, key)) yield { key, event };
    }
  }

  function* made(key: string, event: FuzzEvent): Iterable<StoredEvent> {
    if (isNews(key, Buffer.from(JSON.stringify(event)), runId)) yield { key, event };
  }

  if (run !== undefined) {
    const { runs } = records;
    const under = runPrefix(run.runId);
    const targets = group.length > 1 ? await combinedTargets(records, group, view?.union) : null;
    const shown = targets === null ? run : combineRuns(group, presenceOf, targets);
    yield* made('run', { type: 'run', run: shown });
    for (const one of group) {
      yield* made(`fuzzer ${one.runId}`, { type: 'fuzzer', fuzzer: { run: one, presence: presenceOf(one) } });
    }
    for (const target of targets ?? []) yield* made(`target ${target.id}`, { type: 'target', target });
    if (targets === null) {
      yield* read(records.targets.table, '', ({ runId: of, target }) =>
        of === run.runId ? [{ type: 'target', target }] : [],
      );
    }
    const ids = new Map(group.map((one) => [keyPart(one.runId), one.runId]));
    const runOf = (key: string): string | undefined => ids.get(key.split('/')[1]!);
    yield* read(runs.notCollected, '', (entry, key) => (runOf(key) ? [{ type: 'not-collected', entry }] : []));
    yield* read(runs.workers, '', (worker, key) => {
      const owner = runOf(key);
      return owner === undefined ? [] : [{ type: 'worker', worker: { ...worker, runId: owner } }];
    });
    yield* read(runs.notices, '', (notice, key) => {
      const owner = runOf(key);
      if (owner === undefined) return [];
      // Each process numbers its own notices.
      return [{ type: 'notice', notice: owner === runId ? notice : { ...notice, id: `${owner} ${notice.id}` } }];
    });
    yield* read(runs.chunks, under, (chunk) => chunkPoints(chunk).map((point) => ({ type: 'point', point })));
  }
  yield* read(records.failures.table, '', (failure) => [{ type: 'failure', failure }]);
}

/** The targets of several runs, the later runs last. */
async function combinedTargets(
  records: Records,
  group: readonly RunSnapshot[],
  union = new BehaviorUnion(records.runs.seen),
): Promise<TargetSnapshot[]> {
  const ids = group.map(({ runId }) => runId);
  await union.update(group);
  const parts = new Map<TargetId, Map<string, TargetSnapshot>>();
  const add = (runId: string, target: TargetSnapshot): void => {
    const known = parts.get(target.id) ?? new Map<string, TargetSnapshot>();
    parts.set(target.id, known.set(runId, target));
  };
  // A run that was alone has no shares.
  for (const { runId, target } of await records.targets.list()) if (ids.includes(runId)) add(runId, target);
  for (const runId of ids) {
    for (const target of await records.runs.shares.list(runPrefix(runId))) add(runId, target);
  }
  return [...parts].map(([id, known]) => combineTargets([...known.values()], union.of(id).size));
}

interface Table<T> {
  readonly prefix: string;
  decode(key: string, bytes: Uint8Array): T | undefined;
}
