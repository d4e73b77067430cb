import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { setTimeout as sleep } from 'node:timers/promises';
import { openMemoryDatabase, Records } from '../../../../src/database';
import type { FuzzerSnapshot, RunSnapshot } from '../../../../src/protocol/run';
import { Fleet } from '../../../../runner/fleet/fleet';
import type { Changed } from '../../../../runner/fleet/liveSharing';
import type { TargetState } from '../../../../runner/targets/targetState';
import { sampleRun } from '../../database/samples';

interface Member {
  readonly fleet: Fleet;
  readonly shown: Map<string, FuzzerSnapshot>;
  readonly changes: Changed[];
  /** Its run as it is now. */
  run: RunSnapshot;
  readonly behaviors: Set<string>;
}

let records: Records;
let members: Member[];

beforeEach(() => {
  records = new Records(openMemoryDatabase());
  members = [];
});

afterEach(async () => {
  for (const { fleet } of members) await fleet.end();
});

const id = (number: number): string => number.toString(16).padStart(16, '0');

function member(runId: string, inputs: number, seen: readonly number[] = []): Member {
  const now = Date.now();
  const run = sampleRun(runId, now, { state: 'fuzzing', updatedAt: now });
  const made: Member = {
    shown: new Map(),
    changes: [],
    run: { ...run, totals: { ...run.totals, inputs } },
    behaviors: new Set(seen.map(id)),
    fleet: new Fleet({
      records,
      runId,
      now: () => performance.timeOrigin + performance.now(),
      self: () => ({
        ...made.run,
        updatedAt: Date.now(),
        campaign: made.fleet.campaignName,
        told: made.fleet.behaviors.recordCount,
      }),
      targets: () => [{ id: 't', behaviors: made.behaviors } as unknown as TargetState],
      save: (operations) => void records.write(operations),
      onFuzzer: (fuzzer) => made.shown.set(fuzzer.run.runId, fuzzer),
      onChanges: async (changed) => {
        made.changes.push(changed);
        return false;
      },
    }),
  };
  members.push(made);
  return made;
}

/** Writes a sign of life, as the store of a fuzzer does every two seconds. */
function beat({ run, fleet }: Member): Promise<void> {
  const now = { ...run, updatedAt: Date.now(), campaign: fleet.campaignName, told: fleet.behaviors.recordCount };
  return records.write([records.runs.put(now)]);
}

async function until(isSo: () => boolean): Promise<void> {
  while (!isSo()) {
    for (const one of members) await beat(one);
    await sleep(50);
  }
}

test('a fuzzer that starts while another one runs joins its campaign, and so do two that start at the same moment', async () => {
  const first = member('a', 1);
  await first.fleet.join(null);
  const [second, third] = [member('b', 1), member('c', 1)];
  await Promise.all([second.fleet.join(null), third.fleet.join(null)]);
  expect([first, second, third].map(({ fleet }) => fleet.campaignName)).toEqual(['a', 'a', 'a']);
});

test('a fuzzer that starts when all others have ended begins a campaign of its own', async () => {
  await records.write([records.runs.put(sampleRun('old', Date.now() - 1000, { state: 'finished' }))]);
  const one = member('a', 1);
  await one.fleet.join(null);
  expect(one.fleet.campaignName).toBe('a');
  expect(one.fleet.totals).toBeUndefined();
});

test('a process that replaces one that died takes its place in the campaign: nothing is counted twice', async () => {
  const [other, died] = [member('a', 10), member('b', 1000)];
  await other.fleet.join(null);
  await died.fleet.join(null);
  await records.write([records.runs.putSeen('b', 0, new Map([['t', [id(1)]]]))]);
  // Its successor has its totals.
  const successor = member('b2', 1000);
  await successor.fleet.join('b');
  expect(successor.fleet.campaignName).toBe('a');
  expect(successor.fleet.totals).toMatchObject({ fuzzers: 2, inputs: 1010 });
  expect((await records.runs.list()).map(({ runId }) => runId)).toEqual(['a', 'b2']);
  expect(await records.runs.seen.list()).toEqual([]);
});

test('behaviors are reported once another fuzzer is alive, and counted once', async () => {
  const [one, two] = [member('a', 1, [1, 2, 3]), member('b', 1, [3, 4])];
  for (const { fleet } of [one, two]) {
    await fleet.join(null);
    fleet.start();
  }
  await until(() => [one, two].every(({ fleet }) => fleet.totals?.behaviors === 4));
  expect(one.shown.get('b')).toMatchObject({ presence: 'alive', run: { runId: 'b' } });
  // The first look reads all records.
  expect(one.changes[0]).toBe('all');
  // Later looks read only records that have changed.
  one.changes.length = 0;
  await records.write([{ type: 'put', key: 'corpus/x/y', value: Uint8Array.of(1) }]);
  await until(() => one.changes.some((changed) => changed === 'all' || changed.has('corpus/x/y')));
}, 60_000);
