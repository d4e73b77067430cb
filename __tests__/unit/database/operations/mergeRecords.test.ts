import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { encodeChoices, toBlob } from '../../../../src/choice/encoding';
import { openMemoryDatabase, Records } from '../../../../src/database';
import type { Database } from '../../../../src/database/base/database';
import { mergeSnapshots } from '../../../../src/database/merge/mergeSnapshots';
import { RecordMerger, type MergeCounts } from '../../../../src/database/operations/mergeRecords';
import type { FailureHistoryEntry, FailureSnapshot } from '../../../../src/protocol/failure';
import { sampleFailure, sampleRun, sampleTarget } from '../samples';

const ID = 'a.test.js :: adds :: 0';

function blobOf(...values: number[]): string {
  return toBlob({ values, forks: [], biased: false });
}

function choicesOf(...values: number[]): Uint8Array {
  return encodeChoices({ values, forks: [], biased: false });
}

function historyEntry(at: number): FailureHistoryEntry {
  return { at, event: 'found', by: 'fuzz', host: 'one' };
}

async function merge(
  from: Database,
  into: Database,
): Promise<{ counts: MergeCounts; problems: string[]; files: string[] }> {
  const problems: string[] = [];
  const merger = new RecordMerger(new Records(into), (key, reason) => problems.push(`${key}: ${reason}`));
  for await (const entry of from.list('')) await merger.add(entry);
  await merger.flush();
  return { counts: merger.counts, problems, files: [...merger.changedFiles] };
}

async function contentOf(database: Database): Promise<string[]> {
  const content: string[] = [];
  for await (const [key, value] of database.list('')) content.push(`${key} ${Buffer.from(value).toString('hex')}`);
  return content;
}

async function databaseWith(fill: (records: Records) => Promise<void>): Promise<Database> {
  const database = openMemoryDatabase();
  await fill(new Records(database));
  return database;
}

describe('what two databases know of a failure', () => {
  const snapshot = fc
    .record({
      size: fc.integer({ min: 1, max: 3 }),
      value: fc.integer({ min: 0, max: 2 }),
      state: fc.constantFrom('found', 'minimal', 'flaky'),
      first: fc.integer({ min: 1, max: 5 }),
      last: fc.integer({ min: 5, max: 9 }),
      close: fc.constantFrom(null, 'fixed', 'changed', 'expired'),
      host: fc.constantFrom('one', 'two'),
      history: fc.array(fc.integer({ min: 0, max: 60 }), { maxLength: 30 }),
    })
    .map(({ size, value, state, first, last, close, host, history }): FailureSnapshot => {
      const values = Array<number>(size).fill(value);
      return sampleFailure({
        blob: blobOf(...values),
        choices: size,
        state: (close ?? state) as FailureSnapshot['state'],
        firstSeenAt: first,
        lastSeenAt: last,
        fixedAt: close === 'fixed' ? last + 1 : null,
        host,
        history: [...new Set(history)].sort((a, b) => a - b).map(historyEntry),
      });
    });

  test('is the same in whatever order, and however often, it is put together', () => {
    const text = (failure: FailureSnapshot): string =>
      JSON.stringify(
        Object.entries(failure)
          .map((field) => JSON.stringify(field))
          .sort(),
      );
    fc.assert(
      fc.property(snapshot, snapshot, snapshot, (a, b, c) => {
        const ab = mergeSnapshots(a, b);
        expect(text(mergeSnapshots(b, a))).toBe(text(ab));
        expect(text(mergeSnapshots(ab, b))).toBe(text(ab));
        const all = mergeSnapshots(ab, c);
        const other = mergeSnapshots(a, mergeSnapshots(b, c));
        // What has to agree between machines that take in from each other.
        for (const field of ['blob', 'lastSeenAt', 'firstSeenAt', 'fixedAt'] as const)
          expect(other[field]).toBe(all[field]);
        expect(other.history).toEqual(all.history);
      }),
      { numRuns: 500 },
    );
  });

  test('has the simpler input, and one that fails each time before a flaky one', () => {
    const small = sampleFailure({ blob: blobOf(1), choices: 1, lastSeenAt: 100 });
    const large = sampleFailure({ blob: blobOf(1, 2), choices: 2, lastSeenAt: 200 });
    expect(mergeSnapshots(large, small)).toMatchObject({ choices: 1, lastSeenAt: 200 });
    expect(mergeSnapshots(large, { ...small, state: 'flaky' })).toMatchObject({ choices: 2, state: 'minimal' });
  });

  test('is open or not by what happened last', () => {
    const fixed = sampleFailure({ state: 'fixed', fixedAt: 300, lastSeenAt: 200 });
    expect(mergeSnapshots(fixed, sampleFailure({ lastSeenAt: 250 }))).toMatchObject({ state: 'fixed', fixedAt: 300 });
    expect(mergeSnapshots(fixed, sampleFailure({ lastSeenAt: 350 }))).toMatchObject({
      state: 'minimal',
      fixedAt: null,
    });
    const expired = sampleFailure({ state: 'expired', lastSeenAt: 200 });
    expect(mergeSnapshots(expired, sampleFailure({ lastSeenAt: 200 })).state).toBe('expired');
    expect(mergeSnapshots(expired, sampleFailure({ lastSeenAt: 201 })).state).toBe('minimal');
  });
});

