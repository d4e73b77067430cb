import { beforeEach, expect, test } from '@jest/globals';
import { openMemoryDatabase, Records } from '../../../../src/database';
import { Leases } from '../../../../runner/fleet/leases';
import { savedFailure, type TrackedFailure } from '../../../../runner/targets/targetState';
import { toBlob } from '../../../../src/choice/encoding';
import { sampleFailure } from '../../database/samples';

let records: Records;
let alive: Set<string>;

beforeEach(() => {
  records = new Records(openMemoryDatabase());
  alive = new Set(['a', 'b', 'c']);
});

function leasesOf(runId: string, commit: string | null = 'c0ffee'): Leases {
  return new Leases({ records, runId, commit, isAlive: async (other) => alive.has(other) });
}

function failure(): TrackedFailure {
  return savedFailure(sampleFailure({ blob: toBlob({ biased: false, values: [1], forks: [] }) }));
}

test('when several processes claim a failure at the same moment, one of them gets it', async () => {
  const claims = ['a', 'b', 'c'].map((runId) => ({ leases: leasesOf(runId), failure: failure() }));
  await Promise.all(claims.map((claim) => claim.leases.claim(claim.failure)));
  expect(claims.filter((claim) => claim.failure.isHeld !== true)).toHaveLength(1);
  // A process that was late does not know which one has the lease, and asks again.
  for (const { leases } of claims) await leases.takeOver();
  expect(claims.filter((claim) => claim.failure.isHeld !== true)).toHaveLength(1);
});

test('a lease is void when its owner is gone, and when it gives it back', async () => {
  const [a, b, c] = [leasesOf('a'), leasesOf('b'), leasesOf('c')];
  const [first, second, third] = [failure(), failure(), failure()];
  await a.claim(first);
  await b.claim(second);
  await b.takeOver();
  expect([first.isHeld, second.isHeld]).toEqual([false, true]);
  alive.delete('a');
  await b.takeOver();
  expect(second.isHeld).toBe(false);
  await c.claim(third);
  expect(third.isHeld).toBe(true);
  await b.release();
  await c.takeOver();
  // The owner is alive, but has given the lease back: a new claim finds that out, `takeOver` does not.
  const again = failure();
  await c.claim(again);
  expect(again.isHeld).toBe(false);
});

test('a process with other code has a lease of its own, and work that is done is not taken over', async () => {
  const [a, b, other] = [leasesOf('a'), leasesOf('b'), leasesOf('c', 'bad')];
  const [first, second, third] = [failure(), failure(), failure()];
  await a.claim(first);
  await b.claim(second);
  await other.claim(third);
  expect([first.isHeld, second.isHeld, third.isHeld]).toEqual([false, true, false]);
  b.settle(second);
  alive.delete('a');
  await b.takeOver();
  expect(second.isHeld).toBe(true);
});

test('a damaged lease is kept aside, and the failure can be claimed', async () => {
  const leases = leasesOf('a');
  const one = failure();
  await leases.claim(one);
  const [key] = await keys('lease/');
  await records.write([{ type: 'put', key: key!, value: Uint8Array.of(1, 2, 3) }]);
  const two = failure();
  await leasesOf('b').claim(two);
  expect(two.isHeld).toBe(false);
  expect(await keys('damaged/')).toEqual([`damaged/${key}`]);
});

async function keys(prefix: string): Promise<string[]> {
  const found: string[] = [];
  for await (const [key] of records.database.list(prefix)) found.push(key);
  return found;
}
