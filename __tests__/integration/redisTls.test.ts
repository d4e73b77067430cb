import fs from 'node:fs';
import path from 'node:path';
import { afterAll, afterEach, beforeAll, expect, jest, test } from '@jest/globals';
import type { Database } from '../../src/database/base/database';
import { openDatabase } from '../../src/database/open';
import { RunStore } from '../../runner/store/runStore';
import { createBus } from '../../src/protocol/bus';
import { makeCertificates, tlsSettings, type TestCertificates } from '../contract/certificates';
import { freePort, startRedis, type TestRedis } from '../contract/redisServer';
import { temporaryDirectory } from '../unit/database/samples';

jest.setTimeout(60_000);

let rootDir: string;
let files: TestCertificates;
let redis: TestRedis;
let port: number;
const opened: Database[] = [];

beforeAll(async () => {
  rootDir = temporaryDirectory();
  files = makeCertificates(path.join(rootDir, 'tls'));
  port = await freePort();
  const user = ['--user', 'ann', 'on', '>se:cret', '~*', '&*', '+@all'];
  redis = await startRedis('--appendonly', 'yes', ...user, ...tlsSettings(port, files));
});

afterEach(async () => {
  for (const database of opened.splice(0)) await database.close();
});

afterAll(async () => {
  await redis.stop();
  fs.rmSync(rootDir, { recursive: true, force: true });
});

async function open(url: string): Promise<{ database: Database; notices: string[] }> {
  const notices: string[] = [];
  const database = await openDatabase(url, { rootDir, onNotice: (message) => notices.push(message) });
  opened.push(database);
  return { database, notices };
}

const WRITE = [{ type: 'put', key: 'corpus/a', value: Buffer.from('x') }] as const;

test('a user, a password and who signed the certificate, all in the URL', async () => {
  const url = `rediss://ann:se%3Acret@127.0.0.1:${port}/0?ca=tls/ca.pem`;
  const [{ database, notices }, { database: other }] = [await open(url), await open(url)];
  expect(database.url).toBe(`rediss://127.0.0.1:${port}/0?prefix=fuzz-runner`);
  const heard = new Set<string>();
  other.watch(({ keys }) => keys?.forEach((key) => heard.add(key)), { kinds: ['corpus'] });
  // The channel of the one that listens may not stand yet.
  while (!heard.has('corpus/a')) await database.write(WRITE);
  expect(Buffer.from((await other.get('corpus/a'))!).toString()).toBe('x');
  expect(notices).toEqual([]);
});

test('a certificate that nobody trusts: one message, which says what to do', async () => {
  const message = expect.stringMatching(
    /^The certificate of the Redis server 127.0.0.1:\d+ is not signed by an authority that this machine trusts \(self-signed certificate in certificate chain\)\. If the server is yours, name the certificate of its authority in the URL: "\?ca=path\/to\/ca\.pem"\.$/,
  );
  await expect(open(`rediss://127.0.0.1:${port}/0`)).rejects.toMatchObject({ code: 'refused', message });
});

test('a fuzz run says so once and goes on', async () => {
  const bus = createBus();
  const said: string[] = [];
  bus.subscribe((event) => void (event.type === 'notice' && said.push(event.notice.message)));
  const store = await RunStore.open(`rediss://ann:se%3Acret@127.0.0.1:${port}/0`, rootDir, bus);
  await store.close();
  expect(said).toEqual([
    expect.stringMatching(
      /^The certificate .* is not signed .* name the certificate .* This run goes on without a database: /,
    ),
  ]);
  expect(said[0]).not.toContain('se:cret');
});

test('a certificate for another name', async () => {
  await expect(open(`rediss://localhost:${port}/0?ca=tls/ca.pem`)).rejects.toMatchObject({
    code: 'refused',
    message: expect.stringMatching(/^The certificate of .* is for another name .*redis\.example\.org.*have one made/),
  });
});

test('a server that asks for a certificate', async () => {
  const strict = await freePort();
  const server = await startRedis('--appendonly', 'yes', ...tlsSettings(strict, files, true));
  try {
    const url = `rediss://127.0.0.1:${strict}/0?ca=tls/ca.pem`;
    // Which of the two comes first, its reason or its hanging up, is chance.
    const said = await open(url).then(
      ({ notices }) => notices.join('\n'),
      (error: unknown) => (error as Error).message,
    );
    expect(said).toMatch(/asks its clients for a certificate.*, name it in the URL: "cert=/);
    expect(said).not.toContain('\n');
    const { database } = await open(`${url}&cert=tls/server.pem&key=tls/server.key`);
    await database.write(WRITE);
    expect(await database.get('corpus/a')).toBeDefined();
  } finally {
    for (const database of opened.splice(0)) await database.close();
    await server.stop();
  }
});

test('with TLS where there is none, and the other way round', async () => {
  const { notices: plain } = await open(`rediss://127.0.0.1:${redis.port}/0?timeout=500ms`);
  expect(plain).toEqual([
    expect.stringMatching(/no answer for 0\.5 s\)\. If it speaks no TLS, write "redis:"\. Writes/),
  ]);
  const { notices } = await open(`redis://127.0.0.1:${port}/0`);
  expect(notices).toEqual([expect.stringMatching(/was cut\. If it wants TLS, write "rediss:"\. Writes wait/)]);
});

test.each([
  ['rediss://127.0.0.1/0?ca=nowhere.pem', /"ca" in the Redis URL to be a file .* "nowhere.pem" cannot be read: ENOENT/],
  ['redis://127.0.0.1/0?ca=tls/ca.pem', /Expected "rediss:", which means TLS, in a Redis URL with "ca" but/],
  ['rediss://127.0.0.1/0?cert=tls/server.pem', /Expected "cert" and "key" together/],
])('%s is refused with what is expected', async (url, message) => {
  await expect(open(url)).rejects.toMatchObject({
    code: 'unknown-scheme',
    message: expect.stringMatching(message),
  });
});
