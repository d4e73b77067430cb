import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import http from 'node:http';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import { io, type Socket } from 'socket.io-client';
import {
  busSource,
  startDashboard,
  type Dashboard,
  type DashboardOptions,
} from '../../reporter/server/dashboardServer';
import { createBus, type Bus } from '../../src/protocol/bus';
import type { FuzzEvent } from '../../src/protocol/events';
import type { Snapshot } from '../../src/protocol/sockets';
import { failureEvent, runEvent, targetEvent } from '../unit/web/events';

let folder: string;
let bus: Bus;
let dashboard: Dashboard;
const opened: (Socket | Dashboard)[] = [];

function start(change: Partial<DashboardOptions> = {}): Promise<Dashboard> {
  const paths = { tokenFile: path.join(folder, 'token'), webRoot: path.join(folder, 'web') };
  return startDashboard({
    source: busSource(bus),
    port: 0,
    standalone: false,
    version: '0.1.0',
    batchMs: 10,
    ...paths,
    ...change,
  });
}

beforeAll(async () => {
  folder = mkdtempSync(path.join(tmpdir(), 'fuzz-runner-guard-'));
  mkdirSync(path.join(folder, 'web', 'assets'), { recursive: true });
  writeFileSync(path.join(folder, 'web', 'index.html'), '<!doctype html><title>page</title>');
  writeFileSync(path.join(folder, 'web', 'assets', 'index-1a2b.js'), '');
  writeFileSync(path.join(folder, 'secret'), 'secret');
  bus = createBus();
  bus.publish(runEvent());
  bus.publish(targetEvent('a', { inputs: 1 }));
  dashboard = await start();
});

afterEach(async () => {
  for (const item of opened.splice(0)) await item.close();
});

afterAll(async () => {
  await dashboard.close();
  // A closed client still has a request under way, whose end it handles in code that Jest must not have torn down.
  await new Promise((resolve) => setTimeout(resolve, 500));
  rmSync(folder, { recursive: true, force: true });
});

interface Answer {
  readonly status: number;
  readonly headers: http.IncomingHttpHeaders;
  readonly body: string;
}

/** Asks with exactly these headers: `fetch` would set its own Host and refuse a path with "..". */
function ask(where: string, headers: Record<string, string> = {}, method = 'GET'): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const options = { host: '127.0.0.1', port: dashboard.port, path: where, headers, method, agent: false };
    const request = http.request(options, (response) => {
      let body = '';
      response.setEncoding('utf8');
      response.on('data', (chunk: string) => (body += chunk));
      response.on('end', () => resolve({ status: response.statusCode ?? 0, headers: response.headers, body }));
    });
    request.on('error', reject);
    request.end();
  });
}

function token(): string {
  return new URL(dashboard.url).searchParams.get('token')!;
}

function cookie(): string {
  return `fuzz-runner-${dashboard.port}=${token()}`;
}

/** Joins over socket.io; resolves to what came of it. */
function join(transport: 'websocket' | 'polling', extraHeaders: Record<string, string>): Promise<string> {
  return new Promise((resolve) => {
    const url = `http://127.0.0.1:${dashboard.port}`;
    const socket = io(url, { transports: [transport], extraHeaders, reconnection: false, forceNew: true });
    opened.push(socket);
    socket.on('snapshot', () => resolve('data read'));
    socket.on('connect_error', () => resolve('refused'));
  });
}

