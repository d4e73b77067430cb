import { once } from 'node:events';
import fs from 'node:fs';
import http from 'node:http';
import type net from 'node:net';
import path from 'node:path';
import { afterEach, beforeEach, expect, jest, test } from '@jest/globals';
import { startDashboard, type Dashboard } from '../../reporter/server/dashboardServer';
import { busSource } from '../../reporter/server/eventSource';
import type { Database } from '../../src/database/base/database';
import { encodeEntry } from '../../src/database/stores/remote/entryStream';
import { openDatabase } from '../../src/database/open';
import { openRemoteDatabase } from '../../src/database/stores/remote/remote';
import { createBus } from '../../src/protocol/bus';
import { temporaryDirectory } from '../unit/database/samples';

jest.setTimeout(30_000);

let rootDir: string;
let written: Database;
let dashboard: Dashboard;

beforeEach(async () => {
  rootDir = temporaryDirectory();
  written = await openDatabase('db', { rootDir });
  dashboard = await startDashboard({
    source: busSource(createBus()),
    port: 0,
    tokenFile: path.join(rootDir, 'db/dashboard-token'),
    standalone: true,
    version: '0',
    database: async () => written,
  });
});

afterEach(async () => {
  await dashboard.close();
  await written.close();
  fs.rmSync(rootDir, { recursive: true, force: true });
});

async function keys(database: Database, prefix = ''): Promise<string[]> {
  const found: string[] = [];
  for await (const [key] of database.list(prefix)) found.push(key);
  return found;
}

/** A server that answers everything in one way. */
async function serve(answer: http.RequestListener): Promise<{ url: string; close(): void }> {
  const server = http.createServer(answer).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as net.AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    close: () => {
      server.close();
      server.closeAllConnections();
    },
  };
}

test('the printed address is the URL of the database, and the token is not in what is shown', async () => {
  await written.write([{ type: 'put', key: 'a/ä', value: Uint8Array.of(0, 255) }]);
  const remote = await openDatabase(dashboard.url, { rootDir });
  expect(remote.url).toBe(`http://127.0.0.1:${dashboard.port}/`);
  expect(await remote.get('a/ä')).toEqual(Uint8Array.of(0, 255));
  await expect(remote.write([])).rejects.toMatchObject({
    code: 'read-only',
    message: expect.stringMatching(/can only be read.*"multi:lmdb:,http/),
  });
  await remote.close();
});

test('together with a database of this machine: writes go there, reads go to both', async () => {
  await written.write([{ type: 'put', key: 'theirs', value: Uint8Array.of(1) }]);
  const notices: string[] = [];
  const both = await openDatabase(`multi:lmdb:own,${dashboard.url}`, {
    rootDir,
    onNotice: (text) => notices.push(text),
  });
  await both.write([{ type: 'put', key: 'ours', value: Uint8Array.of(2) }]);
  expect(await keys(both)).toEqual(['ours', 'theirs']);
  expect(await keys(written)).toEqual(['theirs']);
  await dashboard.close();
  expect(await keys(both)).toEqual(['ours']);
  expect(notices).toEqual([expect.stringMatching(/^The dashboard at .* cannot be read: .*The run goes on with lmdb:/)]);
  await both.close();
});

test('a wrong token, none, and a name that is not allowed', async () => {
  const [place] = dashboard.url.split('?');
  for (const url of [`${place}?token=wrong`, place!]) {
    await expect(openRemoteDatabase(url)).rejects.toMatchObject({
      code: 'refused',
      message: expect.stringMatching(/^(?!.*wrong).*does not take the token/),
    });
  }
});

test('what is no dashboard, or one that is gone', async () => {
  const other = await serve((_, response) => response.end('<html>hello</html>'));
  await expect(openRemoteDatabase(other.url)).rejects.toMatchObject({ code: 'foreign' });
  other.close();
  await expect(openRemoteDatabase(other.url)).rejects.toMatchObject({
    code: 'unavailable',
    message: expect.stringMatching(/cannot be read: .*ECONNREFUSED/),
  });
  const elsewhere = await serve((_, response) => response.writeHead(302, { location: dashboard.url }).end());
  await expect(openRemoteDatabase(elsewhere.url)).rejects.toMatchObject({ code: 'unavailable' });
  elsewhere.close();
});

test('a list that is cut off, and a server that says nothing more', async () => {
  const entry = encodeEntry(['k', Uint8Array.of(1)]);
  let isCut = true;
  const other = await serve((request, response) => {
    if (request.url!.includes('changes')) response.end('{"changes":"1"}');
    else {
      response.write(entry);
      response.write(entry.subarray(0, 5), () => {
        if (isCut) response.end();
      });
    }
  });
  const remote = await openRemoteDatabase(other.url, { timeoutMs: 300 });
  await expect(keys(remote)).rejects.toMatchObject({
    code: 'unavailable',
    message: expect.stringContaining('cut off'),
  });
  isCut = false;
  await expect(keys(remote)).rejects.toMatchObject({
    code: 'unavailable',
    message: expect.stringContaining('no answer'),
  });
  await remote.close();
  other.close();
});

test('a dashboard whose database is away says so', async () => {
  await written.close();
  await expect(openRemoteDatabase(dashboard.url)).rejects.toMatchObject({
    code: 'unavailable',
    message: expect.stringMatching(/reported an error: The database .*used after it was closed/),
  });
});
