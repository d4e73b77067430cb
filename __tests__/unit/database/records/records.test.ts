import { beforeEach, describe, expect, test } from '@jest/globals';
import type { Database } from '../../../../src/database/base/database';
import { MAX_HISTORY, type FailureHistoryEntry } from '../../../../src/database/records/failureRecords';
import { openMemoryDatabase } from '../../../../src/database/stores/memory';
import { Records } from '../../../../src/database/records/records';
import type { RecordProblem } from '../../../../src/database/records/recordTable';
import { MAX_WORD_LENGTH, mergeWords, MOST_WORDS } from '../../../../src/database/records/wordRecords';
import { sampleFailure, sampleRun, sampleTarget } from '../samples';

let database: Database;
let records: Records;
let problems: RecordProblem[];

beforeEach(() => {
  problems = [];
  database = openMemoryDatabase();
  records = new Records(database, (problem) => problems.push(problem));
});

async function keys(): Promise<string[]> {
  const found: string[] = [];
  for await (const [key] of database.list('')) found.push(key);
  return found;
}

describe('words', () => {
  test('come back as they were, one target at a time', async () => {
    await records.write([records.words.put('a', ['x', '\ud800']), records.words.put('b', ['y'])]);
    expect(await records.words.get('a')).toEqual(['x', '\ud800']);
    expect(await records.words.get('b')).toEqual(['y']);
    expect(await records.words.get('c')).toEqual([]);
  });

  test('are bounded, in number and length, and none is there twice', async () => {
    const many = Array.from({ length: 100 }, (_, index) => `w${index}`);
    const longest = 'long'.repeat(MAX_WORD_LENGTH / 4);
    const words = mergeWords(many, ['w50', '', `${longest}r`, longest]);
    expect(words).toHaveLength(MOST_WORDS);
    expect(words.slice(0, 2)).toEqual(['w37', 'w38']);
    expect(words.slice(-3)).toEqual(['w99', 'w50', longest]);
    expect(new Set(words).size).toBe(MOST_WORDS);
    await records.write([records.words.put('a', many)]);
    expect(await records.words.get('a')).toEqual(many.slice(-64));
  });
});

describe('targets', () => {
  test('come back as they were, each with its run', async () => {
    await records.write([records.targets.put('r1', sampleTarget('a')), records.targets.put('r1', sampleTarget('b'))]);
    await records.write([records.targets.put('r2', sampleTarget('a', { inputs: 99 }))]);
    expect(await records.targets.get('a')).toEqual({ runId: 'r2', target: sampleTarget('a', { inputs: 99 }) });
    expect((await records.targets.list()).map(({ target }) => target.id).sort()).toEqual(['a', 'b']);
    expect(await records.targets.get('c')).toBeUndefined();
  });

  test('with ids of any length and alphabet', async () => {
    const id = `${'very/long/'.repeat(500)}\n\ud83d :: 0`;
    await records.write([records.targets.put('r', sampleTarget(id))]);
    expect((await records.targets.get(id))?.target.id).toBe(id);
  });
});

describe('corpus', () => {
  const entry = { targetId: 'a', choices: Uint8Array.of(1, 2, 3), behaviors: ['00ff00ff00ff00ff'], isOptimal: true };

  test('comes back as it was, one target at a time', async () => {
    const other = { targetId: 'b', choices: new Uint8Array(1000).fill(5), behaviors: [], isOptimal: false };
    await records.write([records.corpus.put(entry), records.corpus.put(other)]);
    expect(await records.corpus.list('a')).toEqual([entry]);
    expect(await records.corpus.list('b')).toEqual([other]);
    expect(await records.corpus.list('c')).toEqual([]);
  });

  test('has one entry for the same choices', async () => {
    await records.write([records.corpus.put(entry), records.corpus.put({ ...entry, behaviors: ['1111111111111111'] })]);
    expect(await records.corpus.list('a')).toEqual([{ ...entry, behaviors: ['1111111111111111'] }]);
  });

  test('deletes one entry, or all of a target', async () => {
    const second = { ...entry, choices: Uint8Array.of(4) };
    await records.write([
      records.corpus.put(entry),
      records.corpus.put(second),
      records.corpus.put({ ...entry, targetId: 'b' }),
    ]);
    await records.write([records.corpus.delete('a', entry.choices)]);
    expect(await records.corpus.list('a')).toEqual([second]);
    await records.write(await records.corpus.deleteAll('a'));
    expect(await records.corpus.list('a')).toEqual([]);
    expect(await records.corpus.list('b')).toHaveLength(1);
  });

  test('refuses a behavior that it could not give back', () => {
    expect(() => records.corpus.put({ ...entry, behaviors: ['xyz'] })).toThrow('16 hex digits but received "xyz"');
  });
});

