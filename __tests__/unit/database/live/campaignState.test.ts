import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { loadState } from '../../../../src/database/live/campaignState';
import { followDatabase } from '../../../../src/database/live/followDatabase';
import { openMemoryDatabase } from '../../../../src/database/stores/memory';
import { PointLog } from '../../../../src/database/records/pointLog';
import { Records } from '../../../../src/database/records/records';
import type { FuzzEvent } from '../../../../src/protocol/events';
import { applyEvent, emptyState } from '../../../../src/protocol/state';
import { sampleFailure, samplePoint, sampleRun, sampleTarget } from '../samples';

let records: Records;

beforeEach(async () => {
  records = new Records(openMemoryDatabase());
  await writeRun('old', 1);
  await writeRun('new', 2);
});

afterEach(() => records.close());

async function writeRun(runId: string, startedAt: number): Promise<void> {
  const log = new PointLog(runId);
  for (const sequence of [0, 1, 2]) log.add(samplePoint(runId, `${runId}-target`, sequence));
  const { runs, targets, failures } = records;
  await records.write([
    runs.put(sampleRun(runId, startedAt)),
    targets.put(runId, sampleTarget(`${runId}-target`)),
    runs.putNotCollected(runId, {
      file: `${runId}.ts`,
      testName: null,
      code: 'skipped',
      reason: 'r',
      result: 'skipped',
    }),
    runs.putWorker(runId, { id: 1, state: 'idle', targetId: null, heapUsedBytes: startedAt, slices: 1, restarts: 0 }),
    runs.putNotice(runId, { id: runId, level: 'info', message: 'm', at: 1 }),
    ...failures.put(sampleFailure({ id: `${runId}-failure` })),
    ...log.flush(),
  ]);
}

describe('loadState', () => {
  test('has the latest run, and the failures of all', async () => {
    const state = await loadState(records);
    expect(state.run?.runId).toBe('new');
    expect([...state.targets.keys()]).toEqual(['new-target']);
    expect([...state.failures.keys()].sort()).toEqual(['new-failure', 'old-failure']);
    expect([...state.notCollected.values()].map((entry) => entry.file)).toEqual(['new.ts']);
    expect([...state.workers.values()].map((worker) => worker.heapUsedBytes)).toEqual([2]);
    expect([...state.notices.keys()]).toEqual(['new']);
    expect(state.points.get('new-target')).toEqual(
      [0, 1, 2].map((sequence) => samplePoint('new', 'new-target', sequence)),
    );
  });

  test('of an empty database is empty', async () => {
    expect(await loadState(new Records(openMemoryDatabase()))).toEqual(emptyState());
  });
});

describe('followDatabase', () => {
  /** Collects events; `until` resolves when one satisfies it. */
  function follow(): {
    events: FuzzEvent[];
    until: (is: (event: FuzzEvent) => boolean) => Promise<void>;
    end: () => void;
  } {
    const events: FuzzEvent[] = [];
    let check = (): void => {};
    const end = followDatabase(
      records,
      (event) => {
        events.push(event);
        check();
      },
      { intervalMs: 1 },
    );
    const until = (is: (event: FuzzEvent) => boolean): Promise<void> =>
      new Promise((resolve) => {
        check = () => {
          if (events.some(is)) resolve();
        };
        check();
      });
    return { events, until, end };
  }

  test('begins with what loadState has', async () => {
    const { events, until, end } = follow();
    await until((event) => event.type === 'failure' && event.failure.id === 'old-failure');
    end();
    const state = emptyState();
    for (const event of events) applyEvent(state, event);
    expect(state).toEqual(await loadState(records));
    expect(events[0]?.type).toBe('run');
  });

  test('goes on with what became different, and only that', async () => {
    const { events, until, end } = follow();
    await until((event) => event.type === 'failure' && event.failure.id === 'old-failure');
    events.length = 0;
    await records.write([
      records.targets.put('new', sampleTarget('new-target', { inputs: 77 })),
      records.runs.put(sampleRun('new', 2)),
      ...records.failures.put(sampleFailure({ id: 'later' })),
    ]);
    await until((event) => event.type === 'failure');
    end();
    expect(events).toEqual([
      { type: 'target', target: sampleTarget('new-target', { inputs: 77 }) },
      { type: 'failure', failure: sampleFailure({ id: 'later' }) },
    ]);
  });

  test('changes to a newer run', async () => {
    const { events, until, end } = follow();
    await until((event) => event.type === 'failure' && event.failure.id === 'old-failure');
    await writeRun('third', 3);
    await until((event) => event.type === 'failure' && event.failure.id === 'third-failure');
    end();
    const state = emptyState();
    for (const event of events) applyEvent(state, event);
    expect(state.run?.runId).toBe('third');
    expect(state).toEqual(await loadState(records));
  });

  test('says nothing after its end', async () => {
    const { events, end } = follow();
    end();
    await writeRun('third', 3);
    await new Promise((resolve) => setTimeout(resolve, 20));
    expect(events).toEqual([]);
  });

  test('reports a database that cannot be read', async () => {
    const message = new Promise<string>((resolve) => {
      followDatabase(records, () => {}, { onError: resolve });
      void records.close();
    });
    expect(await message).toContain('closed');
  });
});
