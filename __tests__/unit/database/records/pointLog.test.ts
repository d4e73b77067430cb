import { describe, expect, test } from '@jest/globals';
import { openMemoryDatabase } from '../../../../src/database/stores/memory';
import { PointLog, POINTS_PER_CHUNK } from '../../../../src/database/records/pointLog';
import { Records } from '../../../../src/database/records/records';
import { samplePoint } from '../samples';

const records = (): Records => new Records(openMemoryDatabase(), (problem) => expect(problem).toBeUndefined());

/** Adds `count` points and writes after every `every`; returns the stored sequences. */
async function store(log: PointLog, into: Records, count: number, every: number): Promise<number[]> {
  for (let sequence = 0; sequence < count; sequence += 1) {
    log.add(samplePoint('r', 'a', sequence));
    if (sequence % every === 0) await into.write(log.flush());
  }
  await into.write(log.flush());
  return (await into.runs.points('r')).map((point) => point.sequence);
}

describe('PointLog', () => {
  test('gives back the points of each target of a run', async () => {
    const into = records();
    const log = new PointLog('r');
    for (const target of ['a', 'b']) for (const sequence of [0, 1]) log.add(samplePoint('r', target, sequence));
    await into.write(log.flush());
    const points = await into.runs.points('r');
    expect(points).toHaveLength(4);
    expect(points).toEqual(expect.arrayContaining([samplePoint('r', 'a', 1), samplePoint('r', 'b', 0)]));
    expect(await into.runs.points('other')).toEqual([]);
  });

  test('writes only the chunk that changed, and nothing twice', () => {
    const log = new PointLog('r');
    for (let sequence = 0; sequence < 3 * POINTS_PER_CHUNK + 5; sequence += 1) log.add(samplePoint('r', 'a', sequence));
    expect(log.flush()).toHaveLength(4);
    expect(log.flush()).toEqual([]);
    log.add(samplePoint('r', 'a', 1000));
    expect(log.flush().map(({ key }) => key)).toEqual([expect.stringMatching('^points/r/[0-9a-f]{16}/000003$')]);
  });

  test.each([1, 7, 150, 100_000])('stays bounded and evenly spaced, written every %i points', async (every) => {
    const into = records();
    const log = new PointLog('r', 300);
    const sequences = await store(log, into, 5000, every);
    expect(sequences.length).toBeLessThanOrEqual(301);
    expect(sequences.length).toBeGreaterThan(150);
    expect(sequences[0]).toBe(0);
    expect(sequences.at(-1)).toBe(4999);
    const steps = new Set(sequences.slice(1, -1).map((sequence, index) => sequence - sequences[index]!));
    expect([...steps]).toEqual([32]);
  });

  test.each([300, 301, 302, 303, 304, 600, 601, 602])('has the latest point after %i points', async (count) => {
    const sequences = await store(new PointLog('r', 300), records(), count, 13);
    expect(sequences.at(-1)).toBe(count - 1);
    expect(sequences).toEqual([...new Set(sequences)].sort((a, b) => a - b));
  });
});
