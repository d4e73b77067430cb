import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { encodeChoices, toBlob } from '../../../../src/choice/encoding';
import { openMemoryDatabase, Records } from '../../../../src/database';
import { hashKey } from '../../../../src/database/base/key';
import { collectGarbage, type GarbageOptions } from '../../../../src/database/operations/collectGarbage';
import { databaseStatistics } from '../../../../src/database/operations/databaseStatistics';
import { minimizeCorpus } from '../../../../src/database/operations/minimizeCorpus';
import { setCover } from '../../../../src/database/operations/setCover';
import { verifyRecords, type FoundProblem, type VerifyCounts } from '../../../../src/database/operations/verifyRecords';
import { sampleFailure, sampleRun, sampleTarget } from '../samples';

const ID = 'a.test.js :: adds :: 0';
const BLOB = toBlob({ values: [1], forks: [], biased: false });

function choicesOf(...values: number[]): Uint8Array {
  return encodeChoices({ values, forks: [], biased: false });
}

function behavior(number: number): string {
  return number.toString(16).padStart(16, '0');
}

function fresh(): Records {
  return new Records(openMemoryDatabase());
}

describe('a set cover', () => {
  test('covers everything, with none that could be left out', () => {
    const sets = fc.array(
      fc.record({
        covers: fc.uniqueArray(fc.constantFrom('a', 'b', 'c', 'd', 'e', 'f'), { maxLength: 4 }),
        cost: fc.nat(9),
      }),
      { maxLength: 12 },
    );
    fc.assert(
      fc.property(sets, (candidates) => {
        const chosen = setCover(candidates);
        const covered = (indices: readonly number[]): string[] =>
          [...new Set(indices.flatMap((index) => candidates[index]!.covers))].sort();
        const all = covered(candidates.map((_, index) => index));
        expect(covered(chosen)).toEqual(all);
        for (const index of chosen) expect(covered(chosen.filter((other) => other !== index))).not.toEqual(all);
      }),
      { numRuns: 1000 },
    );
  });

  test('prefers what covers much, and of equals what is cheap', () => {
    const large = { covers: ['a', 'b', 'c'], cost: 9 };
    expect(setCover([{ covers: ['a'], cost: 1 }, { covers: ['b'], cost: 1 }, large])).toEqual([2]);
    expect(
      setCover([
        { covers: ['a'], cost: 2 },
        { covers: ['a'], cost: 1 },
        { covers: [], cost: 0 },
      ]),
    ).toEqual([1]);
  });
});

describe('a corpus that is made smaller', () => {
  test('covers what it covered, and is not touched by a dry run', async () => {
    const records = fresh();
    await records.write([
      records.corpus.put({
        targetId: ID,
        choices: choicesOf(1),
        behaviors: [behavior(1), behavior(2)],
        isOptimal: false,
      }),
      records.corpus.put({
        targetId: ID,
        choices: choicesOf(1, 2, 3),
        behaviors: [behavior(1), behavior(2)],
        isOptimal: false,
      }),
      records.corpus.put({ targetId: ID, choices: choicesOf(2), behaviors: [behavior(3)], isOptimal: false }),
      records.corpus.put({ targetId: ID, choices: choicesOf(9), behaviors: [], isOptimal: false }),
      records.corpus.put({ targetId: 'other', choices: choicesOf(1), behaviors: [behavior(1)], isOptimal: false }),
      { type: 'put', key: `corpus/${hashKey(ID)}/damaged`, value: Uint8Array.of(1) },
    ]);
    const run = async (dryRun: boolean): Promise<string[]> => {
      const results: string[] = [];
      for await (const { targetId, behaviors, entriesBefore, entriesAfter } of minimizeCorpus(records, dryRun)) {
        results.push([targetId, behaviors, entriesBefore, entriesAfter].join());
      }
      return results.sort();
    };
    const expected = [`${ID},3,4,3`, 'other,1,1,1'];
    expect(await run(true)).toEqual(expected);
    expect(await records.corpus.list(ID)).toHaveLength(4);
    expect(await run(false)).toEqual(expected);
    const left = (await records.corpus.list(ID)).map(({ choices }) => Buffer.from(choices).toString('hex'));
    expect(left.sort()).toEqual(
      [choicesOf(1), choicesOf(2), choicesOf(9)].map((bytes) => Buffer.from(bytes).toString('hex')).sort(),
    );
    expect(await records.database.get(`corpus/${hashKey(ID)}/damaged`)).toBeDefined();
  });
});