describe('failures', () => {
  const found: FailureHistoryEntry = { at: 100, event: 'found', by: 'fuzz', host: 'one' };
  const { targetId, id } = sampleFailure();

  test('come back as they were, fixed ones too', async () => {
    const fixed = sampleFailure({ id: 'f2', state: 'fixed', fixedAt: 300 });
    const other = sampleFailure({ targetId: 'other :: 0' });
    await records.write([sampleFailure(), fixed, other].flatMap((failure) => records.failures.put(failure)));
    expect(await records.failures.get(targetId, id)).toEqual(sampleFailure());
    expect(await records.failures.list(targetId)).toEqual([sampleFailure(), fixed]);
    expect(await records.failures.list()).toHaveLength(3);
  });

  test('have a history in the order of time, each entry once', async () => {
    const passed: FailureHistoryEntry = { at: 20, event: 'passed', by: 'jest', host: 'two', detail: 'x' };
    await records.write(records.failures.put(sampleFailure(), found, passed));
    await records.write(records.failures.put(sampleFailure(), found));
    expect(await records.failures.history(targetId, id)).toEqual([passed, found]);
    expect(await records.failures.history(targetId, 'f2')).toEqual([]);
  });

  test('keep the first entry and the latest', async () => {
    const all = Array.from({ length: MAX_HISTORY + 20 }, (_, at) => ({ ...found, at }));
    await records.write(records.failures.put(sampleFailure(), ...all));
    const kept = [all[0], ...all.slice(21)];
    expect(await records.failures.history(targetId, id)).toEqual(kept);
    const operations = await records.failures.trimHistory(targetId, id);
    expect(operations).toHaveLength(20);
    await records.write(operations);
    expect(await records.failures.history(targetId, id)).toEqual(kept);
    expect(await records.failures.trimHistory(targetId, id)).toEqual([]);
  });
});

describe('runs', () => {
  test('the latest is the one that started last', async () => {
    expect(await records.runs.latest()).toBeUndefined();
    await records.write(
      [sampleRun('b', 10), sampleRun('a', 30), sampleRun('c', 20)].map((run) => records.runs.put(run)),
    );
    expect((await records.runs.latest())?.runId).toBe('a');
    expect((await records.runs.list()).map((run) => run.runId)).toEqual(['b', 'c', 'a']);
    expect((await records.runs.get('c'))?.startedAt).toBe(20);
  });

  test('old ones are pruned with all that belongs to them', async () => {
    for (const [runId, at] of [
      ['old', 1],
      ['old2', 2],
      ['new', 3],
    ] as const) {
      await records.write([
        records.runs.put(sampleRun(runId, at)),
        records.runs.putWorker(runId, {
          id: 1,
          state: 'idle',
          targetId: null,
          heapUsedBytes: 1,
          slices: 1,
          restarts: 0,
        }),
        records.runs.putNotice(runId, { id: 'n', level: 'info', message: 'm', at: 1 }),
        records.runs.putNotCollected(runId, {
          file: 'f',
          testName: null,
          code: 'skipped',
          reason: 'r',
          result: 'skipped',
        }),
      ]);
    }
    await records.write(await records.runs.prune(1));
    expect(await keys()).toEqual([
      expect.stringMatching('^not-collected/new/'),
      'notice/new/n',
      'run/new',
      'worker/new/0001',
    ]);
    expect(await records.runs.prune(1)).toEqual([]);
  });
});

describe('records that cannot be read', () => {
  const encode = (version: number, text: string): Uint8Array => Buffer.from([version, ...Buffer.from(text)]);
  const target = JSON.stringify({ runId: 'r', target: sampleTarget('a') });

  test.each<[string, Uint8Array, string]>([
    ['an empty one', new Uint8Array(), 'it is empty'],
    ['one of a newer version', encode(2, target), 'its format is 2 and this version of fuzz-runner knows 1'],
    ['one of no version', encode(0, target), 'expected format 1 but received 0'],
    ['no JSON', encode(1, '{"runId'), 'it is not JSON'],
    ['no object', encode(1, 'null'), 'expected the value to be an object but received null'],
    ['a missing field', encode(1, '{"runId":"r"}'), 'expected target to be an object but received nothing'],
    [
      'a wrong field',
      encode(1, target.replace('"inputs":10', '"inputs":"10"')),
      'expected inputs to be a number but received "10"',
    ],
    ['a wrong element', encode(1, target.replace('"add"', '1')), 'expected titles[0] to be a string but received 1'],
  ])('%s is reported once, left out and left there', async (_, value, reason) => {
    await database.write([{ type: 'put', key: 'target/zz', value }]);
    await records.write([records.targets.put('r', sampleTarget('a'))]);
    expect(await records.targets.list()).toHaveLength(1);
    expect(await records.targets.list()).toHaveLength(1);
    expect(problems).toEqual([
      { key: 'target/zz', message: expect.stringContaining(`target/zz was skipped: ${reason}`) },
    ]);
    expect(await database.get('target/zz')).toEqual(new Uint8Array(value));
  });

  test('every cut of a corpus entry is reported, never misread', async () => {
    const { value } = records.corpus.put({
      targetId: 'a',
      choices: new Uint8Array(200),
      behaviors: ['0123456789abcdef'],
      isOptimal: false,
    }) as { value: Uint8Array };
    for (let length = 0; length < value.length; length += 1) {
      await database.write([
        { type: 'put', key: `corpus/86f7e437faa5a7fc/${length}`, value: value.subarray(0, length) },
      ]);
    }
    expect(await records.corpus.list('a')).toEqual([]);
    expect(problems).toHaveLength(value.length);
  });

  test('fields of newer versions are let through', async () => {
    await database.write([{ type: 'put', key: 'target/zz', value: encode(1, target.replace('{', '{"later":1,')) }]);
    expect(await records.targets.list()).toHaveLength(1);
    expect(problems).toEqual([]);
  });
});