describe('HTTP', () => {
  test.each<[string, () => Promise<Answer>, number]>([
    ['no token', () => ask('/'), 401],
    ['no token, data', () => ask('/api/snapshot'), 401],
    ['no token, a path that does not exist', () => ask('/nothing'), 401],
    ['wrong cookie', () => ask('/', { cookie: `fuzz-runner-${dashboard.port}=wrong` }), 401],
    ['cookie of a dashboard on another port', () => ask('/', { cookie: `fuzz-runner-1=${token()}` }), 401],
    ['wrong token in the URL', () => ask('/?token=wrong'), 401],
    ['token in the URL of a POST', () => ask(`/?token=${token()}`, {}, 'POST'), 401],
    ['right cookie', () => ask('/', { cookie: cookie() }), 200],
    ['right cookie among others', () => ask('/', { cookie: `a=b; ${cookie()}; c=d` }), 200],
    ['right bearer', () => ask('/api/health', { authorization: `Bearer ${token()}` }), 200],
    ['other Host', () => ask('/', { cookie: cookie(), host: 'evil.example' }), 421],
    ['other Host that starts as ours', () => ask('/', { cookie: cookie(), host: 'localhost.evil.example' }), 421],
    ['other Host, token in the URL', () => ask(`/?token=${token()}`, { host: 'evil.example' }), 421],
    ['other Origin, with cookie', () => ask('/api/snapshot', { cookie: cookie(), origin: 'http://evil.example' }), 403],
    ['other Origin, token in the URL', () => ask(`/?token=${token()}`, { origin: 'http://evil.example' }), 403],
    ['a file outside the page', () => ask('/../secret', { cookie: cookie() }), 404],
    ['the same, encoded', () => ask('/%2e%2e%2fsecret', { cookie: cookie() }), 404],
  ])('%s', async (_title, request, status) => {
    const answer = await request();
    expect(answer.status).toBe(status);
    expect(answer.body).not.toContain(status === 200 ? 'token=' : token());
    expect(answer.body).not.toContain('secret');
    // Also a refusal carries the headers.
    expect(answer.headers['content-security-policy']).toContain("default-src 'self'");
    expect(answer.headers['access-control-allow-origin']).toBeUndefined();
    expect(answer.headers['x-powered-by']).toBeUndefined();
    expect(answer.headers['referrer-policy']).toBe('no-referrer');
    expect(answer.headers['cache-control']).toBe('no-store');
  });

  test('the printed URL gives a cookie that scripts and other sites do not see, and loses its token', async () => {
    const answer = await ask(`/?target=a+b&token=${token()}&filter=x`);
    expect(answer.status).toBe(302);
    expect(answer.headers.location).toBe('/?target=a+b&filter=x');
    expect(answer.headers['set-cookie']).toEqual([`${cookie()}; HttpOnly; SameSite=Strict; Path=/`]);
  });

  test('the redirect stays here', async () => {
    const answer = await ask(`//evil.example/?token=${token()}`);
    expect(answer.headers.location ?? '/').toMatch(/^\/(?!\/)/);
  });

  test('built files may be kept by the browser, by nobody between', async () => {
    const answer = await ask('/assets/index-1a2b.js', { cookie: cookie() });
    expect(answer.headers['cache-control']).toBe('private, max-age=31536000, immutable');
  });

  test('a page that is not built is told', async () => {
    const other = await start({ webRoot: path.join(folder, 'nothing') });
    opened.push(other);
    const answer = await fetch(`http://127.0.0.1:${other.port}/`, { headers: { authorization: `Bearer ${token()}` } });
    expect(answer.status).toBe(503);
    expect(await answer.text()).toContain('npm run build');
  });

  test('the snapshot is the state of the bus', async () => {
    const answer = await ask('/api/snapshot', { cookie: cookie() });
    const snapshot = JSON.parse(answer.body) as Snapshot;
    expect(snapshot).toMatchObject({ protocol: 1, version: '0.1.0', standalone: false });
    expect(snapshot.events.map((event) => event.type)).toEqual(['run', 'target']);
  });
});

describe.each(['websocket', 'polling'] as const)('socket.io over %s', (transport) => {
  const evil = 'http://evil.example';
  test.each<[string, () => Record<string, string>, string]>([
    ['no cookie', () => ({}), 'refused'],
    ['wrong cookie', () => ({ cookie: `fuzz-runner-${dashboard.port}=wrong` }), 'refused'],
    ['other Origin, with cookie', () => ({ cookie: cookie(), origin: evil }), 'refused'],
    ['other port of this machine', () => ({ cookie: cookie(), origin: 'http://127.0.0.1:1' }), 'refused'],
    ['rebinding', () => ({ cookie: cookie(), host: 'evil.example', origin: evil }), 'refused'],
    [
      'own Origin, with cookie',
      () => ({ cookie: cookie(), origin: `http://127.0.0.1:${dashboard.port}` }),
      'data read',
    ],
    ['no Origin, with cookie', () => ({ cookie: cookie() }), 'data read'],
  ])('%s', async (_title, headers, outcome) => {
    expect(await join(transport, headers())).toBe(outcome);
  });
});

test('polling under another Host is refused, also with cookie and without Origin', async () => {
  // Asked directly: the client sets its own Host over polling.
  const answer = await ask('/socket.io/?EIO=4&transport=polling', { cookie: cookie(), host: 'evil.example' });
  expect(answer.status).toBe(403);
  expect(answer.body).not.toContain('sid');
});