const DAY = 24 * 3600 * 1000;
const NOW = 1_800_000_000_000;
const GARBAGE: GarbageOptions = { now: NOW, graceMs: 30 * DAY, dropFailures: false, keepRuns: 2, dryRun: false };

async function oldAndNew(): Promise<Records> {
  const records = fresh();
  const entry = (targetId: string): ReturnType<typeof records.corpus.put> =>
    records.corpus.put({ targetId, choices: choicesOf(1), behaviors: [behavior(1)], isOptimal: false });
  const history = { at: 5, event: 'found', by: 'fuzz', host: 'one' } as const;
  await records.write([
    records.targets.put('r', sampleTarget('new'), NOW - DAY),
    records.targets.put('r', sampleTarget('old'), NOW - 40 * DAY),
    records.targets.put('r', sampleTarget('old with a failure'), NOW - 40 * DAY),
    ...['new', 'old', 'old with a failure'].flatMap((id) => [entry(id), records.words.put(id, ['word'])]),
    ...records.failures.put(sampleFailure({ targetId: 'new', state: 'fixed', fixedAt: 300 }), history),
    ...records.failures.put(sampleFailure({ targetId: 'old', state: 'fixed', fixedAt: 300 }), history),
    ...records.failures.put(sampleFailure({ targetId: 'old with a failure' }), history),
    ...[1, 2, 3].flatMap((at) => [
      records.runs.put(sampleRun(`r${at}`, at)),
      records.runs.putNotice(`r${at}`, { id: 'n', level: 'info', message: 'm', at: 1 }),
    ]),
    records.runs.putNotice('gone', { id: 'n', level: 'info', message: 'm', at: 1 }),
  ]);
  return records;
}

async function keysOf(records: Records): Promise<string[]> {
  const keys: string[] = [];
  for await (const [key] of records.database.list('')) keys.push(key);
  return keys;
}

describe('garbage', () => {
  test('is what no run has seen for long; a failure that is not fixed stays and is told', async () => {
    const records = await oldAndNew();
    const before = await keysOf(records);
    const planned = await collectGarbage(records, { ...GARBAGE, dryRun: true });
    expect(await keysOf(records)).toEqual(before);
    const done = await collectGarbage(records, GARBAGE);
    expect(done).toEqual(planned);
    expect(before.length - (await keysOf(records)).length).toBe(done.records);
    expect(done.runs).toBe(1);
    const told = done.targets.map(({ targetId, dropped, kept }) => [targetId, dropped.length, kept.length].join());
    expect(told.sort()).toEqual(['old with a failure,0,1', 'old,1,0']);
    expect(await records.corpus.list('new')).toHaveLength(1);
    expect(await records.failures.get('new', 'f1')).toBeDefined();
    expect(await records.words.get('new')).toEqual(['word']);
    const left = (await keysOf(records)).filter((key) => key.includes(hashKey('old')));
    expect(left).toEqual([]);
    expect(await records.failures.get('old with a failure', 'f1')).toBeDefined();
    expect(await records.failures.history('old with a failure', 'f1')).toHaveLength(1);
    expect((await keysOf(records)).filter((key) => key.startsWith('notice/'))).toEqual(['notice/r2/n', 'notice/r3/n']);
  });

  test('takes open failures too when asked to', async () => {
    const records = await oldAndNew();
    const { targets } = await collectGarbage(records, { ...GARBAGE, dropFailures: true });
    expect(targets.map(({ kept }) => kept.length)).toEqual([0, 0]);
    expect((await records.targets.list()).map(({ target }) => target.id)).toEqual(['new']);
    expect((await records.failures.list()).map(({ targetId }) => targetId)).toEqual(['new']);
  });
});

