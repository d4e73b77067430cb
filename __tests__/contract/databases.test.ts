import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll } from '@jest/globals';
import { backgroundWriter } from '../../src/database/stores/backgroundWriter';
import { openFolderDatabase } from '../../src/database/stores/folder/folder';
import { openLmdbDatabase } from '../../src/database/stores/lmdb/lmdb';
import { openMemoryDatabase } from '../../src/database/stores/memory';
import { multiplex } from '../../src/database/stores/multiplex';
import { openRemoteDatabase } from '../../src/database/stores/remote/remote';
import { openRedisDatabase } from '../../src/database/stores/redis/redis';
import { describeDatabase } from '../../src/database/contract';
import { startDashboard } from '../../reporter/server/dashboardServer';
import { createBus } from '../../src/protocol/bus';
import { busSource } from '../../reporter/server/eventSource';
import { makeCertificates, tlsSettings } from './certificates';
import { freePort, startCluster, startRedis, type TestRedis } from './redisServer';

const directory = fs.mkdtempSync(path.join(os.tmpdir(), 'fuzz-runner-contract-'));

describeDatabase({ name: 'memory', open: async () => openMemoryDatabase() });

describeDatabase({
  name: 'lmdb',
  open: () => openLmdbDatabase(path.join(directory, 'database')),
  cleanUp: () => fs.rmSync(directory, { recursive: true, force: true }),
});

describeDatabase({
  name: 'dir',
  open: () => openFolderDatabase(path.join(directory, 'folder')),
  cleanUp: () => fs.rmSync(directory, { recursive: true, force: true }),
});

describeDatabase({
  name: 'multiplexed',
  open: async () => multiplex([openMemoryDatabase(), openMemoryDatabase()]),
});

describeDatabase({
  name: 'in the background',
  open: async () =>
    backgroundWriter(openMemoryDatabase(), {
      intervalMs: 5,
      onError: (error) => {
        throw error;
      },
    }),
});

describeDatabase({
  name: 'remote: reads over HTTP what is written where the dashboard is',
  async open() {
    const written = await openLmdbDatabase(path.join(directory, 'remote'));
    const dashboard = await startDashboard({
      source: busSource(createBus()),
      port: 0,
      tokenFile: path.join(directory, 'remote', 'dashboard-token'),
      standalone: true,
      version: '0',
      database: async () => written,
    });
    const remote = await openRemoteDatabase(dashboard.url);
    return {
      url: remote.url,
      get: (key) => remote.get(key),
      list: (prefix) => remote.list(prefix),
      watch: (listener) => remote.watch(listener),
      write: (operations, options) => written.write(operations, options),
      async close() {
        await remote.close();
        await dashboard.close();
        await written.close();
      },
    };
  },
  cleanUp: () => fs.rmSync(directory, { recursive: true, force: true }),
});

let redis: TestRedis;
let cluster: TestRedis[];
let tlsPort: number;
let number = 0;
// Not in the directory that the suites remove.
const secrets = fs.mkdtempSync(path.join(os.tmpdir(), 'fuzz-runner-tls-'));
const certificates = makeCertificates(secrets);

beforeAll(async () => {
  tlsPort = await freePort();
  redis = await startRedis(...tlsSettings(tlsPort, certificates));
  cluster = await startCluster(3);
  // Four servers start, and the nodes must find each other: on a busy machine that takes more than Jest's five seconds.
}, 60_000);

afterAll(async () => {
  for (const server of [redis, ...cluster]) await server.stop();
  fs.rmSync(secrets, { recursive: true, force: true });
});

for (const [name, url] of [
  ['redis', () => redis.url('?')],
  ['redis with expiry', () => redis.url('?expire=1h&')],
  ['redis with TLS', () => `rediss://127.0.0.1:${tlsPort}/0?ca=${certificates.ca}&`],
  // Each prefix has another slot, and most are not of the node that is named. All refuse keys of two slots in one write.
  ['redis, three nodes', () => cluster[0]!.url('?')],
] as const) {
  describeDatabase({
    name,
    open: () => {
      number += 1;
      return openRedisDatabase(`${url()}prefix=contract-${number}`, { directory });
    },
  });
}