test('socket.io answers carry the security headers and its client is not served', async () => {
  const polling = await ask('/socket.io/?EIO=4&transport=polling', { cookie: cookie() });
  expect(polling.status).toBe(200);
  expect(polling.headers['content-security-policy']).toContain("default-src 'self'");
  expect((await ask('/socket.io/socket.io.js', { cookie: cookie() })).status).not.toBe(200);
});

describe('a page that joined', () => {
  test('gets the snapshot, then every later event', async () => {
    const received: FuzzEvent[] = [];
    const socket = io(`http://127.0.0.1:${dashboard.port}`, { extraHeaders: { cookie: cookie() }, forceNew: true });
    opened.push(socket);
    const snapshot = await new Promise<Snapshot>((resolve) => socket.on('snapshot', resolve));
    expect(snapshot.events).toHaveLength(2);
    const arrived = new Promise<void>((resolve) => {
      socket.on('events', (events: FuzzEvent[]) => {
        received.push(...events);
        if (received.some((event) => event.type === 'failure')) resolve();
      });
    });
    bus.publish(targetEvent('a', { inputs: 2 }));
    bus.publish(failureEvent('f', 'a', { message: 'x'.repeat(1_000_000) }));
    await arrived;
    expect(received.map((event) => event.type)).toEqual(['target', 'failure']);
    expect(JSON.stringify(received).length).toBeLessThan(100_000);
  });

  test('that sends too much is put out, the others stay', async () => {
    const options = { extraHeaders: { cookie: cookie() }, transports: ['websocket'], forceNew: true };
    const loud = io(`http://127.0.0.1:${dashboard.port}`, { ...options, reconnection: false });
    opened.push(loud);
    await new Promise((resolve) => loud.on('snapshot', resolve));
    const left = new Promise((resolve) => loud.on('disconnect', resolve));
    loud.emit('noise', 'x'.repeat(100_000));
    await left;
    expect(await join('websocket', { cookie: cookie() })).toBe('data read');
  });
});

describe('start and close', () => {
  test('a port in use is told, when it was asked for', async () => {
    await expect(start({ port: dashboard.port })).rejects.toThrow(`Port ${dashboard.port} of 127.0.0.1 is in use`);
  });

  test('without a port asked for, a second dashboard finds another', async () => {
    const first = await start({ port: undefined });
    const second = await start({ port: undefined });
    opened.push(first, second);
    expect(second.port).not.toBe(first.port);
  });

  test.each([-1, 65_536, 1.5, Number.NaN])('port %p is refused', async (port) => {
    await expect(start({ port })).rejects.toThrow(`from 0 to 65535 but received ${port}`);
  });

  test('every address needs a list of names', async () => {
    await expect(start({ host: '0.0.0.0' })).rejects.toThrow('--allowed-hosts');
    await expect(start({ allowedHosts: ['http://ci.example'] })).rejects.toThrow('received "http://ci.example"');
    const open = await start({ host: '0.0.0.0', allowedHosts: ['ci.example'] });
    opened.push(open);
    expect(open.url).toMatch(/^http:\/\/ci\.example:\d+\/\?token=/);
  });

  test('close sends what waits, frees the port in spite of open sockets, and may be called twice', async () => {
    const other = await start({ batchMs: 60_000 });
    const headers = { cookie: `fuzz-runner-${other.port}=${token()}` };
    const last: string[] = [];
    for (const transport of ['websocket', 'polling']) {
      const url = `http://127.0.0.1:${other.port}`;
      const socket = io(url, { transports: [transport], extraHeaders: headers, reconnection: false, forceNew: true });
      opened.push(socket);
      socket.on('events', (events: FuzzEvent[]) => last.push(...events.map((event) => event.type)));
      await new Promise((resolve) => socket.on('snapshot', resolve));
    }
    // A request that never ends must not hold it up either.
    const idle = http.request({
      host: '127.0.0.1',
      port: other.port,
      method: 'POST',
      headers: { 'content-length': '9' },
    });
    idle.on('error', () => {});
    idle.flushHeaders();
    bus.publish(runEvent('run-1', { state: 'finished', ended: 'budget' }));
    await Promise.all([other.close(), other.close()]);
    const again = await start({ port: other.port });
    opened.push(again);
    expect(again.port).toBe(other.port);
    expect(again.url).toBe(other.url);
    expect(last).toContain('run');
  });
});
