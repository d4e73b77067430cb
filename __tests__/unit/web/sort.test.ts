import { describe, expect, test } from '@jest/globals';
import {
  COLUMNS,
  DEFAULT_SORT,
  formatSort,
  nextSort,
  parseSort,
  sortTargets,
  type ColumnName,
} from '../../../web/logic/sort';
import { targetEvent } from './events';

const targets = [
  targetEvent('b', { inputs: 10, failures: 0 }),
  targetEvent('c', { inputs: 9, failures: 2, lastNewBehavior: null }),
  targetEvent('a', { inputs: 100, failures: 0, cpuSeconds: 0 }),
].map((event) => event.target);

function order(text: string): string {
  return sortTargets(targets, parseSort(text))
    .map((target) => target.id)
    .join('');
}

describe('sortTargets', () => {
  test.each([
    ['', 'cab'],
    ['-failures', 'cab'],
    ['failures', 'abc'],
    ['inputs', 'cba'],
    ['-inputs', 'abc'],
    ['name', 'abc'],
    ['-name', 'cba'],
    ['nonsense', 'cab'],
    ['-constructor', 'cab'],
  ])('%j', (text, expected) => expect(order(text)).toBe(expected));

  test('every column puts all targets in some order', () => {
    for (const column of Object.keys(COLUMNS)) expect(order(column)).toHaveLength(3);
  });
});

describe('nextSort', () => {
  test('numbers start with the largest, names and the least stable with the first', () => {
    const first = (column: ColumnName): string =>
      formatSort(nextSort({ column: 'corpus', isDescending: true }, column));
    expect([first('inputs'), first('name'), first('stability')]).toEqual(['-inputs', 'name', 'stability']);
  });

  test('a second click turns the order round, and the usual order has no name', () => {
    expect(formatSort(nextSort(parseSort('-inputs'), 'inputs'))).toBe('inputs');
    expect(formatSort(nextSort(nextSort(DEFAULT_SORT, 'failures'), 'failures'))).toBe('');
  });
});
