import { expect, test } from '@jest/globals';
import { openMemoryDatabase, Records } from '../../../../src/database';
import { BehaviorUnion } from '../../../../src/database/records/behaviorRecords';
import { loadState, storedEvents } from '../../../../src/database/live/campaignState';
import { campaignOf } from '../../../../src/database/live/fleet';
import { PresenceWatch } from '../../../../src/database/live/presence';
import { applyEvent, emptyState, type CampaignState } from '../../../../src/protocol/state';
import type { RunSnapshot } from '../../../../src/protocol/run';
import { sampleRun, sampleTarget } from '../samples';

const START = 1_700_000_000_000;
const id = (number: number): string => number.toString(16).padStart(16, '0');

function fuzzer(runId: string, over: Partial<RunSnapshot> = {}, inputs = 100): RunSnapshot {
  const run = sampleRun(runId, START, { state: 'fuzzing', ended: null, updatedAt: START, campaign: 'a', ...over });
  return { ...run, totals: { ...run.totals, inputs, cpuSeconds: inputs / 10, inputsPerSecond: inputs / 2 } };
}

async function stateOf(records: Records, now = START): Promise<CampaignState> {
  const view = { presence: new PresenceWatch(() => now), union: new BehaviorUnion(records.runs.seen) };
  const state = emptyState();
  for await (const { event } of storedEvents(records, undefined, view)) applyEvent(state, event);
  return state;
}

test('inputs and time of several fuzzers are sums, behaviors are counted once', async () => {
  const records = new Records(openMemoryDatabase());
  const { runs, targets } = records;
  const [one, two] = [fuzzer('a', { told: 1 }), fuzzer('b', { startedAt: START + 1, workers: 3, told: 2 }, 300)];
  const shared = sampleTarget('t');
  await records.write([
    runs.put(one),
    runs.put(two),
    // The record that both write holds whatever was written last.
    targets.put('b', { ...shared, inputs: 300, behaviors: 3 }, START),
    runs.putShare('a', { ...shared, inputs: 100, behaviors: 3, status: 'exhausted' }),
    runs.putShare('b', { ...shared, inputs: 300, behaviors: 3, status: 'fuzzing' }),
    runs.putSeen('a', 0, new Map([['t', [id(1), id(2), id(3)]]])),
    runs.putSeen('b', 0, new Map([['t', [id(3)]]])),
    runs.putSeen('b', 1, new Map([['t', [id(4)]]])),
  ]);
  const state = await stateOf(records);
  expect(state.targets.get('t')).toMatchObject({ inputs: 400, behaviors: 4, status: 'fuzzing' });
  expect(state.run).toMatchObject({
    runId: 'b',
    totals: { targets: 1, inputs: 400, behaviors: 4, cpuSeconds: 40, inputsPerSecond: 200 },
    fleet: { fuzzers: 2, alive: 2, inputs: 400, behaviors: 4, workers: one.workers + 3 },
  });
  expect([...state.fuzzers.values()].map(({ run, presence }) => [run.runId, run.totals.inputs, presence])).toEqual([
    ['a', 100, 'alive'],
    ['b', 300, 'alive'],
  ]);
  // A second look reads what is new only, and comes to the same.
  expect(await stateOf(records)).toEqual(state);
});

test('what was done stays when a fuzzer ends or dies; its speed does not', async () => {
  const records = new Records(openMemoryDatabase());
  const { runs } = records;
  const two = fuzzer('b', { startedAt: START + 1 }, 300);
  await records.write([
    runs.put(fuzzer('a', { state: 'finished', ended: 'budget' })),
    runs.put({ ...two, updatedAt: START + 7_200_000 }),
    runs.put(fuzzer('dead', { updatedAt: START - 7_200_000 }, 50)),
  ]);
  const state = await stateOf(records, START + 7_200_000);
  expect(state.run?.totals).toMatchObject({ inputs: 450, inputsPerSecond: 150 });
  expect(state.run?.fleet).toMatchObject({ fuzzers: 3, alive: 1 });
  expect(state.fuzzers.get('dead')?.presence).toBe('gone');
  expect(state.fuzzers.get('a')?.presence).toBe('ended');
});

test('a run alone is shown as it is, and runs of earlier campaigns do not count', async () => {
  const records = new Records(openMemoryDatabase());
  await records.write([
    records.runs.put(fuzzer('old', { campaign: 'old', state: 'finished', startedAt: START - 100 })),
    records.runs.put(fuzzer('new', { campaign: 'new' }, 7)),
  ]);
  const state = await stateOf(records);
  expect(state.run).toMatchObject({ runId: 'new', totals: { inputs: 7 } });
  expect(state.run?.fleet).toBeUndefined();
  expect([...state.fuzzers.keys()]).toEqual(['new']);
  expect((await loadState(records)).run?.runId).toBe('new');
});

test('all that are alive count together, whatever campaign they think they are of', () => {
  const runs = [fuzzer('a'), fuzzer('b', { campaign: 'b' }), fuzzer('c', { campaign: 'c', state: 'finished' })];
  const group = campaignOf(runs, ({ state }) => (state === 'finished' ? 'ended' : 'alive'));
  expect(group.map(({ runId }) => runId)).toEqual(['a', 'b']);
});

test('threads, notices and what was not collected are those of all fuzzers, each once', async () => {
  const records = new Records(openMemoryDatabase());
  const { runs } = records;
  const worker = { state: 'running', targetId: null, heapUsedBytes: 1, slices: 1, restarts: 0 } as const;
  const skipped = { file: 'a.ts', testName: null, code: 'skipped', reason: 'r', result: 'skipped' } as const;
  const notice = { id: '7-1', level: 'info', message: 'm', at: 1 } as const;
  await records.write([
    runs.put(fuzzer('old', { campaign: 'old', state: 'finished', startedAt: START - 100 })),
    runs.putWorker('old', { ...worker, id: 9 }),
    runs.putNotCollected('old', { ...skipped, file: 'old.ts' }),
    ...['a', 'b'].flatMap((runId, at) => [
      runs.put(fuzzer(runId, { startedAt: START + at })),
      runs.putWorker(runId, { ...worker, id: 1, slices: at }),
      runs.putNotCollected(runId, skipped),
      runs.putNotCollected(runId, { ...skipped, file: `${runId}.ts` }),
      // Containers have equal process ids.
      runs.putNotice(runId, { ...notice, message: runId }),
    ]),
  ]);
  const state = await stateOf(records);
  expect([...state.workers.values()].map(({ runId, id: number, slices }) => [runId, number, slices])).toEqual([
    ['a', 1, 0],
    ['b', 1, 1],
  ]);
  expect([...state.notCollected.values()].map(({ file }) => file).sort()).toEqual(['a.ts', 'b.ts']);
  expect([...state.notices.values()].map(({ message }) => message)).toEqual(['a', 'b']);
});
