import type { FuzzEvent } from '../../../src/protocol/events';
import type { FailureSnapshot } from '../../../src/protocol/failure';
import type { NotCollected } from '../../../src/protocol/notCollected';
import type { RunSnapshot } from '../../../src/protocol/run';
import type { CoveragePoint, TargetSnapshot } from '../../../src/protocol/target';

/** Events for tests: everything plausible, and what the test is about given by it. */
export function runEvent(runId = 'run-1', change: Partial<RunSnapshot> = {}, totals: Partial<Totals> = {}): FuzzEvent {
  return { type: 'run', run: { ...run, runId, ...change, totals: { ...run.totals, ...totals } } };
}

export function targetEvent(id: string, change: Partial<TargetSnapshot> = {}): FuzzEvent & { type: 'target' } {
  return { type: 'target', target: { ...target, id, testName: id, titles: [id], ...change } };
}

export function failureEvent(id: string, targetId: string, change: Partial<FailureSnapshot> = {}): FuzzEvent {
  return { type: 'failure', failure: { ...failure, id, targetId, testName: targetId, ...change } };
}

export function pointEvent(targetId: string, sequence: number, change: Partial<CoveragePoint> = {}): FuzzEvent {
  const seconds = sequence + 1;
  const point = { targetId, runId: 'run-1', sequence, runSeconds: seconds, inputs: seconds * 100, cpuSeconds: seconds };
  return { type: 'point', point: { ...point, behaviors: seconds * 10, ...change } };
}

export function notCollectedEvent(file: string, change: Partial<NotCollected> = {}): FuzzEvent {
  const entry = {
    file,
    testName: 'adds',
    code: 'no-property',
    reason: 'It calls no property.',
    result: 'passed',
  } as const;
  return { type: 'not-collected', entry: { ...entry, ...change } };
}

type Totals = RunSnapshot['totals'];

const run: RunSnapshot = {
  runId: 'run-1',
  state: 'fuzzing',
  ended: null,
  startedAt: 1_700_000_000_000,
  updatedAt: 1_700_000_090_000,
  wallSeconds: 90,
  budgetSeconds: 600,
  seed: 42,
  workers: 2,
  host: 'example',
  pid: 1,
  rootDir: '/project',
  database: 'lmdb:.fuzz-runner',
  versions: { fuzzRunner: '0.1.0', jest: '30.5.2', node: '20.20.2' },
  totals: {
    files: 3,
    targets: 4,
    notCollected: 1,
    inputs: 123_456,
    behaviors: 789,
    failures: 0,
    cpuSeconds: 170,
    inputsPerSecond: 1371,
    sinceNewBehaviorSeconds: 3,
  },
};

const target: TargetSnapshot = {
  id: 'target',
  file: 'src/list.test.ts',
  testName: 'target',
  titles: ['target'],
  ordinal: 0,
  status: 'fuzzing',
  detail: null,
  inputs: 5000,
  invalidInputs: 12,
  cpuSeconds: 40,
  wallSeconds: 41,
  behaviors: 120,
  corpusSize: 33,
  stability: 0.99,
  lastNewBehavior: { inputs: 4000, cpuSeconds: 30, wallSeconds: 31 },
  failures: 0,
};

const failure: FailureSnapshot = {
  id: 'failure',
  targetId: 'target',
  file: 'src/list.test.ts',
  testName: 'target',
  kind: 'error',
  state: 'minimal',
  origin: {
    key: 'TypeError|src/list.ts:10',
    errorClass: 'TypeError',
    place: { file: 'src/list.ts', line: 10, column: 5, functionName: 'insert' },
  },
  errorName: 'TypeError',
  message: "Cannot read properties of undefined (reading 'length')",
  input: '[[0,1],"a"]',
  blob: 'AbCd',
  choices: 3,
  shrinks: 17,
  report: 'TypeError: Cannot read properties of undefined\n\n    at insert (src/list.ts:10:5)',
  replayCommand: "npx jest src/list.test.ts -t 'target'",
  foundBy: 'fuzz',
  host: 'example',
  firstFound: { inputs: 2000, cpuSeconds: 15, wallSeconds: 16 },
  minimalAt: { inputs: 2400, cpuSeconds: 18, wallSeconds: 19 },
  firstSeenAt: 1_700_000_016_000,
  lastSeenAt: 1_700_000_090_000,
  fixedAt: null,
};
