/*
 * A process of its own for database.test.ts: `write <url>`, `count <url>`,
 * `read <url>...` or `ingest <directory>`. A bare path is a database of LMDB.
 * What it says goes straight to the file descriptor: it may be killed at any moment.
 */
import fs from 'node:fs';
import { ingestJournal, writeReplayFiles } from '../../src/database/journal/ingestJournal';
import { openDatabase } from '../../src/database/open';
import type { Database, WriteOperation } from '../../src/database/base/database';
import { Records } from '../../src/database/records/records';
import { retryConflicts } from '../../src/database/records/retryConflicts';
import { untilTaken } from './untilTaken';

const [mode, ...directories] = process.argv.slice(2);
const PAUSE_MS = Number(process.env['PAUSE_MS'] ?? 0);

function say(line: string): void {
  for (;;) {
    try {
      fs.writeSync(1, `${line}\n`);
      return;
    } catch (error) {
      // The pipe is full: who reads it is slower.
      if ((error as NodeJS.ErrnoException).code !== 'EAGAIN') throw error;
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 1);
    }
  }
}

async function main(): Promise<void> {
  if (mode === 'write') await write(directories[0]!);
  else if (mode === 'count') await count(directories[0]!);
  else if (mode === 'ingest') await ingest(directories[0]!);
  else for (const directory of directories) await read(directory);
}

/** Writes pairs of entries until it is killed, and says the number of each when it was acknowledged. */
async function write(directory: string): Promise<void> {
  const database = await openDatabase(directory, { rootDir: process.env['DATABASE_ROOT'] ?? process.cwd() });
  const prefix = process.pid;
  for (let count = 0; ; count += 1) {
    // Some values need pages of their own.
    const value = Buffer.alloc(count % 5 === 0 ? 10_000 : 50, count % 256);
    const operations: WriteOperation[] = [
      { type: 'put', key: `a/${prefix}/${count}`, value },
      { type: 'put', key: `b/${prefix}/${count}`, value },
      { type: 'put', key: `latest/${prefix}`, value: Buffer.from(String(count)) },
      { type: 'delete', key: `a/${prefix}/${count - 20}` },
      { type: 'delete', key: `b/${prefix}/${count - 20}` },
    ];
    // As fast as it can it would fill the buffer while a server is started again.
    if (PAUSE_MS > 0) await new Promise((resolve) => setTimeout(resolve, PAUSE_MS));
    await untilTaken(() => database.write(operations, { durable: count % 10 === 0 }));
    say(`${prefix} ${count}`);
  }
}

/** Adds 100 to a number, one by one. */
async function count(directory: string): Promise<void> {
  const database = await openDatabase(directory, { rootDir: process.env['DATABASE_ROOT'] ?? process.cwd() });
  for (let times = 0; times < 100; times += 1) await retryConflicts(() => increment(database));
  await database.close();
}

async function increment(database: Database): Promise<void> {
  const value = (await database.get('count')) ?? null;
  const next = Number(Buffer.from(value ?? []).toString()) + 1;
  await database.write([
    { type: 'expect', key: 'count', value },
    { type: 'put', key: 'count', value: Buffer.from(String(next)) },
  ]);
}

/** Takes in the journal again and again. */
async function ingest(directory: string): Promise<void> {
  const records = new Records(
    await openDatabase(directory, { rootDir: process.env['DATABASE_ROOT'] ?? process.cwd() }),
  );
  // As every run does when it starts.
  await writeReplayFiles(directory, records);
  for (;;) {
    say('ready');
    const { events } = await ingestJournal(directory, records);
    say(`ingested ${events}`);
    if (events === 0) await new Promise((resolve) => setTimeout(resolve, 1));
  }
}

/** Opens each, reads all and writes once, and says how that went. */
async function read(directory: string): Promise<void> {
  say(`reading ${directory}`);
  try {
    const database = await openDatabase(directory, { rootDir: process.env['DATABASE_ROOT'] ?? process.cwd() });
    let count = 0;
    for await (const [, value] of database.list('')) count += value.length > 0 ? 1 : 0;
    await database.write([{ type: 'put', key: 'new', value: Buffer.from('x') }], { durable: true });
    await database.close();
    say(`read ${count}`);
  } catch (error) {
    const { code, message } = error as { code?: string; message: string };
    say(`${code ?? 'unexpected'} ${message}`);
  }
}

void main();
