import { describe, expect, test } from '@jest/globals';
import {
  count,
  formatBytes,
  formatCount,
  formatDuration,
  formatShare,
  formatShort,
  oneLine,
} from '../../../web/logic/format';

describe('formatShort', () => {
  test.each([
    [0, '0'],
    [0.25, '0.3'],
    [7, '7'],
    [9.96, '10.0'],
    [42.4, '42'],
    [999, '999'],
    [1000, '1k'],
    [1234, '1.23k'],
    [12_345, '12.3k'],
    [999_499, '999k'],
    [999_500, '1M'],
    [1_234_567, '1.23M'],
    [Number.NaN, '–'],
    [Infinity, '–'],
  ])('%d → %s', (value, expected) => expect(formatShort(value)).toBe(expected));
});

describe('formatDuration', () => {
  test.each<[number | null, string]>([
    [null, '–'],
    [0, '0 s'],
    [0.04, '0 s'],
    [0.25, '0.3 s'],
    [1, '1 s'],
    [9.94, '9.9 s'],
    [9.96, '10 s'],
    [59.4, '59 s'],
    [59.6, '1 min'],
    [75, '1 min 15 s'],
    [3599.9, '1 h'],
    [7260, '2 h 1 min'],
    [90_000, '1 d 1 h'],
    [Number.NaN, '–'],
  ])('%p → %s', (seconds, expected) => expect(formatDuration(seconds)).toBe(expected));
});

describe('formatShare', () => {
  test.each<[number | null, string]>([
    [null, '–'],
    [1, '100 %'],
    [0.99999, '99.9 %'],
    [0.934, '93.4 %'],
    [0.0001, '< 0.1 %'],
    [0, '0.0 %'],
  ])('%p → %s', (share, expected) => expect(formatShare(share)).toBe(expected));
});

test('formatCount, count, formatBytes', () => {
  expect(formatCount(1_234_567.4)).toBe('1,234,567');
  expect(count(1, 'failure')).toBe('1 failure');
  expect(count(0, 'failure')).toBe('0 failures');
  expect([500, 84e6, 2.5e9].map(formatBytes)).toEqual(['1 kB', '84 MB', '2.5 GB']);
});

describe('oneLine', () => {
  test.each([
    ['a\n  b', 10, 'a b'],
    ['abcdef', 4, 'abc…'],
    ['abc def', 5, 'abc…'],
    ['abc', 3, 'abc'],
  ])('%j to %d', (text, limit, expected) => expect(oneLine(text, limit)).toBe(expected));
});