describe('a merge of databases', () => {
  test('is a union: nothing that is there becomes worse', async () => {
    const ours = await databaseWith((records) =>
      records.write([
        ...records.failures.put(
          sampleFailure({ targetId: ID, blob: blobOf(1), choices: 1, lastSeenAt: 200 }),
          historyEntry(1),
        ),
        records.corpus.put({ targetId: ID, choices: choicesOf(1), behaviors: ['0'.repeat(16)], isOptimal: true }),
        records.words.put(ID, ['one', 'two']),
        records.targets.put('r2', sampleTarget(ID, { inputs: 20 }), 2000),
        records.runs.put(sampleRun('r', 10, { updatedAt: 20 })),
      ]),
    );
    const theirs = await databaseWith((records) =>
      records.write([
        ...records.failures.put(
          sampleFailure({ targetId: ID, blob: blobOf(1, 2), choices: 2, lastSeenAt: 300 }),
          historyEntry(2),
        ),
        ...records.failures.put(sampleFailure({ targetId: ID, id: 'f2', blob: blobOf(3) })),
        records.corpus.put({ targetId: ID, choices: choicesOf(1), behaviors: ['1'.repeat(16)], isOptimal: false }),
        records.corpus.put({ targetId: ID, choices: choicesOf(2), behaviors: ['2'.repeat(16)], isOptimal: false }),
        records.words.put(ID, ['zero', 'one']),
        records.targets.put('r1', sampleTarget(ID, { inputs: 10 }), 1000),
        records.runs.put(sampleRun('r', 10, { updatedAt: 30 })),
      ]),
    );
    const { counts, problems, files } = await merge(theirs, ours);
    expect(problems).toEqual([]);
    expect(counts).toMatchObject({ read: 8, added: 3, merged: 4, known: 1, leftOut: 0 });
    expect(files).toEqual(['test/add.test.ts']);
    const records = new Records(ours);
    expect(await records.failures.get(ID, 'f1')).toMatchObject({ choices: 1, lastSeenAt: 300 });
    expect((await records.failures.history(ID, 'f1')).map(({ at }) => at)).toEqual([1, 2]);
    expect((await records.failures.get(ID, 'f1'))!.history!.map(({ at }) => at)).toEqual([1, 2]);
    expect(await records.failures.list(ID)).toHaveLength(2);
    const [entry] = (await records.corpus.list(ID)).filter(({ isOptimal }) => isOptimal);
    expect(entry!.behaviors).toEqual(['0'.repeat(16), '1'.repeat(16)]);
    expect(await records.words.get(ID)).toEqual(['zero', 'one', 'two']);
    expect(await records.targets.get(ID)).toMatchObject({ runId: 'r2', target: { inputs: 20 } });
    expect(await records.runs.get('r')).toMatchObject({ updatedAt: 30 });

    // The second time nothing changes, and the other way round the same comes out.
    const before = await contentOf(ours);
    expect((await merge(theirs, ours)).counts).toMatchObject({ added: 0, merged: 0, known: 8 });
    expect(await contentOf(ours)).toEqual(before);
  });

  test('takes what it does not know where there is none, and leaves out what is damaged', async () => {
    const theirs = openMemoryDatabase();
    await theirs.write([
      { type: 'put', key: 'new-kind/1', value: Uint8Array.of(1) },
      { type: 'put', key: 'new-kind/2', value: Uint8Array.of(1) },
      { type: 'put', key: 'failure/x/newer', value: Uint8Array.of(9, 1) },
      { type: 'put', key: 'failure/x/damaged', value: Uint8Array.of(1, 1) },
      { type: 'put', key: 'damaged/failure/y', value: Uint8Array.of(1, 1) },
    ]);
    const ours = openMemoryDatabase();
    await ours.write([{ type: 'put', key: 'new-kind/2', value: Uint8Array.of(2) }]);
    const { counts, problems } = await merge(theirs, ours);
    expect(counts).toMatchObject({ read: 4, added: 2, leftOut: 2 });
    expect(problems).toEqual([
      expect.stringMatching(/^failure\/x\/damaged: it is damaged: it is not JSON/),
      expect.stringMatching(/^new-kind\/2: there is another record under its key/),
    ]);
    expect(await ours.get('new-kind/2')).toEqual(Uint8Array.of(2));
    expect(await ours.get('failure/x/newer')).toEqual(Uint8Array.of(9, 1));
    expect(await ours.get('damaged/failure/y')).toBeUndefined();
  });

  test('tries again when another process changed a failure meanwhile', async () => {
    const ours = openMemoryDatabase();
    const records = new Records(ours);
    let isFirst = true;
    const racing: Database = {
      url: ours.url,
      get: (key) => ours.get(key),
      list: (prefix) => ours.list(prefix),
      watch: (listener) => ours.watch(listener),
      close: () => ours.close(),
      async write(operations) {
        if (isFirst) {
          isFirst = false;
          await records.write(records.failures.put(sampleFailure({ blob: blobOf(1), choices: 1 })));
        }
        return ours.write(operations);
      },
    };
    const theirs = await databaseWith((other) =>
      other.write(other.failures.put(sampleFailure({ blob: blobOf(1, 2), choices: 2 }))),
    );
    await merge(theirs, racing);
    expect(await records.failures.list()).toMatchObject([{ choices: 1 }]);
  });
});
