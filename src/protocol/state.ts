import type { FuzzEvent, Notice } from './events';
import type { FailureId, FailureSnapshot } from './failure';
import type { NotCollected } from './notCollected';
import type { FuzzerSnapshot, RunSnapshot, WorkerSnapshot } from './run';
import type { CoveragePoint, TargetId, TargetSnapshot } from './target';

/**
 * Everything that is known about a run: the result of applying its events. The order of events with different keys does
 * not matter.
 */
export interface CampaignState {
  run: RunSnapshot | null;
  readonly targets: Map<TargetId, TargetSnapshot>;
  readonly failures: Map<FailureId, FailureSnapshot>;
  readonly notCollected: Map<string, NotCollected>;
  /** By the run (if the snapshot names one) and the id of the worker. */
  readonly workers: Map<string, WorkerSnapshot>;
  /** All fuzzers of the database by the id of their run; empty when nobody has looked for other fuzzers. */
  readonly fuzzers: Map<string, FuzzerSnapshot>;
  /** Points of the current run by target, sorted by sequence number. */
  readonly points: Map<TargetId, CoveragePoint[]>;
  readonly notices: Map<string, Notice>;
}

export function emptyState(): CampaignState {
  return {
    run: null,
    targets: new Map(),
    failures: new Map(),
    notCollected: new Map(),
    workers: new Map(),
    fuzzers: new Map(),
    points: new Map(),
    notices: new Map(),
  };
}

/** Applies one event in place. A `run` event of another run drops everything of the old run except its failures. */
export function applyEvent(state: CampaignState, event: FuzzEvent): void {
  switch (event.type) {
    case 'run':
      if (state.run !== null && state.run.runId !== event.run.runId) {
        state.points.clear();
        state.notCollected.clear();
        state.workers.clear();
        state.fuzzers.clear();
        state.notices.clear();
        state.targets.clear();
      }
      state.run = event.run;
      return;
    case 'target':
      state.targets.set(event.target.id, event.target);
      return;
    case 'failure':
      state.failures.set(event.failure.id, event.failure);
      return;
    case 'not-collected':
      state.notCollected.set(`${event.entry.file}\n${event.entry.testName ?? ''}`, event.entry);
      return;
    case 'worker':
      state.workers.set(`${event.worker.runId ?? ''} ${event.worker.id}`, event.worker);
      return;
    case 'fuzzer':
      state.fuzzers.set(event.fuzzer.run.runId, event.fuzzer);
      return;
    case 'point':
      addPoint(state, event.point);
      return;
    case 'notice':
      state.notices.set(event.notice.id, event.notice);
      return;
    default:
      // An event that only a newer version knows: this version cannot show it.
      return;
  }
}

function addPoint(state: CampaignState, point: CoveragePoint): void {
  if (state.run !== null && state.run.runId !== point.runId) return;
  let series = state.points.get(point.targetId);
  if (series === undefined) {
    series = [];
    state.points.set(point.targetId, series);
  }
  let at = series.length;
  while (at > 0 && series[at - 1]!.sequence >= point.sequence) at -= 1;
  series.splice(at, series[at]?.sequence === point.sequence ? 1 : 0, point);
}

/** The events that rebuild `state`: run first, then targets, failures and the rest. */
export function snapshotEvents(state: CampaignState): FuzzEvent[] {
  const events: FuzzEvent[] = [];
  if (state.run !== null) events.push({ type: 'run', run: state.run });
  for (const target of state.targets.values()) events.push({ type: 'target', target });
  for (const failure of state.failures.values()) events.push({ type: 'failure', failure });
  for (const entry of state.notCollected.values()) events.push({ type: 'not-collected', entry });
  for (const worker of state.workers.values()) events.push({ type: 'worker', worker });
  for (const fuzzer of state.fuzzers.values()) events.push({ type: 'fuzzer', fuzzer });
  for (const series of state.points.values()) for (const point of series) events.push({ type: 'point', point });
  for (const notice of state.notices.values()) events.push({ type: 'notice', notice });
  return events;
}
