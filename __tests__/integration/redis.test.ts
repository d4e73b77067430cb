import { once } from 'node:events';
import fs from 'node:fs';
import http from 'node:http';
import net from 'node:net';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, jest, test } from '@jest/globals';
import type { Database, WriteOperation } from '../../src/database/base/database';
import { openDatabase } from '../../src/database/open';
import { Records } from '../../src/database/records/records';
import { startRedis, type TestRedis } from '../contract/redisServer';
import { proxyOf } from '../contract/tcpProxy';
import { sampleFailure, temporaryDirectory } from '../unit/database/samples';

jest.setTimeout(60_000);

let rootDir: string;
const opened: Database[] = [];
const servers: TestRedis[] = [];

beforeEach(() => {
  rootDir = temporaryDirectory();
});

afterEach(async () => {
  for (const database of opened.splice(0)) await database.close();
  for (const server of servers.splice(0)) await server.stop();
  fs.rmSync(rootDir, { recursive: true, force: true });
});

async function server(...settings: readonly string[]): Promise<TestRedis> {
  const redis = await startRedis(...settings);
  servers.push(redis);
  return redis;
}

/** A database and what it told. */
async function open(url: string, readOnly = false): Promise<{ database: Database; notices: string[] }> {
  const notices: string[] = [];
  const database = await openDatabase(url, { rootDir, readOnly, onNotice: (message) => notices.push(message) });
  opened.push(database);
  return { database, notices };
}

function put(key: string, text = 'x'): WriteOperation {
  return { type: 'put', key, value: Buffer.from(text) };
}

async function keys(database: Database, prefix = ''): Promise<string[]> {
  const found: string[] = [];
  for await (const [key] of database.list(prefix)) found.push(key);
  return found;
}

