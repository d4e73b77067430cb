import { expect, test } from '@jest/globals';
import type { Comparison } from '../../../src/coverage/comparisons/comparison';
import { RecentOperands } from '../../../src/mutate/recentOperands';

function operandsOf(...comparisons: [op: string, left: unknown, right: unknown][]): RecentOperands {
  const operands = new RecentOperands();
  for (const [op, left, right] of comparisons) operands.add({ site: 0, op, left, right } as unknown as Comparison);
  return operands;
}

test('keeps both sides, once', () => {
  const { strings, numbers } = operandsOf(['===', 'a', 'b'], ['===', 'b', 'c'], ['<', 1, 2], ['<', 2, 1]);
  expect(strings).toEqual(['a', 'b', 'c']);
  expect(numbers).toEqual([1, 2]);
});

test('leaves out what is of no use elsewhere', () => {
  const { strings, numbers } = operandsOf(
    ['test', 'text', '^pattern$'],
    ['number', '12', 12],
    ['===', '', 'x'.repeat(65)],
    ['===', Number.NaN, Infinity],
    ['===', undefined, null],
  );
  expect([...strings, ...numbers]).toEqual([]);
});

test('the oldest make room, and may come back', () => {
  const operands = operandsOf(['<', 0, 1]);
  for (let number = 2; number < 200; number += 1) operands.add({ site: 0, op: '<', left: number, right: 1 });
  expect(operands.numbers).toHaveLength(128);
  expect(operands.numbers).not.toContain(0);
  operands.add({ site: 0, op: '<', left: 0, right: 199 });
  expect(operands.numbers.at(-1)).toBe(0);
  expect(operands.numbers.filter((number) => number === 199)).toHaveLength(1);
});
