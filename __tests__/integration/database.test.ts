import { once } from 'node:events';
import fs from 'node:fs';
import path from 'node:path';
import { Worker } from 'node:worker_threads';
import { afterAll, beforeAll, describe, expect, jest, test } from '@jest/globals';
import { appendJournal } from '../../src/database/journal/journal';
import type { JournalEvent } from '../../src/database/journal/journalEvent';
import { readSavedFailures } from '../../src/database/journal/savedFailures';
import { openLmdbDatabase } from '../../src/database/stores/lmdb/lmdb';
import { Records } from '../../src/database/records/records';
import { contents, expectAcknowledged } from './acknowledged';
import { endChildren, startChild } from './child';
import { FILE, sampleFailure, temporaryDirectory } from '../unit/database/samples';

jest.setTimeout(60_000);

let root: string;

beforeAll(() => {
  root = temporaryDirectory();
});

afterAll(() => {
  endChildren();
  fs.rmSync(root, { recursive: true, force: true });
});

const SEED = Number(process.env.SEED ?? Date.now() % 1_000_000);

/** Small and good enough to choose moments; the seed is in the name of each test. */
function randomOf(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
}

const start = startChild;

describe('a process that is killed while it writes', () => {
  const random = randomOf(SEED);
  // Half of the rounds with the database open here: then the killed process may leave locks behind.
  test.each(
    Array.from({ length: 20 }, (_, round) => [round, round % 2 === 1, Math.ceil(random() ** 2 * 400)] as const),
  )(
    `loses no acknowledged write (round %i, open here: %s, after %i writes, SEED=${SEED})`,
    async (_, isOpenHere, writes) => {
      const directory = path.join(root, 'killed');
      const here = isOpenHere ? await openLmdbDatabase(directory) : null;
      const child = start({}, 'write', directory);
      await child.said(writes);
      await child.kill();
      const database = here ?? (await openLmdbDatabase(directory));
      await expectAcknowledged(database, child.lines);
      await database.write([{ type: 'put', key: 'after', value: Buffer.from('x') }], { durable: true });
      await database.close();
    },
  );
});

describe('two processes', () => {
  test('write to one directory, and see each other', async () => {
    const directory = path.join(root, 'two');
    const database = await openLmdbDatabase(directory);
    const changed = new Promise<void>((resolve) => database.watch(() => resolve()));
    const writers = [start({}, 'write', directory), start({}, 'write', directory)];
    await changed;
    for (let count = 0; count < 100; count += 1) {
      await database.write([{ type: 'put', key: `here/${count}`, value: Uint8Array.of(count) }]);
    }
    for (const writer of writers) await writer.said(100);
    for (const writer of writers) await writer.kill();
    for (const writer of writers) await expectAcknowledged(database, writer.lines);
    expect(await contents(database, 'here/')).toHaveProperty('size', 100);
    await database.close();
  });

  test('lose no update when each expects what it read', async () => {
    const directory = path.join(root, 'counted');
    const counters = Array.from({ length: 3 }, () => start({}, 'count', directory));
    for (const counter of counters) expect(await counter.ended).toEqual({ code: 0, signal: null, errors: '' });
    const database = await openLmdbDatabase(directory);
    expect(Buffer.from((await database.get('count'))!).toString()).toBe('300');
    await database.close();
  });

  test('create one directory at the same time', async () => {
    const directory = path.join(root, 'created');
    const readers = Array.from({ length: 3 }, () => start({}, 'read', directory));
    for (const reader of readers) {
      expect(await reader.ended).toEqual({ code: 0, signal: null, errors: '' });
      expect(reader.lines.at(-1)).toMatch(/^read [01]$/);
    }
  });
});

test(`the journal loses nothing when processes that take it in are killed (SEED=${SEED})`, async () => {
  const directory = path.join(root, 'journal');
  const random = randomOf(SEED + 1);
  const found = (index: number): JournalEvent => {
    const failure = {
      ...sampleFailure(),
      id: `f${index}`,
      firstSeenAt: 1000,
      lastSeenAt: 1000,
      foundBy: 'jest' as const,
    };
    return { type: 'found', at: 1000, host: 'one', failure };
  };
  const { targetId } = sampleFailure();
  let index = 0;
  for (let round = 0; round < 6; round += 1) {
    const isPair = round % 2 === 1;
    const pair = Array.from({ length: isPair ? 2 : 1 }, () => start({}, 'ingest', directory));
    for (const child of pair) await child.said(1);
    for (let count = Math.ceil(random() * 60); count > 0; count -= 1) {
      expect(appendJournal(directory, found(index))).toBeNull();
      if (index % 3 === 0) {
        appendJournal(directory, {
          type: 'passed',
          at: 2000,
          host: 'one',
          file: FILE,
          targetId,
          failureId: `f${index}`,
        });
      }
      index += 1;
      // Let them work, so that the end finds them at any step.
      if (random() < 0.1) await new Promise((resolve) => setTimeout(resolve, 2));
    }
    for (const child of pair) await child.kill();
    const saved = readSavedFailures(directory, FILE);
    expect(saved.warning).toBeNull();
    // Of two that are killed, one may have left a replay file that is older than the database.
    if (isPair) continue;
    // Otherwise known to an ordinary run at any time, whoever has the event now.
    const expected = Array.from({ length: index }, (_, at) => at).filter((at) => at % 3 !== 0);
    expect(saved.failures.map((failure) => Number(failure.id.slice(1))).sort((a, b) => a - b)).toEqual(expected);
  }
  const last = start({}, 'ingest', directory);
  while (!last.lines.includes('ingested 0')) await last.said(last.lines.length + 1);
  await last.kill();
  const database = await openLmdbDatabase(directory);
  const failures = await new Records(database).failures.list();
  await database.close();
  expect(failures).toHaveLength(index);
  for (const failure of failures) {
    expect(failure.state).toBe(Number(failure.id.slice(1)) % 3 === 0 ? 'fixed' : 'minimal');
  }
  expect(
    fs
      .readdirSync(path.join(directory, 'journal'), { recursive: true })
      .filter((name) => String(name).endsWith('.json')),
  ).toEqual([]);
});