async function until(condition: () => boolean | Promise<boolean>, what: () => unknown = () => ''): Promise<void> {
  for (let left = 3000; !(await condition()); left -= 1) {
    if (left === 0) throw new Error(`It never came: ${String(condition)} ${JSON.stringify(what())}`);
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}

function waiting(): string[] {
  const folder = path.join(rootDir, '.fuzz-runner/pending');
  if (!fs.existsSync(folder)) return [];
  return fs
    .readdirSync(folder, { recursive: true })
    .map(String)
    .filter((name) => /\.(log|damaged)$/.test(name));
}

describe('trouble with the server', () => {
  test('restarted with its log: nothing acknowledged is lost, and one message tells it', async () => {
    const redis = await server('--appendonly', 'yes', '--appendfsync', 'always');
    const { database, notices } = await open(redis.url('?prefix=a'));
    let acknowledged = 0;
    let isOver = false;
    const writer = (async () => {
      // Set below, by the test.
      // oxlint-disable-next-line no-unmodified-loop-condition
      for (; !isOver; acknowledged += 1) await database.write([put(`k/${String(acknowledged).padStart(6, '0')}`)]);
    })();
    await until(() => acknowledged > 50);
    await redis.restart();
    const atRestart = acknowledged;
    await until(() => acknowledged > atRestart + 50 && notices.length >= 2);
    isOver = true;
    await writer;
    expect(await keys(database, 'k/')).toHaveLength(acknowledged);
    expect(notices).toEqual([
      expect.stringMatching(/^The (?:connection to the )?Redis server .* (?:was cut|cannot be reached).*Writes wait/),
      expect.stringMatching(/is back after a restart\. \d+ writes? that waited (?:is|are) saved\.$/),
    ]);
    expect(waiting()).toEqual([]);
  });

  test('restarted without its data: says so', async () => {
    const redis = await server();
    const { database, notices } = await open(redis.url());
    expect(notices.splice(0)).toEqual([expect.stringMatching(/keeps nothing when it is restarted.*appendonly yes/)]);
    await database.write([put('before')]);
    await redis.restart();
    await until(() => notices.length >= 2);
    expect(notices[1]).toMatch(/is back without its data\. All its records are lost/);
    await database.write([put('after')]);
    expect(await keys(database)).toEqual(['after']);
  });

  test('frozen: writes go on, reads and writes with a condition say that it is away', async () => {
    const redis = await server('--appendonly', 'yes');
    const { database, notices } = await open(redis.url('?timeout=300ms'));
    await database.write([put('before')]);
    redis.signal('SIGSTOP');
    for (let count = 0; count < 20; count += 1) await database.write([put(`k/${count}`)], { durable: count % 5 === 0 });
    await expect(database.get('before')).rejects.toMatchObject({ code: 'unavailable' });
    const conditional = database.write([{ type: 'expect', key: 'no', value: null }, put('no')]);
    await expect(conditional).rejects.toMatchObject({ code: 'unavailable' });
    expect(notices).toEqual([
      expect.stringMatching(/is frozen or overloaded \(no answer for 0\.3 s\).*wait on this machine/),
    ]);
    redis.signal('SIGCONT');
    await until(() => notices.length === 2);
    expect(notices[1]).toMatch(/is back\. 20 writes that waited are saved\.$/);
    expect(await keys(database)).toEqual(['before', ...Array.from({ length: 20 }, (_, at) => `k/${at}`).sort()]);
  });

  test('the connection is cut again and again: each write arrives, and the order is kept', async () => {
    const redis = await server('--appendonly', 'yes');
    const between = await proxyOf(redis.port);
    const { database, notices } = await open(`redis://127.0.0.1:${between.port}`);
    const changes: unknown[] = [];
    database.watch((change) => changes.push(change));
    let count = 0;
    for (let cut = 0; cut < 10; cut += 1) {
      const inFlight: Promise<void>[] = [];
      for (let each = 0; each < 20; each += 1) {
        inFlight.push(database.write([put(`k/${count}`), put('latest', String(count))]));
        count += 1;
        if (each === cut) between.cut();
      }
      await Promise.all(inFlight);
    }
    await until(() => notices.length % 2 === 0 && waiting().length === 0);
    expect(await keys(database, 'k/')).toHaveLength(count);
    expect(Buffer.from((await database.get('latest'))!).toString()).toBe(String(count - 1));
    expect(notices[0]).toMatch(/was cut\. Writes wait/);
    const { database: other } = await open(redis.url());
    changes.length = 0;
    // The channel for changes came back as well.
    await until(async () => {
      await other.write([put('told')]);
      return changes.some((change) => JSON.stringify(change) === '{"keys":["told"]}');
    });
    between.close();
  });

  test('full: writes wait until there is memory again', async () => {
    const redis = await server('--appendonly', 'yes', '--maxmemory-policy', 'noeviction');
    const { database, notices } = await open(redis.url());
    await database.write([put('before')]);
    await redis.ask('CONFIG', 'SET', 'maxmemory', '1');
    for (let count = 0; count < 5; count += 1) await database.write([put(`k/${count}`)]);
    expect(await database.get('before')).toBeDefined();
    const conditional = database.write([{ type: 'expect', key: 'no', value: null }, put('no')]);
    await expect(conditional).rejects.toMatchObject({ code: 'unavailable' });
    expect(notices).toEqual([
      expect.stringMatching(/reached its memory limit \(maxmemory\) and refuses writes\. Writes wait/),
    ]);
    await redis.ask('CONFIG', 'SET', 'maxmemory', '0');
    await until(() => notices.length === 2);
    expect(notices[1]).toMatch(/is back\. 5 writes that waited are saved\.$/);
    expect(await keys(database)).toEqual(['before', 'k/0', 'k/1', 'k/2', 'k/3', 'k/4']);
  });

  test('a write is all or nothing when the memory ends in the middle of it', async () => {
    const redis = await server();
    const { database } = await open(redis.url('?buffer=1kb'));
    await database.write([put('old')]);
    const used = Number(/used_memory:(\d+)/.exec(await redis.ask('INFO', 'memory'))![1]);
    await redis.ask('CONFIG', 'SET', 'maxmemory', String(used + 500_000));
    // Not always the first ones: the server may have some memory again after a while.
    const whole: number[] = [];
    const big = 'x'.repeat(20_000);
    for (let count = 0; count < 60; count += 1) {
      const pair = [put(`a/${count}`, big), put(`b/${count}`, big), { type: 'delete', key: `a/${count - 1}` } as const];
      await database.write(pair).then(
        () => whole.push(count),
        () => {},
      );
    }
    expect(whole.length).toBeGreaterThan(0);
    expect(whole.length).toBeLessThan(60);
    const left = whole.filter((count) => !whole.includes(count + 1));
    expect(await keys(database, 'a/')).toEqual(left.map((count) => `a/${count}`).sort());
    expect(await keys(database, 'b/')).toEqual(whole.map((count) => `b/${count}`).sort());
  });

  test('a wrong password is an error that does not tell it', async () => {
    const redis = await server('--requirepass', 'secret');
    const none = openDatabase(redis.url(), { rootDir });
    await expect(none).rejects.toMatchObject({ code: 'refused', message: expect.stringContaining('wants a password') });
    const wrong = openDatabase(`redis://:wrong@127.0.0.1:${redis.port}`, { rootDir });
    await expect(wrong).rejects.toMatchObject({
      code: 'refused',
      message: expect.stringMatching(/^(?!.*wrong).*does not accept the password\. Correct the user and password/),
    });
    const { database } = await open(`redis://:secret@127.0.0.1:${redis.port}`);
    expect(database.url).toBe(`redis://127.0.0.1:${redis.port}/0?prefix=fuzz-runner`);
    await database.write([put('a')]);
    expect(await keys(database)).toEqual(['a']);
  });

  test('a password that is set under way: writes wait until it is right again', async () => {
    const redis = await server('--appendonly', 'yes');
    const between = await proxyOf(redis.port);
    const { database, notices } = await open(`redis://127.0.0.1:${between.port}`);
    await redis.ask('CONFIG', 'SET', 'requirepass', 'new');
    between.cut();
    await until(() => notices.some((notice) => notice.includes('wants a password')));
    await database.write([put('a')]);
    await expect(database.get('a')).rejects.toMatchObject({ code: 'refused' });
    const socket = net.connect(redis.port, '127.0.0.1').resume().end('AUTH new\r\nCONFIG SET requirepass ""\r\n');
    await once(socket, 'close');
    await until(() => notices.some((notice) => notice.includes('is back. 1 write that waited is saved.')));
    expect(notices.filter((notice) => notice.includes('wants a password'))).toHaveLength(1);
    expect(await keys(database)).toEqual(['a']);
    between.close();
  });

  test('not a Redis server', async () => {
    const web = http.createServer().listen(0, '127.0.0.1');
    await once(web, 'listening');
    const { port } = web.address() as net.AddressInfo;
    await expect(openDatabase(`redis://127.0.0.1:${port}`, { rootDir })).rejects.toMatchObject({
      code: 'foreign',
      message: expect.stringMatching(/is not what the URL says: a Redis server.*Correct the URL/),
    });
    web.close();
    const redis = await server();
    await redis.ask('SET', '{taken}/index', 'text');
    await expect(openDatabase(redis.url('?prefix=taken'), { rootDir })).rejects.toMatchObject({
      code: 'foreign',
      message: expect.stringMatching(/has other data under \{taken\}; choose another prefix/),
    });
    await expect(openDatabase(`redis://127.0.0.1:${redis.port}/999`, { rootDir })).rejects.toMatchObject({
      code: 'foreign',
    });
  });
});

describe('writes that wait on the disk', () => {
  test('survive the process, and are given to the server by the next', async () => {
    const redis = await server('--appendonly', 'yes');
    const first = await open(redis.url('?timeout=300ms'));
    await redis.kill();
    await first.database.write([put('a'), put('b')]);
    await first.database.write([{ type: 'delete', key: 'a' }, put('c', '\u0000\u00ff')]);
    await first.database.close();
    expect(first.notices.at(-1)).toMatch(/2 writes could not be given .* They wait on this machine/);
    // Away at the start as well: a warning, and what is written waits too.
    const second = await open(redis.url('?timeout=300ms'));
    expect(second.notices[0]).toMatch(/cannot be reached \(ECONNREFUSED\)/);
    await second.database.write([put('d')]);
    // A line that a process was writing when it was killed, and one that was damaged.
    const logs = waiting().map((name) => path.join(rootDir, '.fuzz-runner/pending', name));
    fs.appendFileSync(logs.sort().at(-1)!, 'deadbeef {"half"\n01234567 [["e');
    await second.database.close();
    await redis.start();
    const third = await open(redis.url('?timeout=300ms'));
    expect(await keys(third.database)).toEqual(['b', 'c', 'd']);
    expect(third.notices.join()).toMatch(
      /1 of the writes that waited in .* are damaged\. They are kept in .*\.damaged/,
    );
    expect(waiting()).toEqual([expect.stringContaining('.damaged')]);
  });

  test('are bounded: what does not fit is refused, and what was taken arrives', async () => {
    const redis = await server('--appendonly', 'yes');
    const { database, notices } = await open(redis.url('?buffer=2kb'));
    await redis.kill();
    let taken = 0;
    let refused = 0;
    for (let count = 0; count < 30; count += 1) {
      await database.write([put(`k/${count}`, 'x'.repeat(100))]).then(
        () => (taken += 1),
        (error: unknown) => {
          expect(error).toMatchObject({ code: 'unavailable', message: expect.stringMatching(/2 KiB .*are used up/) });
          refused += 1;
        },
      );
    }
    expect([taken > 3, refused > 3]).toEqual([true, true]);
    await redis.start();
    await until(() => notices.some((notice) => notice.includes('is back')));
    expect(await keys(database, 'k/')).toHaveLength(taken);
  });
});

test('read-only: no server is an error, nothing is written, and what others write is seen', async () => {
  const redis = await server();
  const { database: writer } = await open(redis.url('?expire=1h'));
  const { database: reader } = await open(redis.url('?expire=1h'), true);
  await writer.write([put('corpus/a')]);
  expect(await keys(reader)).toEqual(['corpus/a']);
  await expect(reader.write([put('b')])).rejects.toMatchObject({ code: 'read-only' });
  await redis.kill();
  await expect(openDatabase(redis.url('?timeout=200ms'), { rootDir, readOnly: true })).rejects.toMatchObject({
    code: 'unavailable',
    message: expect.stringMatching(/cannot be reached/),
  });
});

test('entries that nobody uses expire, failures do not, and the list forgets what is gone', async () => {
  const redis = await server();
  const { database } = await open(redis.url('?expire=1s'));
  const records = new Records(database);
  const failure = sampleFailure();
  await database.write([put('corpus/t/a'), put('corpus/t/b'), ...records.failures.put(failure)]);
  expect(await redis.ask('PTTL', '{fuzz-runner}/v/corpus/t/a')).toMatch(/^:\d+$/);
  // What is read lives longer than it would have: the time left is more after than before.
  const patient = await open(redis.url('?expire=600s'));
  await patient.database.write([put('corpus/t/c')]);
  await redis.ask('PEXPIRE', '{fuzz-runner}/v/corpus/t/c', '300000');
  const left = async (): Promise<number> => Number((await redis.ask('PTTL', '{fuzz-runner}/v/corpus/t/c')).slice(1));
  const before = await left();
  await patient.database.list('corpus/t/c')[Symbol.asyncIterator]().next();
  expect(await left()).toBeGreaterThan(before);
  await patient.database.write([{ type: 'delete', key: 'corpus/t/c' }]);
  await until(async () => (await redis.ask('EXISTS', '{fuzz-runner}/v/corpus/t/b')) === ':0');
  await until(async () => (await redis.ask('EXISTS', '{fuzz-runner}/v/corpus/t/a')) === ':0');
  expect(await keys(database, 'corpus/')).toEqual([]);
  expect(await redis.ask('ZCARD', '{fuzz-runner}/index')).toBe(':1');
  expect(await records.failures.list()).toEqual([failure]);
});

test('projects with other prefixes do not see each other', async () => {
  const redis = await server();
  const { database: one } = await open(redis.url('?prefix=one'));
  const { database: other } = await open(redis.url('?prefix=one-more'));
  await one.write([put('a')]);
  expect(await keys(other)).toEqual([]);
  expect(await other.get('a')).toBeUndefined();
});

test.each([
  'redis:',
  'redis:host',
  'redis://host/x',
  'redis://host?prefix=a b',
  'redis://host?prefix={a}',
  'redis://host?expire=1x',
  'redis://host?unknown=1',
])('%s is refused with what is expected', async (url) => {
  await expect(openDatabase(url, { rootDir })).rejects.toMatchObject({
    code: 'unknown-scheme',
    message: expect.stringMatching(/^Expected .* but received "redis:/),
  });
});
