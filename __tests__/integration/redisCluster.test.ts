import fs from 'node:fs';
import { afterEach, beforeEach, expect, jest, test } from '@jest/globals';
import type { Database, WriteOperation } from '../../src/database/base/database';
import { openDatabase } from '../../src/database/open';
import { startCluster, type TestRedis } from '../contract/redisServer';
import { temporaryDirectory } from '../unit/database/samples';
import { untilTaken } from './untilTaken';

jest.setTimeout(60_000);

let rootDir: string;
let nodes: TestRedis[];
const opened: Database[] = [];

beforeEach(async () => {
  rootDir = temporaryDirectory();
  nodes = await startCluster(3, '--appendonly', 'yes');
});

afterEach(async () => {
  for (const database of opened.splice(0)) await database.close();
  for (const node of nodes) await node.stop();
  fs.rmSync(rootDir, { recursive: true, force: true });
});

async function open(node: TestRedis): Promise<{ database: Database; notices: string[] }> {
  const notices: string[] = [];
  const database = await openDatabase(node.url('?prefix=shop'), { rootDir, onNotice: (text) => notices.push(text) });
  opened.push(database);
  return { database, notices };
}

function put(key: string): WriteOperation {
  return { type: 'put', key, value: Buffer.from(key) };
}

async function keys(database: Database): Promise<string[]> {
  const found: string[] = [];
  for await (const [key] of database.list('k/')) found.push(key);
  return found;
}

async function until(isSo: () => boolean): Promise<void> {
  while (!isSo()) await new Promise((resolve) => setTimeout(resolve, 5));
}

/** Gives all keys of the project to another node, as `redis-cli --cluster reshard` does. */
async function move(from: TestRedis, to: TestRedis): Promise<void> {
  const slot = (await from.ask('CLUSTER', 'KEYSLOT', '{shop}')).slice(1);
  const [fromId, toId] = [await idOf(from), await idOf(to)];
  await to.ask('CLUSTER', 'SETSLOT', slot, 'IMPORTING', fromId);
  await from.ask('CLUSTER', 'SETSLOT', slot, 'MIGRATING', toId);
  for (;;) {
    const names = (await from.ask('CLUSTER', 'GETKEYSINSLOT', slot, '3'))
      .split('\r\n')
      .filter((_, at) => at > 0 && at % 2 === 0);
    if (names.length === 0) break;
    await from.ask('MIGRATE', '127.0.0.1', String(to.port), '', '0', '5000', 'KEYS', ...names);
  }
  for (const node of [to, from, ...nodes]) await node.ask('CLUSTER', 'SETSLOT', slot, 'NODE', toId);
}

async function idOf(node: TestRedis): Promise<string> {
  return (await node.ask('CLUSTER', 'MYID')).split('\r\n')[1]!;
}

/** The node that has the keys. */
async function ownerOf(): Promise<TestRedis> {
  for (const node of nodes) {
    if (/^:\d/.test(await node.ask('ZCARD', '{shop}/index'))) return node;
  }
  throw new Error('Nobody has them.');
}

test('any node may be named', async () => {
  for (const node of nodes) {
    const { database, notices } = await open(node);
    await database.write([put(`k/${node.port}`), put('k/all')]);
    expect(notices).toEqual([]);
  }
  const { database } = await open(nodes[0]!);
  expect(await keys(database)).toEqual([...nodes.map(({ port }) => `k/${port}`).sort(), 'k/all']);
});

test('keys that are moved to another node under way: nothing is lost, and who watches is told', async () => {
  const { database, notices } = await open(nodes[0]!);
  const { database: other } = await open(nodes[1]!);
  const heard = new Set<string>();
  other.watch((change) => change.keys?.forEach((key) => heard.add(key)), { kinds: ['k'] });
  while (!heard.has('k/first')) await database.write([put('k/first')]);
  const owner = await ownerOf();
  let acknowledged = 0;
  let isOver = false;
  const writer = (async () => {
    // Set below, by the test.
    // oxlint-disable-next-line no-unmodified-loop-condition
    for (; !isOver; acknowledged += 1) await database.write([put(`k/${String(acknowledged).padStart(6, '0')}`)]);
  })();
  for (const next of [...nodes.filter((node) => node !== owner), owner]) {
    const enough = acknowledged + 50;
    await move(await ownerOf(), next);
    await until(() => acknowledged > enough);
    // What expects something is asked there, too.
    const key = `k/once-${next.port}`;
    await untilTaken(() => database.write([{ type: 'expect', key, value: null }, put(key)]));
  }
  isOver = true;
  await writer;
  await database.write([put('k/last')]);
  expect(await keys(database)).toHaveLength(acknowledged + 5);
  expect(await keys(other)).toHaveLength(acknowledged + 5);
  await until(() => heard.has('k/last'));
  for (const notice of notices) expect(notice).toMatch(/is moving \{shop\}|is back on another node of its cluster/);
});
