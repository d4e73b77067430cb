import { once } from 'node:events';
import fs from 'node:fs';
import http from 'node:http';
import type net from 'node:net';
import path from 'node:path';
import { deflateRawSync } from 'node:zlib';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { openArtifactDatabase } from '../../src/database/stores/artifact/artifact';
import type { Database } from '../../src/database/base/database';
import { openDatabase } from '../../src/database/open';
import { readZip } from '../../src/database/stores/artifact/zip';
import { temporaryDirectory } from '../unit/database/samples';

let root: string;
let directory: string;
/** Answers as GitHub does: a list, and a download that redirects to another server. */
let api: http.Server;
let storage: http.Server;
let artifacts: Readonly<Record<string, unknown>>[];
let archives: Map<number, Buffer>;
let requests: string[];
let tokensAtStorage: (string | undefined)[];

const portOf = (server: http.Server): number => (server.address() as net.AddressInfo).port;

beforeEach(async () => {
  root = temporaryDirectory();
  directory = path.join(root, '.fuzz-runner');
  [artifacts, archives, requests, tokensAtStorage] = [[], new Map(), [], []];
  storage = http.createServer((request, response) => {
    tokensAtStorage.push(request.headers.authorization);
    response.end(archives.get(Number(request.url!.slice(1))));
  });
  storage.listen(0, '127.0.0.1');
  await once(storage, 'listening');
  api = http.createServer((request, response) => {
    requests.push(request.url!);
    if (request.headers.authorization !== 'Bearer secret')
      return response.writeHead(401).end('{"message":"Bad credentials"}');
    const id = /^\/repos\/me\/shop\/actions\/artifacts\/(\d+)\/zip$/.exec(request.url!)?.[1];
    if (id !== undefined)
      return response.writeHead(302, { location: `http://localhost:${portOf(storage)}/${id}` }).end();
    if (request.url!.startsWith('/repos/me/shop/actions/artifacts?name='))
      return response.end(JSON.stringify({ artifacts }));
    return response.writeHead(404).end('{"message":"Not Found"}');
  });
  api.listen(0, '127.0.0.1');
  await once(api, 'listening');
});

afterEach(() => {
  for (const server of [api, storage]) {
    server.close();
    server.closeAllConnections();
  }
  fs.rmSync(root, { recursive: true, force: true });
});

/** As `actions/upload-artifact` makes them: deflated, the sizes only in the directory at the end. */
function zip(folder: string): Buffer {
  const local: Buffer[] = [];
  const central: Buffer[] = [];
  let offset = 0;
  const names = fs.readdirSync(folder, { recursive: true }).map(String);
  for (const name of names.filter((one) => fs.statSync(path.join(folder, one)).isFile())) {
    const content = fs.readFileSync(path.join(folder, name));
    const packed = deflateRawSync(content);
    const bytes = Buffer.from(name);
    const header = Buffer.alloc(30);
    header.writeUInt32LE(0x04034b50, 0);
    header.writeUInt16LE(8, 6);
    header.writeUInt16LE(8, 8);
    header.writeUInt16LE(bytes.length, 26);
    const descriptor = Buffer.alloc(16);
    descriptor.writeUInt32LE(0x08074b50, 0);
    const entry = Buffer.alloc(46);
    entry.writeUInt32LE(0x02014b50, 0);
    entry.writeUInt16LE(8, 8);
    entry.writeUInt16LE(8, 10);
    entry.writeUInt32LE(packed.length, 20);
    entry.writeUInt32LE(content.length, 24);
    entry.writeUInt16LE(bytes.length, 28);
    entry.writeUInt32LE(offset, 42);
    local.push(header, bytes, packed, descriptor);
    central.push(entry, bytes);
    offset += 30 + bytes.length + packed.length + 16;
  }
  const end = Buffer.alloc(22);
  end.writeUInt32LE(0x06054b50, 0);
  end.writeUInt16LE(central.length / 2, 8);
  end.writeUInt16LE(central.length / 2, 10);
  end.writeUInt32LE(Buffer.concat(central).length, 12);
  end.writeUInt32LE(offset, 16);
  return Buffer.concat([...local, ...central, end]);
}

async function upload(
  id: number,
  url: string,
  value: string,
  over: Readonly<Record<string, unknown>> = {},
): Promise<void> {
  const database = await openDatabase(url, { rootDir: root });
  await database.write([{ type: 'put', key: 'a/b', value: Buffer.from(value) }]);
  await database.close();
  archives.set(id, zip(path.join(root, url.replace(/^dir:/, ''))));
  artifacts.push({
    id,
    name: 'fuzz',
    expired: false,
    created_at: `2026-01-01T00:00:${String(id).padStart(2, '0')}Z`,
    archive_download_url: `http://127.0.0.1:${portOf(api)}/repos/me/shop/actions/artifacts/${id}/zip`,
    ...over,
  });
}

const place = (): string => `github:me/shop/fuzz?api=http://127.0.0.1:${portOf(api)}`;

async function open(token = 'secret', notices: string[] = []): Promise<Database> {
  return openArtifactDatabase(place(), { directory, token, timeoutMs: 5000, onNotice: (text) => notices.push(text) });
}

async function valueIn(database: Database): Promise<string> {
  const found: string[] = [];
  for await (const [key, value] of database.list('')) found.push(`${key}=${Buffer.from(value).toString()}`);
  await expect(database.write([{ type: 'delete', key: 'a/b' }])).rejects.toMatchObject({ code: 'read-only' });
  await database.close();
  return found.join();
}

