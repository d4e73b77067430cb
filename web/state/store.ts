import { batch, computed, signal, type Signal } from '@preact/signals';
import type { FuzzEvent, Notice } from '../../src/protocol/events';
import type { FailureSnapshot } from '../../src/protocol/failure';
import type { NotCollected } from '../../src/protocol/notCollected';
import type { FuzzerSnapshot, RunSnapshot, WorkerSnapshot } from '../../src/protocol/run';
import type { CoveragePoint, TargetId, TargetSnapshot } from '../../src/protocol/target';
import type { Snapshot } from '../../src/protocol/sockets';
import { applyEvent, emptyState, type CampaignState } from '../../src/protocol/state';

/**
 * Parts of the state for the views. Each signal changes only with its part, so a batch redraws only what it changed.
 */
export const run = signal<RunSnapshot | null>(null);
export const targetIds = signal<readonly TargetId[]>([]);
export const failures = signal<readonly FailureSnapshot[]>([]);
export const notCollected = signal<readonly NotCollected[]>([]);
export const workers = signal<readonly WorkerSnapshot[]>([]);
/** The fuzzers of the database, in the order in which they started. */
export const fuzzers = signal<readonly FuzzerSnapshot[]>([]);
export const notices = signal<readonly Notice[]>([]);
/** Facts about the server from its first message; null before that. */
export const server = signal<Pick<Snapshot, 'version' | 'standalone'> | null>(null);
/** Rises with every batch. For views that depend on all targets at once. */
export const version = signal(0);
/** Rises with every batch too, but at most once a second. For charts and the order of rows. */
export const slowVersion = signal(0);

const SLOW_MS = 1000;

let state = emptyState();
/** A signal for each row: an update of 50 targets redraws 50 rows and not the whole table. */
const rows = new Map<TargetId, Signal<TargetSnapshot | undefined>>();
let slowTimer: ReturnType<typeof setTimeout> | null = null;

/** The present and later values of a target; undefined while it is not known. */
export function targetRow(id: TargetId): Signal<TargetSnapshot | undefined> {
  let row = rows.get(id);
  if (row === undefined) rows.set(id, (row = signal(state.targets.get(id))));
  return row;
}

/** All targets now. A view must also read `version` or `slowVersion`, or it is not drawn again after a change. */
export function allTargets(): Iterable<TargetSnapshot> {
  return state.targets.values();
}

/** The points of a target's curve now, in order. A view must also read `slowVersion`, or it is not drawn again. */
export function curveOf(id: TargetId): readonly CoveragePoint[] {
  return state.points.get(id) ?? [];
}

/** Replaces the whole state, each time that the page has connected. */
export function applySnapshot(snapshot: Snapshot): void {
  state = emptyState();
  server.value = { version: snapshot.version, standalone: snapshot.standalone };
  for (const event of snapshot.events) applyEvent(state, event);
  batch(() => publish(new Set(['all'])));
  tickSlowly(0);
}

export function applyBatch(events: readonly FuzzEvent[]): void {
  const touched = new Set<string>();
  batch(() => {
    for (const event of events) {
      const isNewRun = event.type === 'run' && state.run !== null && state.run.runId !== event.run.runId;
      applyEvent(state, event);
      touched.add(isNewRun ? 'all' : event.type);
      if (event.type === 'target') targetRow(event.target.id).value = event.target;
    }
    publish(touched);
  });
  tickSlowly(SLOW_MS);
}

/** Whether no fuzzer is at work any more: the run has ended, or none of the fuzzers of the database is alive. */
export const isOver = computed(
  () =>
    run.value?.state === 'finished' ||
    (fuzzers.value.length > 0 && fuzzers.value.every(({ presence }) => presence !== 'alive')),
);

/** The workers of fuzzers that are alive, and those of the latest run even after it has ended. */
function shownWorkers({ workers: all, fuzzers: known, run: latest }: CampaignState): readonly WorkerSnapshot[] {
  const isShown = ({ runId }: WorkerSnapshot): boolean =>
    runId === undefined || runId === latest?.runId || known.get(runId)?.presence === 'alive';
  const started = (runId: string | undefined): number => known.get(runId ?? '')?.run.startedAt ?? 0;
  return [...all.values()].filter(isShown).sort((a, b) => started(a.runId) - started(b.runId) || a.id - b.id);
}

/** Copies the changed parts of the state to their signals. */
function publish(touched: ReadonlySet<string>): void {
  const isTouched = (type: FuzzEvent['type']): boolean => touched.has(type) || touched.has('all');
  if (isTouched('run')) run.value = state.run;
  if (isTouched('failure')) failures.value = [...state.failures.values()];
  if (isTouched('not-collected')) notCollected.value = [...state.notCollected.values()];
  if (isTouched('fuzzer'))
    fuzzers.value = [...state.fuzzers.values()].sort((a, b) => a.run.startedAt - b.run.startedAt);
  if (isTouched('worker') || isTouched('fuzzer')) workers.value = shownWorkers(state);
  if (isTouched('notice')) notices.value = [...state.notices.values()];
  if (touched.has('all')) for (const [id, row] of rows) row.value = state.targets.get(id);
  if (touched.has('all') || state.targets.size !== targetIds.value.length) targetIds.value = [...state.targets.keys()];
  version.value += 1;
}

function tickSlowly(delayMs: number): void {
  if (slowTimer !== null && delayMs > 0) return;
  if (slowTimer !== null) clearTimeout(slowTimer);
  slowTimer = setTimeout(() => {
    slowTimer = null;
    slowVersion.value += 1;
  }, delayMs);
}
