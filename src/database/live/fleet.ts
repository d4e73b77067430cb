import type { FleetTotals, Presence, RunSnapshot } from '../../protocol/run';
import type { Stamp, TargetSnapshot, TargetStatus } from '../../protocol/target';

/*
 * Combines the reports of several fuzzers. Inputs and times are added up. Behaviors are a union of their ids, which
 * `BehaviorUnion` reads. A process that replaces a dead process takes over the totals of that process and deletes its
 * records, so nothing is counted twice.
 */

/**
 * The runs that count together, the latest last: all runs that are alive, and the other runs of their campaigns. If no
 * run is alive, the runs of the latest campaign.
 */
export function campaignOf(runs: readonly RunSnapshot[], presenceOf: (run: RunSnapshot) => Presence): RunSnapshot[] {
  const sorted = [...runs].sort((a, b) => a.startedAt - b.startedAt || (a.runId < b.runId ? -1 : 1));
  const alive = sorted.filter((run) => presenceOf(run) === 'alive');
  const chosen = alive.length > 0 ? alive : sorted.slice(-1);
  const names = new Set(chosen.map(campaignName));
  return sorted.filter((run) => names.has(campaignName(run)));
}

/** The totals of several runs. `behaviors`: the number that all have seen together, each counted once. */
export function fleetTotals(
  runs: readonly RunSnapshot[],
  presenceOf: (run: RunSnapshot) => Presence,
  behaviors: number,
): FleetTotals {
  const alive = runs.filter((run) => presenceOf(run) === 'alive');
  return {
    fuzzers: runs.length,
    alive: alive.length,
    workers: sum(alive, ({ workers }) => workers),
    inputs: sum(runs, ({ totals }) => totals.inputs),
    inputsPerSecond: sum(alive, ({ totals }) => totals.inputsPerSecond),
    cpuSeconds: sum(runs, ({ totals }) => totals.cpuSeconds),
    behaviors,
  };
}

/** The latest run with the totals of all runs. `targets`: the combined targets of these runs. */
export function combineRuns(
  runs: readonly RunSnapshot[],
  presenceOf: (run: RunSnapshot) => Presence,
  targets: readonly TargetSnapshot[],
): RunSnapshot {
  const alive = runs.filter((run) => presenceOf(run) === 'alive');
  const shown = alive.at(-1) ?? runs.at(-1)!;
  const fleet = fleetTotals(
    runs,
    presenceOf,
    sum(targets, ({ behaviors }) => behaviors),
  );
  const since = runs.flatMap(({ totals }) => totals.sinceNewBehaviorSeconds ?? []);
  return {
    ...shown,
    workers: fleet.workers === 0 ? shown.workers : fleet.workers,
    totals: {
      files: Math.max(...runs.map(({ totals }) => totals.files)),
      targets: targets.length,
      // The least possible number: the tests themselves are not known here.
      notCollected: Math.max(...runs.map(({ totals }) => totals.notCollected)),
      inputs: fleet.inputs,
      behaviors: fleet.behaviors,
      failures: sum(targets, ({ failures }) => failures),
      cpuSeconds: fleet.cpuSeconds,
      inputsPerSecond: fleet.inputsPerSecond,
      sinceNewBehaviorSeconds: since.length === 0 ? null : Math.min(...since),
    },
    fleet,
  };
}

/** Combines the snapshots of one target by several fuzzers, the latest last. `behaviors`: see `fleetTotals`. */
export function combineTargets(parts: readonly TargetSnapshot[], behaviors: number): TargetSnapshot {
  const last = parts.at(-1)!;
  const all = parts.map(stampOf);
  const totals: Stamp = {
    inputs: sum(all, ({ inputs }) => inputs),
    cpuSeconds: sum(all, ({ cpuSeconds }) => cpuSeconds),
    wallSeconds: sum(all, ({ wallSeconds }) => wallSeconds),
  };
  const rerun = parts.filter(({ stability }) => stability !== null);
  const status = STATUSES.find((candidate) => parts.some((part) => part.status === candidate)) ?? last.status;
  return {
    ...last,
    ...totals,
    status,
    detail: parts.find((part) => part.status === status)?.detail ?? null,
    invalidInputs: sum(parts, ({ invalidInputs }) => invalidInputs),
    behaviors: Math.max(behaviors, ...parts.map((part) => part.behaviors)),
    corpusSize: Math.max(...parts.map(({ corpusSize }) => corpusSize)),
    stability: rerun.length === 0 ? null : sum(rerun, ({ stability }) => stability!) / rerun.length,
    lastNewBehavior: lastOf(parts, totals),
    failures: Math.max(...parts.map(({ failures }) => failures)),
  };
}

/**
 * The work that all fuzzers together had done when one of them saw the last new behavior. For each fuzzer there is the
 * work that it has done since its own last new behavior; the least of these is subtracted from the totals.
 */
function lastOf(parts: readonly TargetSnapshot[], totals: Stamp): Stamp | null {
  let least: Stamp | null = null;
  for (const part of parts) {
    const { lastNewBehavior: last } = part;
    if (last === null) continue;
    const since = {
      inputs: part.inputs - last.inputs,
      cpuSeconds: part.cpuSeconds - last.cpuSeconds,
      wallSeconds: part.wallSeconds - last.wallSeconds,
    };
    if (least === null || since.cpuSeconds < least.cpuSeconds) least = since;
  }
  return (
    least && {
      inputs: totals.inputs - least.inputs,
      cpuSeconds: totals.cpuSeconds - least.cpuSeconds,
      wallSeconds: totals.wallSeconds - least.wallSeconds,
    }
  );
}

/** The status of the whole is the first of these that one of the fuzzers has. */
const STATUSES: readonly TargetStatus[] = ['fuzzing', 'waiting', 'exhausted', 'blocked'];

export function campaignName({ campaign, runId }: RunSnapshot): string {
  return campaign ?? runId;
}

function stampOf({ inputs, cpuSeconds, wallSeconds }: TargetSnapshot): Stamp {
  return { inputs, cpuSeconds, wallSeconds };
}

function sum<T>(items: readonly T[], pick: (item: T) => number): number {
  return items.reduce((total, item) => total + pick(item), 0);
}
