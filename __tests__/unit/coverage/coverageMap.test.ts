import { runInNewContext } from 'node:vm';
import { describe, expect, test } from '@jest/globals';
import { Random } from '../../../src/choice/random';
import { ComparisonLog } from '../../../src/coverage/comparisons/comparisonLog';
import { CoverageMap, type CoveredFile } from '../../../src/coverage/coverageMap';

function fileOf(key: string, edgeCount: number): CoveredFile {
  const edges = Array.from(
    { length: edgeCount },
    (_, index) => ({ id: `${key}${index}`, kind: 'if', line: index, column: 0 }) as const,
  );
  return { key, file: `${key}.js`, edges, sites: [{ op: '===', line: 1, column: 2 }] };
}

/** The classes of hit counts, one after the other. */
function naiveBucket(count: number): number {
  if (count <= 3) return count - 1;
  if (count <= 7) return 3;
  if (count <= 15) return 4;
  if (count <= 31) return 5;
  return count <= 127 ? 6 : 7;
}

describe.each([
  ['WebAssembly', true],
  ['JavaScript', false],
])('scan in %s', (_, useWasm) => {
  test('finds what a loop over random counters finds, and resets', () => {
    const random = new Random(20261);
    const map = new CoverageMap(new ComparisonLog(), { capacity: 5000, useWasm });
    const other = new CoverageMap(new ComparisonLog(), { capacity: 5000, useWasm: !useWasm });
    const sizes = [1, 15, 16, 17, 700, 63, 64, 65, 3000];
    const all = sizes.map((size, index) => {
      const file = fileOf(`f${index}-`, size);
      map.register(file);
      other.register(file);
      return { size, counters: map.open(file.key, size).counters, same: other.open(file.key, size).counters };
    });
    for (let round = 0; round < 200; round += 1) {
      const expected: number[] = [];
      const share = random.int(0, 20);
      let first = 0;
      for (const { size, counters, same } of all) {
        for (let edge = 0; edge < size; edge += 1) {
          const count = random.int(0, 20) < share ? random.int(0, 255) : 0;
          counters[edge] = count;
          same[edge] = count;
          if (count > 0) expected.push((first + edge) * 8 + naiveBucket(count));
        }
        first += size;
      }
      const found = map.scan();
      expect(Array.from(map.hits.subarray(0, found))).toEqual(expected);
      expect(other.scan()).toBe(found);
      expect(other.fingerprint).toBe(map.fingerprint);
      expect(map.scan()).toBe(0);
      expect(all.every(({ counters }) => counters.every((count) => count === 0))).toBe(true);
    }
  });

  test('every hit count has its bucket', () => {
    const map = new CoverageMap(new ComparisonLog(), { capacity: 256, useWasm });
    map.register(fileOf('a', 256));
    map.open('a', 256).counters.set(Array.from({ length: 256 }, (_, index) => index));
    expect(map.scan()).toBe(255);
    const buckets = Array.from(map.hits.subarray(0, 255), (hit) => hit & 7);
    expect(buckets).toEqual(Array.from({ length: 255 }, (_, index) => naiveBucket(index + 1)));
  });

  test('the fingerprint tells runs apart, and is the same for the same', () => {
    const map = new CoverageMap(new ComparisonLog(), { capacity: 512, useWasm });
    map.register(fileOf('a', 512));
    const { counters } = map.open('a', 512);
    const fingerprints = new Map<number, string>();
    for (let first = 0; first < 512; first += 1) {
      for (const [second, count] of [
        [0, 1],
        [0, 2],
        [511, 1],
        [(first * 7) % 512, 200],
      ] as const) {
        counters[first] = 1;
        counters[second] = count;
        const found = map.scan();
        const hits = map.hits.subarray(0, found).join();
        expect(Number.isSafeInteger(map.fingerprint)).toBe(true);
        expect(fingerprints.get(map.fingerprint) ?? hits).toBe(hits);
        fingerprints.set(map.fingerprint, hits);
      }
    }
    expect(fingerprints.size).toBe(new Set(fingerprints.values()).size);
    expect(fingerprints.size).toBeGreaterThan(1500);
  });

  test('a full map goes on without the file that found no room', () => {
    const map = new CoverageMap(new ComparisonLog(), { capacity: 100, useWasm });
    expect([map.register(fileOf('a', 60)), map.register(fileOf('b', 60)), map.register(fileOf('c', 40))]).toEqual([
      true,
      false,
      true,
    ]);
    expect(map.isFull).toBe(true);
    map.open('b', 60).counters.fill(1);
    map.open('c', 40).counters[39] = 1;
    expect(map.open('b', 60).counters).toHaveLength(60);
    expect(map.scan()).toBe(1);
    expect(map.edgeOf(map.hits[0]! >>> 3)).toEqual({ id: 'c39', kind: 'if', line: 39, column: 0, file: 'c.js' });
  });
});

test('the same key has the same counters, and ids lead back to the file', () => {
  const map = new CoverageMap(new ComparisonLog());
  expect(map.register(fileOf('a', 3)) && map.register(fileOf('b', 2)) && map.register(fileOf('a', 3))).toBe(true);
  expect(map.edgeCount).toBe(5);
  expect(map.open('a', 3).counters).toHaveLength(3);
  map.open('a', 3).counters[0]! += 1;
  map.open('a', 3).counters[0]! += 1;
  map.open('b', 2).counters[1]! += 1;
  expect(map.scan()).toBe(2);
  expect(Array.from(map.hits.subarray(0, 2))).toEqual([1, 4 * 8]);
  expect([map.idOf(0), map.idOf(4)]).toEqual(['a0', 'b1']);
  expect(map.siteOf(1)).toEqual({ op: '===', line: 1, column: 2, file: 'b.js' });
  expect(() => map.edgeOf(5)).toThrow('Expected the index of an edge of this coverage map, below 5, but received 5.');
  expect(() => map.siteOf(2)).toThrow('below 2, but received 2');
  expect(() => new CoverageMap(new ComparisonLog(), { capacity: 0 })).toThrow('but received 0');
});

test('reset forgets', () => {
  const map = new CoverageMap(new ComparisonLog());
  map.register(fileOf('a', 3));
  map.open('a', 3).counters.fill(5);
  map.reset();
  expect(map.scan()).toBe(0);
});

test('code of another realm counts', () => {
  const map = new CoverageMap(new ComparisonLog());
  map.register(fileOf('a', 2));
  const open = (key: string, count: number): unknown => map.open(key, count);
  runInNewContext(
    'const { counters, flag, compare } = open("a", 2); for (let i = 0; i < 9; i++) counters[1]++; flag[0] && compare(0, 1, 2)',
    { open },
  );
  expect(map.scan()).toBe(1);
  expect(map.hits[0]).toBe(1 * 8 + 4);
});
