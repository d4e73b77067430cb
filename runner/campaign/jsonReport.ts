import * as fs from 'node:fs';
import * as path from 'node:path';
import { failureRate } from '../../src/protocol/failureRate';
import { isOpen } from '../../src/protocol/failureStates';
import type { FailureSnapshot } from '../../src/protocol/failure';
import type { TargetSnapshot } from '../../src/protocol/target';
import type { JsonReport, TargetReport } from '../../src/protocol/report';
import type { CampaignState } from '../../src/protocol/state';

/**
 * Writes the JSON report (docs/report.md) of a finished run. Throws an error for the user when it cannot be written.
 */
export function writeJsonReport(file: string, state: CampaignState): void {
  const report = jsonReport(state);
  if (report === null) return;
  try {
    fs.mkdirSync(path.dirname(file), { recursive: true });
    fs.writeFileSync(file, `${JSON.stringify(report, null, 2)}\n`);
  } catch (error) {
    throw new Error(
      `The report could not be written to ${file}: ${(error as Error).message}. Give --report another place.`,
      { cause: error },
    );
  }
}

/** Returns the report of the state's run; null when there was none. Failures that are not open are left out. */
function jsonReport(state: CampaignState): JsonReport | null {
  const { run } = state;
  if (run === null) return null;
  const { targets, inputs, behaviors, failures, cpuSeconds } = run.totals;
  return {
    version: 1,
    runId: run.runId,
    startedAt: new Date(run.startedAt).toISOString(),
    finishedAt: new Date(run.updatedAt).toISOString(),
    ended: run.ended ?? 'error',
    seed: run.seed,
    workers: run.workers,
    wallSeconds: run.wallSeconds,
    versions: run.versions,
    totals: { targets, inputs, behaviors, failures, cpuSeconds },
    fleet: run.fleet ?? null,
    targets: [...state.targets.values()].map((target) =>
      targetReport(
        target,
        [...state.failures.values()].filter((failure) => failure.targetId === target.id && isOpen(failure.state)),
      ),
    ),
    notCollected: [...state.notCollected.values()],
  };
}

function targetReport(target: TargetSnapshot, failures: readonly FailureSnapshot[]): TargetReport {
  const { id, file, testName, ordinal, status, inputs, invalidInputs } = target;
  const { cpuSeconds, wallSeconds, behaviors, corpusSize, stability, unstable } = target;
  return {
    id,
    file,
    testName,
    ordinal,
    status,
    inputs,
    invalidInputs,
    cpuSeconds,
    wallSeconds,
    behaviors,
    corpusSize,
    stability,
    unstable: unstable ?? { count: 0, places: [] },
    failures: failures.map((failure) => ({
      id: failure.id,
      kind: failure.kind,
      origin: failure.origin,
      errorName: failure.errorName,
      message: failure.message,
      input: failure.input,
      blob: failure.blob,
      state: failure.state,
      reruns: failure.reruns === undefined ? null : { ...failure.reruns, ...failureRate(failure.reruns) },
      explanation: failure.explanation ?? null,
      firstSeenAt: new Date(failure.firstSeenAt).toISOString(),
      lastSeenAt: new Date(failure.lastSeenAt).toISOString(),
      history: failure.history ?? [],
      firstFound: failure.firstFound,
      minimalAt: failure.minimalAt,
    })),
  };
}