describe('verifying', () => {
  async function verify(
    records: Records,
    setAside = false,
  ): Promise<{ problems: FoundProblem[]; counts: VerifyCounts }> {
    const verifying = verifyRecords(records, setAside);
    const problems: FoundProblem[] = [];
    for (;;) {
      const step = await verifying.next();
      if (step.done === true) return { problems, counts: step.value };
      problems.push(step.value);
    }
  }

  test('finds each damaged record, and moves it out of the way when asked to', async () => {
    const records = await oldAndNew();
    await records.write(records.failures.put(sampleFailure({ targetId: ID, id: 'sound', blob: BLOB })));
    const sound = await verify(records);
    expect(sound.problems).toEqual([]);
    const cut = records.corpus.put({ targetId: ID, choices: choicesOf(1), behaviors: [behavior(1)], isOptimal: false });
    const [failure] = records.failures.put(sampleFailure({ targetId: ID, id: 'blob', blob: 'fz1-AQAZ' }));
    if (cut.type !== 'put' || failure?.type !== 'put') throw new Error('these are put');
    await records.write([
      { ...cut, value: cut.value.subarray(0, 12) },
      failure,
      {
        ...failure,
        key: 'failure/elsewhere/blob',
        value: Uint8Array.of(1, 123, 125),
      },
      { type: 'put', key: 'target/newer', value: Uint8Array.of(7) },
      { type: 'put', key: 'whatever', value: Uint8Array.of(7) },
    ]);
    const { problems, counts } = await verify(records);
    expect(problems.map(({ key, type }) => `${key.split('/')[0]} ${type}`).sort()).toEqual([
      'corpus damaged',
      'failure damaged',
      'failure damaged',
      'target unknown',
      'whatever unknown',
    ]);
    expect(problems.map(({ reason }) => reason)).toContainEqual('it was cut off after 12 bytes');
    expect(counts).toMatchObject({ records: sound.counts.records + 5, damaged: 3, unknown: 2, setAsideEarlier: 0 });

    const moved = await verify(records, true);
    expect(moved.problems.filter(({ setAsideAs }) => setAsideAs !== undefined)).toHaveLength(3);
    expect(await records.database.get(`damaged/${cut.key}`)).toEqual(cut.value.subarray(0, 12));
    expect(await records.database.get(cut.key)).toBeUndefined();
    const after = await verify(records);
    expect(after.counts).toMatchObject({ damaged: 0, unknown: 2, setAsideEarlier: 3 });
  });
});

describe('statistics', () => {
  test('count what is there, by target and in all', async () => {
    const records = await oldAndNew();
    await records.database.write([{ type: 'put', key: 'whatever', value: Uint8Array.of(7) }]);
    const { targets, total } = await databaseStatistics(records);
    expect(
      targets.map(({ targetId, corpusEntries, failures, lastSeenAt }) => [
        targetId,
        corpusEntries,
        failures,
        lastSeenAt,
      ]),
    ).toEqual([
      ['new', 1, { fixed: 1 }, NOW - DAY],
      ['old', 1, { fixed: 1 }, NOW - 40 * DAY],
      ['old with a failure', 1, { minimal: 1 }, NOW - 40 * DAY],
    ]);
    expect(total).toMatchObject({
      targets: 3,
      corpusEntries: 3,
      failures: { fixed: 2, minimal: 1 },
      runs: 3,
      inputs: 30,
      unreadable: 1,
    });
    expect(total.hosts).toEqual(['one']);
    expect(total.records).toBe((await keysOf(records)).length);
  });
});
