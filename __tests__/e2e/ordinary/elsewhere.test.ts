import * as fs from 'node:fs';
import * as path from 'node:path';
import { afterEach, beforeEach, describe, expect, jest, test } from '@jest/globals';
import { startDashboard, type Dashboard } from '../../../reporter/server/dashboardServer';
import { busSource } from '../../../reporter/server/eventSource';
import { openDatabase } from '../../../src/database/open';
import type { Database } from '../../../src/database/base/database';
import { Records } from '../../../src/database/records/records';
import { createBus } from '../../../src/protocol/bus';
import { startRedis, type TestRedis } from '../../contract/redisServer';
import { makeProjects, type Project } from '../runner/project';

jest.setTimeout(180_000);

const FILES = Object.fromEntries(
  ['one', 'two', 'three'].map((name) => [
    `${name}.test.js`,
    `const fc = require('fast-check');
test('${name}', () => {
  fc.assert(fc.property(fc.integer(), (n) => n !== 123456789), { numRuns: 3 });
});
`,
  ]),
);

const makeProject = makeProjects();
let redis: TestRedis;
/** Where the failures are found, and the checkout of a developer. */
let fuzzed: Project;
let developer: Project;

beforeEach(async () => {
  redis = await startRedis('--appendonly', 'yes');
  fuzzed = makeProject(FILES);
  developer = makeProject(FILES);
});

afterEach(() => redis.stop());

async function fuzz(database: string): Promise<void> {
  const { output } = await fuzzed.fuzz(['one'], {
    FUZZ_DATABASE: database,
    FUZZ_FOR: '60s',
    FUZZ_STOP_ON_FAILURE: '1',
  });
  expect(output).toContain('123456789');
}

test('a failure that another machine found is replayed by the next ordinary run: Redis', async () => {
  const env = { FUZZ_DATABASE: redis.url() };
  const before = await developer.jest([], env);
  expect(before).toMatchObject({ code: 0 });
  await fuzz(redis.url());
  for (const args of [['--runInBand'], ['--maxWorkers=2']]) {
    const after = await developer.jest(args, env);
    expect(after.code).toBe(1);
    expect(after.output).toContain('Counterexample: [123456789]');
  }
  expect(fs.existsSync(path.join(developer.folder, '.fuzz-runner/data.mdb'))).toBe(false);
  // Repaired there: what came from there is not replayed any more.
  const records = new Records(await openDatabase(redis.url(), { rootDir: fuzzed.folder }));
  await records.write(
    (await records.failures.list()).map(({ targetId, id }) =>
      records.failures.table.delete(keyOf(records, targetId, id)),
    ),
  );
  await records.close();
  expect(await developer.jest([], env)).toMatchObject({ code: 0 });

  await redis.kill();
  const away = await developer.jest(['--maxWorkers=2'], env);
  expect(away.code).toBe(0);
  expect(away.output.match(/fuzz-runner: saved failures were not fetched/g)).toHaveLength(1);
  expect(away.output).toMatch(/cannot be reached \(ECONNREFUSED\)/);
});

/** A failure's key without the prefix of its table. */
function keyOf(records: Records, targetId: string, id: string): string {
  const [operation] = records.failures.put({ targetId, id } as never);
  return operation!.key.slice(records.failures.table.prefix.length);
}

describe('over HTTP', () => {
  let database: Database;
  let dashboard: Dashboard;

  beforeEach(async () => {
    await fuzz('lmdb:.fuzz-runner');
    database = await openDatabase('', { rootDir: fuzzed.folder });
    dashboard = await startDashboard({
      source: busSource(createBus()),
      port: 0,
      tokenFile: path.join(fuzzed.folder, '.fuzz-runner/dashboard-token'),
      standalone: true,
      version: '0',
      database: async () => database,
    });
  });

  afterEach(async () => {
    await dashboard.close();
    await database.close();
  });

  test('a failure is replayed from a running dashboard, and with no right to it one line says so', async () => {
    const after = await developer.jest([], { FUZZ_DATABASE: dashboard.url });
    expect(after.code).toBe(1);
    expect(after.output).toContain('Counterexample: [123456789]');
    const [place] = dashboard.url.split('?');
    const refused = await developer.jest([], { FUZZ_DATABASE: `${place}?token=wrong` });
    expect(
      refused.output.match(
        /were not fetched, so the failures of the last fetch are replayed\. .*does not take the token/g,
      ),
    ).toHaveLength(1);
    expect(refused.output).not.toContain('wrong');
  });
});
