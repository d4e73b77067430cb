import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll } from '@jest/globals';
import { backgroundWriter } from '../../src/database/backgroundWriter';
import { openFolderDatabase } from '../../src/database/folder';
import { openLmdbDatabase } from '../../src/database/lmdb';
import { openMemoryDatabase } from '../../src/database/memory';
import { multiplex } from '../../src/database/multiplex';
import { openRemoteDatabase } from '../../src/database/remote';
import { openRedisDatabase } from '../../src/database/redis';
import { describeDatabase } from '../../src/database/contract';
import { startDashboard } from '../../reporter/server/dashboardServer';
import { createBus } from '../../src/protocol/bus';
import { busSource } from '../../reporter/server/eventSource';
import { startRedis, type TestRedis } from './redisServer';

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
let number = 0;

beforeAll(async () => {
  // As a node of a cluster: it refuses commands whose keys are not all in one slot.
  redis = await startRedis('--cluster-enabled', 'yes');
  await redis.ask('CLUSTER', 'ADDSLOTSRANGE', '0', '16383');
  while (!(await redis.ask('CLUSTER', 'INFO')).includes('cluster_state:ok')) {
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
});

afterAll(() => redis.stop());

for (const [name, options] of [
  ['redis', ''],
  ['redis with expiry', '&expire=1h'],
] as const) {
  describeDatabase({
    name,
    open: () => {
      number += 1;
      return openRedisDatabase(redis.url(`?prefix=contract-${number}${options}`), { directory });
    },
  });
}
