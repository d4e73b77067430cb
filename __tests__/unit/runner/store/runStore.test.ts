import fs from 'node:fs';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { RunStore } from '../../../../runner/store/runStore';
import { openDatabase, Records } from '../../../../src/database';
import { createBus } from '../../../../src/protocol/bus';
import { sampleRun, temporaryDirectory } from '../../database/samples';

const NOW = 1_800_000_000_000;
const HOUR = 3_600_000;

let rootDir: string;

beforeEach(() => {
  rootDir = temporaryDirectory();
});

afterEach(() => fs.rmSync(rootDir, { recursive: true, force: true }));

test('runs that ended long ago are removed with all their records, and runs under way are kept', async () => {
  const before = new Records(await openDatabase('dir:records', { rootDir }));
  const worker = { id: 1, state: 'running', targetId: null, heapUsedBytes: 0, slices: 0, restarts: 0 } as const;
  const put = (runId: string, startedAt: number, change = {}) => [
    before.runs.put(sampleRun(runId, startedAt, { state: 'fuzzing', ended: null, updatedAt: startedAt, ...change })),
    before.runs.putWorker(runId, worker),
  ];
  await before.write([
    // Its process died before it could write that the run ended.
    ...put('died', NOW - 2 * HOUR),
    ...put('under-way', NOW - 3 * HOUR, { updatedAt: NOW - 60_000 }),
    ...put('ended', NOW - 4 * HOUR, { state: 'finished', updatedAt: NOW - 60_000 }),
    ...Array.from({ length: 50 }, (_, at) => put(`later-${at}`, NOW - HOUR + at, { state: 'finished' })).flat(),
  ]);
  await before.close();
  const left = async (now: number): Promise<string[]> => {
    await (await RunStore.open('dir:records', rootDir, createBus(), () => now)).close();
    const records = new Records(await openDatabase('dir:records', { rootDir, readOnly: true }));
    const names = (await records.runs.list()).map(({ runId }) => runId);
    const owners: string[] = [];
    for await (const [key] of records.database.list('worker/')) owners.push(key.split('/')[1]!);
    await records.close();
    expect(owners.sort()).toEqual(names.toSorted());
    return names.filter((name) => !name.startsWith('later-'));
  };
  expect(await left(NOW)).toEqual(['under-way']);
  // An hour later, still without a sign of life, it is taken to be over.
  expect(await left(NOW + HOUR)).toEqual([]);
});
