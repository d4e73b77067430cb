import { describe, expect, jest, test } from '@jest/globals';
import { openMemoryDatabase, Records } from '../../../../src/database';
import { exportDatabase } from '../../../../src/database/operations/exportDatabase';
import { readExport } from '../../../../src/database/operations/readExport';
import type { Database } from '../../../../src/database/base/database';
import { sampleTarget } from '../samples';

jest.setTimeout(60_000);

/** 3,000 records that do not compress, so in several blocks. */
async function filled(): Promise<{ database: Database; content: [string, string][] }> {
  const database = openMemoryDatabase();
  const content: [string, string][] = [];
  let state = 1;
  for (let at = 0; at < 3000; at += 1) {
    const value = Buffer.alloc(200);
    for (let index = 0; index < value.length; index += 4) {
      state = (Math.imul(state, 1103515245) + 12345) >>> 0;
      value.writeUInt32BE(state, index);
    }
    content.push([`k/${String(at).padStart(4, '0')}/ü`, value.toString('hex')]);
  }
  await database.write(
    content.map(([key, value]) => ({ type: 'put', key, value: new Uint8Array(Buffer.from(value, 'hex')) })),
  );
  return { database, content };
}

async function fileOf(database: Database): Promise<Buffer> {
  const parts: Buffer[] = [];
  for await (const part of exportDatabase(database, { fuzzRunner: '1.2.3', exportedAt: 5 })) parts.push(part);
  return Buffer.concat(parts);
}

/** In pieces of a size that no boundary of a block has. */
async function* pieces(file: Buffer, size = 777): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < file.length; at += size) yield file.subarray(at, at + size);
}

async function read(file: Buffer, size?: number): Promise<{ records: [string, string][]; problems: string[] }> {
  const records: [string, string][] = [];
  const problems: string[] = [];
  for await (const entries of readExport(pieces(file, size), (problem) => problems.push(problem))) {
    for (const [key, value] of entries) records.push([key, Buffer.from(value).toString('hex')]);
  }
  return { records, problems };
}

describe('an export', () => {
  test('has everything, in the order of the database', async () => {
    const { database, content } = await filled();
    const file = await fileOf(database);
    expect(file.subarray(0, 80).toString('latin1')).toMatch(
      /^fuzz-runner export 1\n\{"fuzzRunner":"1.2.3","exportedAt":5\}\n/,
    );
    for (const size of [97, 777, file.length]) {
      const { records, problems } = await read(file, size);
      expect(problems).toEqual([]);
      expect(records).toEqual(content);
    }
  });

  test('of an empty database is read too, and of empty and large values', async () => {
    const database = openMemoryDatabase();
    expect(await read(await fileOf(database))).toEqual({ records: [], problems: [] });
    await database.write([
      { type: 'put', key: 'empty', value: new Uint8Array() },
      { type: 'put', key: 'large', value: new Uint8Array(1_000_000).fill(7) },
    ]);
    const { records } = await read(await fileOf(database));
    expect(records.map(([key, value]) => [key, value.length / 2])).toEqual([
      ['empty', 0],
      ['large', 1_000_000],
    ]);
  });

  test('that was cut off anywhere gives all blocks before, and says so once', async () => {
    const { database, content } = await filled();
    const file = await fileOf(database);
    const title = file.indexOf(10, file.indexOf(10) + 1) + 1;
    for (let share = 1; share < 20; share += 3) {
      const end = title + Math.floor(((file.length - title) * share) / 20);
      const { records, problems } = await read(file.subarray(0, end));
      expect(problems).toHaveLength(1);
      expect(problems[0]).toContain('cut off');
      expect(records).toEqual(content.slice(0, records.length));
    }
    // Only the last block is missing.
    const { records, problems } = await read(file.subarray(0, file.length - 24));
    expect(records).toEqual(content);
    expect(problems).toEqual(['is cut off after 3000 records']);
  });

  test('with a byte changed anywhere loses no more than one block, and says so', async () => {
    const { database, content } = await filled();
    const file = await fileOf(database);
    const title = file.indexOf(10, file.indexOf(10) + 1) + 1;
    const all = new Set(content.map(([key, value]) => `${key} ${value}`));
    for (let share = 0; share < 40; share += 3) {
      const at = title + Math.floor(((file.length - title) * share) / 40);
      const damaged = Buffer.from(file);
      damaged[at] = damaged[at]! ^ 0x55;
      const { records, problems } = await read(damaged);
      expect(problems.length).toBeGreaterThanOrEqual(1);
      expect(problems.length).toBeLessThanOrEqual(2);
      // Blocks have some 1,270 of these records.
      expect(records.length).toBeGreaterThanOrEqual(content.length - 1300);
      for (const [key, value] of records) expect(all.has(`${key} ${value}`)).toBe(true);
    }
  });

  test('with bytes lost or put in between is read on after them', async () => {
    const { database } = await filled();
    const file = await fileOf(database);
    const middle = Math.floor(file.length / 2);
    for (const damaged of [
      Buffer.concat([file.subarray(0, middle), file.subarray(middle + 5)]),
      Buffer.concat([file.subarray(0, middle), Buffer.from('FZRB, and more that is no block'), file.subarray(middle)]),
    ]) {
      const { records, problems } = await read(damaged);
      expect(records.length).toBeGreaterThan(1000);
      expect(records.at(-1)![0]).toBe('k/2999/ü');
      expect(problems[0]).toMatch(/^has a damaged block of \d+ records at byte \d+: /);
    }
  });

  test('is told from other files and from newer ones', async () => {
    await expect(read(Buffer.from('hello'))).rejects.toThrow(
      'is not an export of fuzz-runner: it should begin with "fuzz-runner export 1" but begins with "hello".',
    );
    await expect(read(Buffer.alloc(0))).rejects.toThrow('begins with ""');
    await expect(read(Buffer.from('fuzz-runner export 2\n{}\n'))).rejects.toThrow(
      'has format 2, and this version of fuzz-runner knows 1. Update fuzz-runner.',
    );
  });

  test('is far smaller than the records of a usual database', async () => {
    const database = openMemoryDatabase();
    const records = new Records(database);
    await records.write(
      Array.from({ length: 1000 }, (_, at) => records.targets.put('r', sampleTarget(`a.test.js :: test ${at} :: 0`))),
    );
    let size = 0;
    for await (const [key, value] of database.list('')) size += key.length + value.length;
    expect((await fileOf(database)).length).toBeLessThan(size / 5);
  });
});
