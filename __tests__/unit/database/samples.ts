import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import type { FailureSnapshot } from '../../../src/protocol/failure';
import type { RunSnapshot } from '../../../src/protocol/run';
import type { CoveragePoint, TargetSnapshot } from '../../../src/protocol/target';

/** Complete values with what a test does not care about filled in. */

export const FILE = 'test/add.test.ts';

export function sampleFailure(over: Partial<FailureSnapshot> = {}): FailureSnapshot {
  return {
    id: 'f1',
    targetId: `${FILE} :: add > commutes :: 0`,
    file: FILE,
    testName: 'add commutes',
    kind: 'error',
    state: 'minimal',
    origin: { key: 'Error|add', errorClass: 'Error', place: null },
    errorName: 'Error',
    message: 'expected 1',
    input: '[0,1]',
    blob: 'AQ',
    choices: 2,
    shrinks: 3,
    report: 'expected 1',
    replayCommand: 'npx jest',
    foundBy: 'fuzz',
    host: 'one',
    firstFound: { inputs: 5, cpuSeconds: 0.5, wallSeconds: 1 },
    minimalAt: { inputs: 9, cpuSeconds: 0.6, wallSeconds: 2 },
    firstSeenAt: 100,
    lastSeenAt: 200,
    fixedAt: null,
    ...over,
  };
}

export function sampleTarget(id: string, over: Partial<TargetSnapshot> = {}): TargetSnapshot {
  return {
    id,
    file: FILE,
    testName: 'add commutes',
    titles: ['add', 'commutes'],
    ordinal: 0,
    status: 'fuzzing',
    detail: null,
    inputs: 10,
    invalidInputs: 1,
    cpuSeconds: 1,
    wallSeconds: 1,
    behaviors: 4,
    corpusSize: 2,
    stability: null,
    lastNewBehavior: null,
    failures: 0,
    ...over,
  };
}

export function sampleRun(runId: string, startedAt: number, over: Partial<RunSnapshot> = {}): RunSnapshot {
  return {
    runId,
    state: 'fuzzing',
    ended: null,
    startedAt,
    updatedAt: startedAt,
    wallSeconds: 0,
    budgetSeconds: null,
    seed: 1,
    workers: 2,
    host: 'one',
    pid: 1,
    rootDir: '/project',
    database: 'lmdb:.fuzz-runner',
    versions: { fuzzRunner: '0.1.0', jest: '30.0.0', node: '20.0.0' },
    totals: {
      files: 1,
      targets: 1,
      notCollected: 0,
      inputs: 10,
      behaviors: 4,
      failures: 0,
      cpuSeconds: 1,
      inputsPerSecond: 10,
      sinceNewBehaviorSeconds: null,
    },
    ...over,
  };
}

export function samplePoint(runId: string, targetId: string, sequence: number): CoveragePoint {
  return {
    runId,
    targetId,
    sequence,
    runSeconds: sequence / 2,
    inputs: sequence * 100,
    cpuSeconds: sequence / 4,
    behaviors: 7,
  };
}

export function temporaryDirectory(): string {
  return fs.mkdtempSync(path.join(os.tmpdir(), 'fuzz-runner-'));
}