test('the newest artifact that has not expired is downloaded once and read, LMDB or files', async () => {
  await upload(1, 'one', 'old');
  await upload(2, 'two', 'new');
  await upload(3, 'three', 'expired', { expired: true });
  expect(await valueIn(await open())).toBe('a/b=new');
  expect(await valueIn(await open())).toBe('a/b=new');
  expect(requests.filter((url) => url.endsWith('/zip'))).toHaveLength(1);
  // The redirect leads to another server.
  expect(tokensAtStorage).toEqual([undefined]);
  await upload(4, 'dir:four', 'files');
  expect(await valueIn(await open())).toBe('a/b=files');
  expect(fs.readdirSync(path.join(directory, 'artifacts/me-shop-fuzz'))).toEqual(['4']);
});

test('with no answer the last one is read, and a notice says so', async () => {
  await upload(1, 'one', 'kept');
  await (await open()).close();
  const notices: string[] = [];
  expect(await valueIn(await open('wrong', notices))).toBe('a/b=kept');
  expect(notices).toEqual([expect.stringMatching(/answered 401 .*GITHUB_TOKEN.* downloaded before is read\.$/)]);
  const address = place();
  api.close();
  api.closeAllConnections();
  const away = await openArtifactDatabase(address, { directory, onNotice: (text) => notices.push(text) });
  expect(await valueIn(away)).toBe('a/b=kept');
  expect(notices[1]).toMatch(/cannot be read: (?:.*ECONNREFUSED|other side closed)/);
});

test('what is wrong is said', async () => {
  await expect(open('wrong')).rejects.toMatchObject({ code: 'refused' });
  await expect(open()).rejects.toMatchObject({ code: 'missing', message: expect.stringMatching(/no such artifact/) });
  await upload(1, 'one', 'x');
  archives.set(1, archives.get(1)!.subarray(0, 500));
  await expect(open()).rejects.toMatchObject({ code: 'damaged', message: expect.stringMatching(/no ZIP archive/) });
  artifacts[0] = { ...artifacts[0], archive_download_url: 'http://elsewhere.test/zip' };
  await expect(open()).rejects.toMatchObject({ code: 'foreign', message: expect.stringMatching(/another server/) });
  fs.mkdirSync(path.join(root, 'other'));
  fs.writeFileSync(path.join(root, 'other/readme.txt'), 'hello');
  archives.set(2, zip(path.join(root, 'other')));
  await upload(3, 'three', 'x');
  archives.set(3, archives.get(2)!);
  await expect(open()).rejects.toMatchObject({ code: 'foreign', message: expect.stringMatching(/no database/) });
  await expect(openDatabase('github:me/shop', { rootDir: root })).rejects.toMatchObject({ code: 'unknown-scheme' });
});

test('an archive cannot write outside of its folder', () => {
  const archive = zippedText('x');
  const [entry, ...others] = readZip(archive);
  expect([entry!.name, String(entry!.read()), others]).toEqual(['aa-aa', 'x', []]);
  for (const name of ['../aa', '/aaaa', 'a/../', 'a\\..a', './aaa', 'C:aaa', 'a//aa', 'a\0aaa']) {
    const bad = Buffer.from(archive.toString('latin1').replaceAll('aa-aa', name), 'latin1');
    if (name.endsWith('/')) expect(readZip(bad)).toEqual([]);
    else expect(() => readZip(bad)).toThrow('it has a file with the name');
  }
});

test('an archive that lies about sizes, or is damaged, is refused', () => {
  const text = 'x'.repeat(1_000_000);
  const directoryOf = (archive: Buffer): number => archive.indexOf(Buffer.from([0x50, 0x4b, 1, 2]));
  const withNumber = (field: number, value: number): Buffer => {
    const archive = zippedText(text);
    archive.writeUInt32LE(value, directoryOf(archive) + field);
    return archive;
  };
  const readFirst = (archive: Buffer): Buffer => readZip(archive)[0]!.read();
  const SIZE = 24;
  const FLAGS_AND_METHOD = 8;
  expect(String(readFirst(withNumber(SIZE, text.length)))).toBe(text);
  expect(() => readFirst(withNumber(SIZE, 10))).toThrow('Cannot create a Buffer larger than 10 bytes');
  expect(() => readFirst(withNumber(SIZE, 1_000_001))).toThrow('it has 1000000 bytes instead of 1000001');
  expect(() => readFirst(withNumber(FLAGS_AND_METHOD, 8 * 0x10000 + 1))).toThrow('aa-aa is encrypted');
  expect(() => readFirst(withNumber(FLAGS_AND_METHOD, 12 * 0x10000))).toThrow('packed in a way that is not known (12)');
  expect(() => readFirst(withNumber(42, 5))).toThrow('aa-aa is damaged');
  expect(() => readZip(zippedText(text).subarray(0, -30))).toThrow('it is no ZIP archive, or was cut off');
  expect(() => readZip(withNumber(0, 0))).toThrow('its directory is damaged');

  const archive = zippedText('x');
  const at = directoryOf(archive);
  const end = archive.length - 22;
  archive.writeUInt32LE(0x8000_0000, at + SIZE);
  const tail = Buffer.from(archive.subarray(end));
  tail.writeUInt16LE(3, 8);
  tail.writeUInt16LE(3, 10);
  const thrice = Array.from({ length: 3 }, () => archive.subarray(at, end));
  const huge = Buffer.concat([archive.subarray(0, at), ...thrice, tail]);
  expect(() => readZip(huge)).toThrow('larger than 4 GB');
});

function zippedText(text: string): Buffer {
  fs.mkdirSync(path.join(root, 'zipped'), { recursive: true });
  fs.writeFileSync(path.join(root, 'zipped/aa-aa'), text);
  return zip(path.join(root, 'zipped'));
}