test(`a damaged data file is an error, never the end of the process (SEED=${SEED})`, async () => {
  const random = randomOf(SEED + 2);
  const sound = path.join(root, 'sound');
  const database = await openLmdbDatabase(sound);
  for (let batch = 0; batch < 10; batch += 1) {
    await database.write(
      Array.from({ length: 100 }, (_, index) => ({
        type: 'put' as const,
        key: `k/${batch}/${index}`,
        value: Buffer.alloc(index % 9 === 0 ? 9000 : 100, index),
      })),
      { durable: true },
    );
  }
  await database.close();
  const bytes = fs.readFileSync(path.join(sound, 'data.mdb'));
  const damages: Record<string, (data: Buffer) => Buffer> = {
    none: (data) => data,
    emptied: () => Buffer.alloc(0),
    text: () => Buffer.from('this is not a database\n'.repeat(1000)),
    zeros: (data) => Buffer.alloc(data.length),
    half: (data) => data.subarray(0, data.length / 2),
    'one page': (data) => data.subarray(0, 4096),
    'part of a page': (data) => data.subarray(0, 100),
    'other version': (data) => {
      data.writeUInt32LE(9, 28);
      return data;
    },
  };
  for (let number = 0; number < 30; number += 1) {
    damages[`garbage ${number}`] = (data) => {
      const length = Math.ceil(random() * 20_000);
      const from = Math.floor(random() * (data.length - length));
      for (let at = from; at < from + length; at += 1) data[at] = Math.floor(random() * 256);
      return data;
    };
  }
  const directories = Object.entries(damages).map(([name, damage]) => {
    const directory = path.join(root, 'damaged', name);
    fs.mkdirSync(directory, { recursive: true });
    fs.copyFileSync(path.join(sound, 'fuzz-runner.json'), path.join(directory, 'fuzz-runner.json'));
    fs.writeFileSync(path.join(directory, 'data.mdb'), damage(Buffer.from(bytes)));
    return directory;
  });
  const child = start({}, 'read', ...directories);
  const { code, signal } = await child.ended;
  // On failure the last line names the file that ended the process.
  expect({ code, signal, last: child.lines.at(-1) }).toMatchObject({ code: 0, signal: null });
  const results = child.lines.filter((line) => !line.startsWith('reading '));
  expect(results).toHaveLength(directories.length);
  expect(results[0]).toBe('read 1000');
  expect(results[1]).toBe('read 0');
  for (const result of results.slice(2, 8)) expect(result).toMatch(/^damaged The data file .*Move it away/);
  // Garbage in the middle of a value is not noticed.
  for (const result of results.slice(8)) expect(result).toMatch(/^(damaged|read \d+)/);
});

test('a directory without permission is an error', async () => {
  // Root may write everywhere, so the child is somebody else then.
  const uid = process.getuid?.() === 0 ? { uid: 65_534 } : {};
  const place = path.join(root, 'locked');
  fs.chmodSync(root, 0o755);
  fs.mkdirSync(place, { mode: 0o555 });
  const child = start(uid, 'read', place, path.join(place, 'below'));
  expect(await child.ended).toMatchObject({ code: 0 });
  const results = child.lines.filter((line) => !line.startsWith('reading '));
  for (const result of results)
    expect(result).toMatch(/^not-writable .*not writable \(EACCES\)\. Change its permissions/);
  expect(results).toHaveLength(2);
});

test('a worker thread may not open it', async () => {
  const source = `
    require('esbuild-register');
    const { parentPort, workerData } = require('node:worker_threads');
    const { openLmdbDatabase } = require(workerData.module);
    openLmdbDatabase(workerData.directory).catch((error) => parentPort.postMessage(error.code + ' ' + error.message));`;
  const workerData = {
    module: path.join(__dirname, '../../src/database/stores/lmdb/lmdb.ts'),
    directory: path.join(root, 'thread'),
  };
  const worker = new Worker(source, { eval: true, workerData });
  const [message] = await once(worker, 'message');
  await worker.terminate();
  expect(message).toMatch(/^worker-thread .*Open it in the main thread/);
  expect(fs.existsSync(path.join(root, 'thread'))).toBe(false);
});
